/* state_key.h - the key of a row as stores have it, and back.
 *
 * One column that the KAFKA format can carry is in that format, so that a record's own key bytes
 * serve and windows come out in ksqlDB's order; other keys are in the compact form of
 * value_codec.h.
 * Threads: one owner. Allocates: its scratch buffer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_STATE_KEY_H
#define WEIR_PROCESSOR_OPERATORS_STATE_KEY_H

#include "connectors/processor/operators/operator.h"
#include "connectors/processor/values/row_format.h"

struct weir_state_key {
    bool kafka, text; /* text: one STRING, whose bytes are the key */
    size_t count;
    enum weir_window_kind window; /* the window is part of the key */
    int64_t window_size_ms;
    struct weir_row_reader *reader;
    struct weir_row_writer *writer;
    struct weir_buffer buffer;
};

/* Whether a KAFKA key of these columns is a store's key, byte for byte. */
bool weir_state_key_is_kafka(const struct weir_column *columns, size_t count);

/* Borrows the columns. */
void weir_state_key_init(struct weir_state_key *key, const struct weir_column *columns,
                         size_t count);
/* Rows of a windowed source: equal keys of different windows are different keys. */
void weir_state_key_init_windowed(struct weir_state_key *key, const struct weir_schema *schema);
void weir_state_key_fini(struct weir_state_key *key);
/* Of change->row.key, which is not null; change->key_bytes when they are there. Borrowed until the
 * next call and as long as the change. */
struct weir_bytes weir_state_key_bytes(struct weir_state_key *key,
                                       const struct weir_change *change);
/* The same, and remembered in change->key_bytes unless it has a window in it. */
struct weir_bytes weir_state_key_remember(struct weir_state_key *key, struct weir_change *change);
/* Sets row->key, and its window if that is part of the key; they point into bytes and arena. False:
 * not a key of ours. */
bool weir_state_key_row(struct weir_state_key *key, struct weir_bytes bytes,
                        struct weir_arena *arena, struct weir_row *row);

/* All columns NULL, or no columns. */
static inline bool weir_key_is_null(const struct weir_value *key, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!weir_value_is_null(&key[i])) {
            return false;
        }
    }
    return true;
}

#endif
