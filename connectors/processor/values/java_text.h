/* java_text.h - values as Java prints them.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_JAVA_TEXT_H
#define WEIR_PROCESSOR_VALUES_JAVA_TEXT_H

#include "connectors/processor/values/value.h"
#include "core/base/buffer.h"

/* Double.toString: shortest digits that read back, 1.0, 1.0E10, NaN, Infinity. */
void weir_double_print(double number, struct weir_buffer *buffer);
void weir_int64_print(int64_t number, struct weir_buffer *buffer);

#endif
