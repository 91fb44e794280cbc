/* uuid.h - UUIDs as text and bytes, and new random ones.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_UUID_H
#define WEIR_MONGO_UUID_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum { WEIR_UUID_BYTES = 16, WEIR_UUID_TEXT_BYTES = 36, WEIR_OBJECT_ID_BYTES = 12 };

/* 36 characters with hyphens, or 32 without. */
bool weir_uuid_read(struct weir_bytes text, uint8_t id_out[WEIR_UUID_BYTES]);
/* Not closed by a zero. */
void weir_uuid_write(const uint8_t id[WEIR_UUID_BYTES], char text_out[WEIR_UUID_TEXT_BYTES]);
/* Version 4, of the system's randomness. */
void weir_uuid_make(uint8_t id_out[WEIR_UUID_BYTES]);
void weir_object_id_make(uint8_t id_out[WEIR_OBJECT_ID_BYTES]);

#endif
