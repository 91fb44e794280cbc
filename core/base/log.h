/* log.h - one line for each event: time, level, component, event, key=value pairs.
 *
 *   weir_log_info("source", "snapshot finished", "collection=%s documents=%lld", name, count);
 *
 * Text by default, JSON lines by weir_log_configure. error = someone must act; info = a state
 * changed. No payload above debug, a secret never. A thread's context (weir_log_context_set, as
 * Connect's "[name|task-0]") is added to each of its lines.
 * Threads: any; lines never interleave. Blocks: on standard error. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum weir_log_level {
    WEIR_LOG_ERROR,
    WEIR_LOG_WARN,
    WEIR_LOG_INFO,
    WEIR_LOG_DEBUG,
    WEIR_LOG_TRACE,
};

typedef void (*weir_log_sink_fn)(enum weir_log_level level, const char *line, void *context);

void weir_log_configure(enum weir_log_level level, bool json);
/* "kafka=debug,source=trace" or "debug"; false: not understood, nothing changed. */
bool weir_log_levels_set(const char *text);
/* Of one component; root level when it has none of its own. */
enum weir_log_level weir_log_level_get(const char *component);
/* For tests: lines go to sink instead of standard error; NULL restores. */
void weir_log_sink_set(weir_log_sink_fn sink, void *context);
/* Copied; empty = none. Of the calling thread. */
void weir_log_context_set(const char *text);

/* pairs_format may be NULL or "". */
void weir_log(enum weir_log_level level, const char *component, const char *event,
              const char *pairs_format, ...) __attribute__((format(printf, 4, 5)));

#define weir_log_error(component, event, ...) \
    weir_log(WEIR_LOG_ERROR, component, event, __VA_ARGS__)
#define weir_log_warn(component, event, ...) weir_log(WEIR_LOG_WARN, component, event, __VA_ARGS__)
#define weir_log_info(component, event, ...) weir_log(WEIR_LOG_INFO, component, event, __VA_ARGS__)
#define weir_log_debug(component, event, ...) \
    weir_log(WEIR_LOG_DEBUG, component, event, __VA_ARGS__)

/* Repeats counted, not repeated: true for occurrence 1, then at most once every interval_ms;
 * *suppressed_out says how many were not logged since. One struct for each call site and kind of
 * trouble, zeroed. */
struct weir_log_limit {
    int64_t next_ms;
    uint64_t suppressed;
};
bool weir_log_limit_pass(struct weir_log_limit *limit, int64_t interval_ms,
                         uint64_t *suppressed_out);

#endif
