/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_progress.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/json/compact.h"

#include <inttypes.h>

enum { LOG_EVERY_MS = 10000, REPORT_BYTES_MAX = 1024 };

static void set(const struct weir_source_context *context, const char *name, double value)
{
    if (context->metric_set) {
        context->metric_set(context, name, value);
    }
}

void weir_copy_progress_fini(struct weir_copy_progress *progress)
{
    weir_copy_ranges_fini(&progress->ranges);
    weir_free(progress->namespace);
    progress->namespace = NULL;
}

/* Seconds that the rest takes at the rate so far; -1: not known. */
static int64_t seconds_left(const struct weir_copy_progress *progress)
{
    int64_t passed_ms = weir_clock_ms() - progress->entered_ms;
    if (progress->document_count_all < 0 || progress->document_count == 0) {
        return -1;
    }
    int64_t left = progress->document_count_all - progress->document_count;
    return left > 0 ? left * passed_ms / progress->document_count / 1000 : 0;
}

static void report(const struct weir_copy_progress *progress,
                   const struct weir_source_context *context)
{
    weir_auto_buffer json;
    weir_buffer_init(&json, REPORT_BYTES_MAX);
    weir_buffer_append_text(&json, "{\"collection\":");
    weir_json_append_string(&json, weir_bytes_of(progress->namespace));
    weir_buffer_append_format(
        &json,
        ",\"documents\":%" PRId64 ",\"documents_estimated\":%" PRId64
        ",\"ranges\":%zu,\"ranges_done\":%zu,\"seconds_left\":%" PRId64 "}",
        progress->document_count, progress->document_count_all, progress->ranges.count,
        progress->ranges.count - weir_copy_ranges_left(&progress->ranges), seconds_left(progress));
    context->progress(context, weir_buffer_text(&json));
}

static void publish(const struct weir_copy_progress *progress,
                    const struct weir_source_context *context)
{
    size_t left = weir_copy_ranges_left(&progress->ranges);
    set(context, "weir_source_copy_ranges", (double)progress->ranges.count);
    set(context, "weir_source_copy_ranges_done", (double)(progress->ranges.count - left));
    set(context, "weir_source_copy_documents_estimated", (double)progress->document_count_all);
    set(context, "weir_source_copy_seconds_left", (double)seconds_left(progress));
    if (context->progress) {
        report(progress, context);
    }
}

static void log_progress(const struct weir_copy_progress *progress, const char *event)
{
    size_t left = weir_copy_ranges_left(&progress->ranges);
    weir_log_info("source", event,
                  "collection=%s documents=%" PRId64 " of_about=%" PRId64
                  " ranges_done=%zu ranges=%zu seconds_left=%" PRId64,
                  progress->namespace, progress->document_count, progress->document_count_all,
                  progress->ranges.count - left, progress->ranges.count, seconds_left(progress));
}

void weir_copy_progress_enter(struct weir_copy_progress *progress,
                              const struct weir_source_context *context,
                              const struct weir_reading_chunk *chunk)
{
    weir_copy_ranges_load(&progress->ranges, chunk->position.ranges);
    weir_free(progress->namespace);
    progress->namespace = weir_format("%s.%s", chunk->database, chunk->collection);
    progress->document_count = 0;
    progress->document_count_all = chunk->document_count;
    progress->entered_ms = weir_clock_ms();
    publish(progress, context);
}

void weir_copy_progress_add(struct weir_copy_progress *progress,
                            const struct weir_source_context *context, int64_t count)
{
    uint64_t suppressed = 0;
    progress->document_count += count;
    if (context->metric_add) {
        context->metric_add(context, "weir_source_copy_documents_total", (double)count);
    }
    publish(progress, context);
    if (weir_log_limit_pass(&progress->log_limit, LOG_EVERY_MS, &suppressed)) {
        log_progress(progress, "copy progress");
    }
}

void weir_copy_progress_end(struct weir_copy_progress *progress,
                            const struct weir_source_context *context)
{
    publish(progress, context);
    set(context, "weir_source_copy_seconds_left", 0);
    if (context->progress) {
        context->progress(context, NULL);
    }
    log_progress(progress, "copy finished");
}
