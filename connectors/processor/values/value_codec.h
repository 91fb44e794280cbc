/* value_codec.h - values as compact bytes and back: what state stores and changelogs hold.
 *
 * Self-describing (a tag byte per value), so that a reader needs no type; varints for whole numbers
 * and lengths. The form is ours and versioned by who stores it. Equal values (weir_value_equal)
 * have equal bytes, maps aside. Threads: any. Allocates: decoded collections and decimals, in the
 * given arena; text and bytes stay views of the input. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_VALUE_CODEC_H
#define WEIR_PROCESSOR_VALUES_VALUE_CODEC_H

#include "connectors/processor/values/value.h"
#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>

/* Appends; room is the buffer's business (overflow). */
void weir_value_encode(const struct weir_value *value, struct weir_buffer *buffer);
/* Takes one value from the front of *bytes. False: not ours, truncated, or nested too deeply;
 * nothing else changed. */
bool weir_value_decode(struct weir_bytes *bytes, struct weir_arena *arena,
                       struct weir_value *value_out);

/* count, then each value. */
void weir_values_encode(const struct weir_value *values, size_t count, struct weir_buffer *buffer);
/* values has room for count; another number of values in the bytes is a failure. */
bool weir_values_decode(struct weir_bytes *bytes, struct weir_arena *arena,
                        struct weir_value *values, size_t count);

/* Building blocks for who stores more than values. */
void weir_codec_put_unsigned(uint64_t number, struct weir_buffer *buffer);
void weir_codec_put_signed(int64_t number, struct weir_buffer *buffer);
bool weir_codec_get_unsigned(struct weir_bytes *bytes, uint64_t *number_out);
bool weir_codec_get_signed(struct weir_bytes *bytes, int64_t *number_out);

#endif
