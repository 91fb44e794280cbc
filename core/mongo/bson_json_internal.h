/* bson_json_internal.h - texts of single BSON types, for bson_json.c only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BSON_JSON_INTERNAL_H
#define WEIR_MONGO_BSON_JSON_INTERNAL_H

#include "core/base/buffer.h"

enum { WEIR_DECIMAL128_BYTES = 64 };

/* Java's DateTimeFormatter.ISO_INSTANT as the driver uses it: 2020-01-01T07:27:07.12Z,
 * +10000-01-01T00:00:00Z. */
void weir_iso_instant_append(struct weir_buffer *out, int64_t time_ms);
/* value: 16 bytes of a DECIMAL128. Closed by a zero. */
void weir_decimal128_text(const uint8_t *value, char text[WEIR_DECIMAL128_BYTES]);

#endif
