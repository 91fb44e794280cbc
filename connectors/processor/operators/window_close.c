/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/window_close.h"

#include "connectors/processor/operators/operator.h"

void weir_window_close_init(struct weir_window_close *close, int64_t size_ms, int64_t advance_ms)
{
    *close =
        (struct weir_window_close){.size_ms = size_ms, .advance_ms = advance_ms, .last_ms = -1};
}

bool weir_window_close_due(struct weir_window_close *close, const struct weir_stream_task *task)
{
    const struct weir_topology_options *options = &task->topology->options;
    if (options->emit_final_lossless || options->emit_interval_ms <= 0) {
        return true;
    }
    int64_t now_ms = options->wall_ms ? options->wall_ms(options->wall_context) : 0;
    if (now_ms < close->next_wall_ms) {
        return false;
    }
    close->next_wall_ms = now_ms + options->emit_interval_ms;
    return true;
}

/* Whether two times lie in the same windows. */
static bool same_windows(const struct weir_window_close *close, int64_t a_ms, int64_t b_ms)
{
    int64_t reach_ms = close->size_ms - close->advance_ms;
    int64_t first_a_ms = a_ms > reach_ms ? a_ms - reach_ms : 0;
    int64_t first_b_ms = b_ms > reach_ms ? b_ms - reach_ms : 0;
    return a_ms / close->advance_ms == b_ms / close->advance_ms &&
           first_a_ms / close->advance_ms == first_b_ms / close->advance_ms;
}

bool weir_window_close_range(struct weir_window_close *close, int64_t close_ms, int64_t *from_ms,
                             int64_t *to_ms)
{
    if (close->last_ms != -1 && close->last_ms >= close_ms) {
        return false;
    }
    int64_t upper_ms = close_ms - close->size_ms;
    if (upper_ms < 0) {
        return false;
    }
    int64_t before_ms = close->last_ms == -1 ? -1 : close->last_ms - close->size_ms;
    if (close->last_ms != -1 && same_windows(close, upper_ms, before_ms)) {
        return false;
    }
    *from_ms = before_ms < 0 ? 0 : before_ms + 1;
    *to_ms = upper_ms;
    close->last_ms = close_ms;
    return true;
}

int64_t weir_window_close_emitted(const struct weir_window_close *close)
{
    return close->last_ms == -1 ? -1 : close->last_ms - close->size_ms;
}

bool weir_window_close_idle(const struct weir_stream_task *task, int64_t wall_ms, int64_t span_ms)
{
    int64_t idle_ms = task->topology->options.window_idle_close_ms;
    if (idle_ms == 0 || task->input_wall_ms < 0) {
        return false;
    }
    return wall_ms - task->input_wall_ms >= (idle_ms > 0 ? idle_ms : span_ms);
}
