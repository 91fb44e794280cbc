/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/query_run.h"

#include "connectors/processor/testing/memory_topics.h"
#include "core/base/alloc.h"
#include "core/base/log.h"

enum { ARENA_BLOCK_BYTES = 16384 };

/* A record on its way through an internal topic. */
struct internal_record {
    const struct weir_topology_sink *sink;
    struct weir_record record;
    struct internal_record *next;
};

struct weir_query_run {
    struct weir_query_run_options options;
    struct weir_arena *arena;        /* topology */
    struct weir_arena *record_arena; /* internal records of the input being processed */
    const struct weir_topology *topology;
    struct weir_collector collector;
    struct weir_stream_task **tasks; /* by sub-topology */
    const char **topics;
    size_t topic_count;
    int64_t *offsets; /* by sink: of internal topics */
    struct internal_record *first, *last;
};

/* ---- collector ---- */

static void enqueue(struct weir_query_run *run, const struct weir_topology_sink *sink,
                    const struct weir_record *record)
{
    struct internal_record *item = weir_arena_calloc(run->record_arena, 1, sizeof *item);
    item->sink = sink;
    item->record = weir_memory_record_copy(run->record_arena, record);
    item->record.offset = run->offsets[sink->index]++;
    if (run->last) {
        run->last->next = item;
    } else {
        run->first = item;
    }
    run->last = item;
    run->options.internal(run->options.context, sink->topic);
}

static bool produce(void *context, const struct weir_output *output, struct weir_error *err)
{
    (void)err;
    struct weir_query_run *run = context;
    struct weir_record record = {
        .topic = output->sink->topic,
        .timestamp_ms = output->timestamp_ms,
        .key = output->key,
        .value = output->value,
        .headers = output->headers,
        .header_count = output->header_count,
    };
    if (output->sink->internal) {
        enqueue(run, output->sink, &record);
    } else {
        run->options.output(run->options.context, output->sink, &record);
    }
    return true;
}

static bool ignore_row(void *context, const struct weir_row *row, struct weir_error *err)
{
    (void)context, (void)row, (void)err;
    return true;
}

static void log_incident(void *context, const struct weir_incident *incident)
{
    (void)context;
    weir_log_debug("test", "incident", "step=%s topic=%s offset=%lld %s", incident->step_id,
                   incident->topic, (long long)incident->offset, incident->message);
}

/* ---- creation ---- */

static void note_topic(struct weir_query_run *run, const char *topic)
{
    for (size_t i = 0; i < run->topic_count; i++) {
        if (strcmp(run->topics[i], topic) == 0) {
            return;
        }
    }
    run->topics[run->topic_count++] = topic;
}

static void note_topics(struct weir_query_run *run)
{
    size_t count_max = 1;
    for (size_t i = 0; i < run->topology->subtopology_count; i++) {
        count_max += run->topology->subtopologies[i].source_count;
    }
    run->topics = weir_arena_calloc(run->arena, count_max, sizeof *run->topics);
    for (size_t i = 0; i < run->topology->subtopology_count; i++) {
        const struct weir_subtopology *sub = &run->topology->subtopologies[i];
        for (size_t at = 0; at < sub->source_count; at++) {
            if (!sub->sources[at].internal) {
                note_topic(run, sub->sources[at].topic);
            }
        }
    }
}

static bool create_tasks(struct weir_query_run *run, struct weir_error *err)
{
    for (uint32_t i = 0; i < run->topology->subtopology_count; i++) {
        run->tasks[i] = weir_stream_task_create(run->topology, i, 0, &run->collector, err);
        if (!run->tasks[i]) {
            return false;
        }
    }
    return true;
}

struct weir_query_run *weir_query_run_create(const struct weir_query_plan *plan,
                                             const struct weir_query_run_options *options,
                                             struct weir_error *err)
{
    static const struct weir_topology_options topology_options = {.emit_interval_ms = 1000};
    struct weir_query_run *run = weir_alloc(sizeof *run);
    run->options = *options;
    run->arena = weir_arena_create(ARENA_BLOCK_BYTES);
    run->record_arena = weir_arena_create(ARENA_BLOCK_BYTES);
    run->collector = (struct weir_collector){
        .context = run, .produce = produce, .row = ignore_row, .incident = log_incident};
    run->topology = weir_topology_build(run->arena, plan, &topology_options);
    run->tasks = weir_arena_calloc(run->arena, run->topology->subtopology_count + 1,
                                   sizeof(struct weir_stream_task *));
    run->offsets =
        weir_arena_calloc(run->arena, run->topology->sink_count + 1, sizeof *run->offsets);
    note_topics(run);
    if (!create_tasks(run, err)) {
        weir_query_run_destroy(run);
        return NULL;
    }
    return run;
}

void weir_query_run_destroy(struct weir_query_run *run)
{
    if (!run) {
        return;
    }
    for (size_t i = 0; i < run->topology->subtopology_count; i++) {
        weir_stream_task_destroy(run->tasks[i]);
    }
    weir_arena_destroy(run->arena);
    weir_arena_destroy(run->record_arena);
    weir_free(run);
}

/* ---- running ---- */

bool weir_query_run_reads(const struct weir_query_run *run, const char *topic)
{
    for (size_t i = 0; i < run->topic_count; i++) {
        if (strcmp(run->topics[i], topic) == 0) {
            return true;
        }
    }
    return false;
}

const char *weir_query_run_topic(const struct weir_query_run *run, size_t index)
{
    return index < run->topic_count ? run->topics[index] : NULL;
}

/* To each source for which matches is true. */
static bool deliver(struct weir_query_run *run, const struct weir_record *record,
                    const struct weir_topology_sink *internal, struct weir_error *err)
{
    for (uint32_t i = 0; i < run->topology->subtopology_count; i++) {
        const struct weir_subtopology *sub = &run->topology->subtopologies[i];
        for (uint32_t at = 0; at < sub->source_count; at++) {
            const struct weir_topology_source *source = &sub->sources[at];
            bool matches = internal
                               ? source->internal && source->step == internal->step &&
                                     source->port == internal->port
                               : !source->internal && strcmp(source->topic, record->topic) == 0;
            if (matches && !weir_stream_task_process(run->tasks[i], at, record, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool drain(struct weir_query_run *run, struct weir_error *err)
{
    while (run->first) {
        struct internal_record *item = run->first;
        run->first = item->next;
        run->last = run->first ? run->last : NULL;
        if (!deliver(run, &item->record, item->sink, err)) {
            return false;
        }
    }
    return true;
}

bool weir_query_run_feed(struct weir_query_run *run, const struct weir_record *record,
                         struct weir_error *err)
{
    if (!deliver(run, record, NULL, err) || !drain(run, err)) {
        return false;
    }
    for (uint32_t i = 0; i < run->topology->subtopology_count; i++) {
        if (!weir_stream_task_commit(run->tasks[i], err) || !drain(run, err)) {
            return false;
        }
    }
    weir_arena_reset(run->record_arena);
    return true;
}
