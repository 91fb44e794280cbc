/* json_valid.h - whether a value is one JSON text, as RFC 8259 has it.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_JSON_VALID_H
#define WEIR_SINK_HTTP_JSON_VALID_H

#include "core/base/bytes.h"

#include <stdbool.h>

/* Blanks around it are allowed; text inside of strings is not looked at beyond escapes and control
 * characters. */
bool weir_json_valid(struct weir_bytes text);

#endif
