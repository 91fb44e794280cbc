/* window_close.h - which windows close as time goes on: EMIT FINAL's bookkeeping.
 *
 * As Kafka Streams: a window [start, start + size) closes when stream time - grace reaches its end;
 * `last_ms` is the close time up to which windows have been handed on, and goes with each commit.
 * Threads: one owner. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_WINDOW_CLOSE_H
#define WEIR_PROCESSOR_OPERATORS_WINDOW_CLOSE_H

#include <stdbool.h>
#include <stdint.h>

struct weir_stream_task;

struct weir_window_close {
    int64_t size_ms, advance_ms;
    int64_t last_ms;      /* -1: nothing yet */
    int64_t next_wall_ms; /* not before */
};

void weir_window_close_init(struct weir_window_close *close, int64_t size_ms, int64_t advance_ms);
/* Whether to look now, by the wall clock: each time when lossless, else every emit_interval_ms. */
bool weir_window_close_due(struct weir_window_close *close, const struct weir_stream_task *task);
/* Windows with *from_ms <= start <= *to_ms have closed since the last call that returned true. */
bool weir_window_close_range(struct weir_window_close *close, int64_t close_ms, int64_t *from_ms,
                             int64_t *to_ms);
/* The newest start that has been handed on; negative: none. */
int64_t weir_window_close_emitted(const struct weir_window_close *close);
/* Input has been idle long enough; span_ms is the time that is safe for this window. */
bool weir_window_close_idle(const struct weir_stream_task *task, int64_t wall_ms, int64_t span_ms);

#endif
