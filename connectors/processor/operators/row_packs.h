/* row_packs.h - rows on their way to one key's partition, gathered until the commit: one record of
 * an internal topic for all rows of a key, in their order.
 *
 *   form, then for each row: its time less the first row's, its length, the row
 *
 * Threads: one owner. Allocates: in its own arena, given back at each flush. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_ROW_PACKS_H
#define WEIR_PROCESSOR_OPERATORS_ROW_PACKS_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_row_packs;

enum { WEIR_ROW_PACK_FORM = 0x20 };

/* A key's rows leave; a single row comes as it was added. All borrowed for the call. */
typedef bool (*weir_row_pack_fn)(void *context, struct weir_bytes key, int64_t timestamp_ms,
                                 struct weir_bytes value, struct weir_error *err);

struct weir_row_packs *weir_row_packs_create(weir_row_pack_fn leave, void *context);
void weir_row_packs_destroy(struct weir_row_packs *packs);

/* Copies. A key with many rows leaves at once, and so do all when they take much memory. */
bool weir_row_packs_add(struct weir_row_packs *packs, struct weir_bytes key, int64_t timestamp_ms,
                        struct weir_bytes row, struct weir_error *err);
/* All leave, in the order of their first rows. */
bool weir_row_packs_flush(struct weir_row_packs *packs, struct weir_error *err);

/* The next row of a pack whose form has been taken off. False: not what was written. */
bool weir_row_pack_next(struct weir_bytes *pack, int64_t *time_less_first_ms,
                        struct weir_bytes *row);

#endif
