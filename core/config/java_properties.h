/* java_properties.h - one value out of a Java properties file, which ${file:/path:key} names.
 *
 * The whole grammar of java.util.Properties: comments, continued lines, escapes, blanks or ':'
 * instead of '='. Of a key given twice the last counts.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONFIG_JAVA_PROPERTIES_H
#define WEIR_CONFIG_JAVA_PROPERTIES_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"

/* Replaces the content of value_out. False: text has no such key. */
bool weir_java_properties_find(struct weir_bytes text, struct weir_bytes key,
                               struct weir_buffer *value_out);

#endif
