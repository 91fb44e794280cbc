/* outer_rows.h - rows of an outer join that wait, unmatched, until their window has closed.
 *
 * As Kafka Streams' shared outer store: in order of time, then side (right before left), then key;
 * rows of equal place wait together.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_OUTER_ROWS_H
#define WEIR_PROCESSOR_OPERATORS_OUTER_ROWS_H

#include "connectors/processor/state/store.h"

struct weir_outer_rows;

struct weir_outer_rows *weir_outer_rows_create(bool changelog);
void weir_outer_rows_destroy(struct weir_outer_rows *rows);
struct weir_store *weir_outer_rows_store(struct weir_outer_rows *rows);

void weir_outer_rows_add(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                         struct weir_bytes key, struct weir_bytes row);
/* All rows of that place; false: none. */
bool weir_outer_rows_remove(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                            struct weir_bytes key);
/* Of the first row; INT64_MAX: none. */
int64_t weir_outer_rows_oldest(const struct weir_outer_rows *rows);

struct weir_outer_row {
    int64_t timestamp_ms;
    bool left;
    struct weir_bytes key, row;
};

typedef bool (*weir_outer_row_fn)(void *context, const struct weir_outer_row *row,
                                  struct weir_error *err);
/* Visits and removes, in order, the rows that have time + left_ms (of the left side, else right_ms)
 * < now_ms. */
bool weir_outer_rows_flush(struct weir_outer_rows *rows, int64_t left_ms, int64_t right_ms,
                           int64_t now_ms, weir_outer_row_fn visit, void *context,
                           struct weir_error *err);

#endif
