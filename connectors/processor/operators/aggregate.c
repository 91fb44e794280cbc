/* Aggregates without sessions: un-windowed over a stream or a table, tumbling and hopping. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/group_state.h"
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/window_close.h"
#include "connectors/processor/state/window_store.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

struct aggregate {
    struct weir_operator base;
    struct weir_group_state *states;
    struct weir_window_store *store;
    struct weir_state_key state_key;
    bool waits; /* rows come out at the commit, or when their window closes: not at once */
    /* Windows only. */
    int64_t size_ms, advance_ms, grace_ms, retention_ms;
    int64_t time_ms;       /* newest row's, -1: none */
    int64_t window_max_ms; /* newest window's start, -1: none */
    struct weir_window_close close;
};

/* ---- one group ---- */

static void describe(const struct aggregate *aggregate, struct weir_window_entry *entry,
                     struct weir_change *change)
{
    change->row.timestamp_ms = entry->timestamp_ms;
    change->row.window = aggregate->base.step->schema.window;
    change->row.window_start_ms = entry->start_ms;
    change->row.window_end_ms = entry->start_ms + aggregate->size_ms;
    void *state = weir_window_entry_state(entry);
    change->row.values = weir_group_state_values(aggregate->states, state);
    change->memo = weir_group_state_memo(state);
    change->has_old = true;
    /* A final row is the first of its window: nothing was told before that HAVING could take back. */
    change->old_values = aggregate->base.step->aggregate.emit_final
                             ? NULL
                             : weir_group_state_initial(aggregate->states);
}

/* Under the change that caused it. */
static bool emit_now(struct aggregate *aggregate, struct weir_window_entry *entry,
                     const struct weir_change *cause, struct weir_error *err)
{
    struct weir_change change = *cause;
    describe(aggregate, entry, &change);
    return weir_operator_emit(&aggregate->base, &change, err);
}

/* Long after its rows: the key comes from the store. */
static bool emit_later(struct aggregate *aggregate, struct weir_window_entry *entry,
                       struct weir_error *err)
{
    struct weir_stream_task *task = aggregate->base.task;
    struct weir_change change = {.row = {.partition = task->partition, .offset = -1}};
    struct weir_bytes bytes = weir_window_entry_key(aggregate->store, entry);
    if (!weir_state_key_row(&aggregate->state_key, bytes, task->arena, &change.row)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "step %s: a key of its store cannot be read", aggregate->base.step->id);
    }
    if (aggregate->state_key.kafka) {
        change.key_bytes = bytes;
    }
    if (task->record) {
        change.row.headers = task->record->headers;
        change.row.header_count = task->record->header_count;
    }
    describe(aggregate, entry, &change);
    return weir_operator_emit(&aggregate->base, &change, err);
}

static struct weir_window_entry *entry_for(struct aggregate *aggregate, struct weir_bytes key,
                                           int64_t start_ms)
{
    struct weir_window_entry *entry = weir_window_store_get(aggregate->store, key, start_ms);
    if (!entry) {
        entry = weir_window_store_add(aggregate->store, key, start_ms);
        weir_group_state_init(aggregate->states, weir_window_entry_state(entry));
    }
    return entry;
}

static bool entry_changed(struct aggregate *aggregate, struct weir_window_entry *entry,
                          const struct weir_change *change, struct weir_error *err)
{
    if (change->row.timestamp_ms > entry->timestamp_ms) {
        entry->timestamp_ms = change->row.timestamp_ms;
    }
    weir_window_store_touch(aggregate->store, entry);
    return aggregate->waits || emit_now(aggregate, entry, change, err);
}

/* A row without a key or values is in no group. */
static bool is_in_a_group(struct aggregate *aggregate, const struct weir_change *change)
{
    if (weir_key_is_null(change->row.key, aggregate->state_key.count)) {
        weir_operator_incident(&aggregate->base, WEIR_INCIDENT_NULL_KEY,
                               "a row without a key is in no group");
        return false;
    }
    return true;
}

/* ---- without windows ---- */

static bool plain_process(struct weir_operator *operator, uint32_t port,
                          const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct aggregate *aggregate = (struct aggregate *)operator;
    if (operator->task->restoring || !change->row.values || !is_in_a_group(aggregate, change)) {
        return true;
    }
    struct weir_bytes key = weir_state_key_bytes(&aggregate->state_key, change);
    struct weir_window_entry *entry = entry_for(aggregate, key, 0);
    weir_group_state_add(aggregate->states, weir_window_entry_state(entry), &change->row);
    return entry_changed(aggregate, entry, change, err);
}

/* First the row that was, then the row that is. */
static bool table_process(struct weir_operator *operator, uint32_t port,
                          const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct aggregate *aggregate = (struct aggregate *)operator;
    if (operator->task->restoring || !is_in_a_group(aggregate, change)) {
        return true;
    }
    struct weir_bytes key = weir_state_key_bytes(&aggregate->state_key, change);
    struct weir_window_entry *entry = weir_window_store_get(aggregate->store, key, 0);
    if (!change->row.values && !entry) {
        return true;
    }
    bool is_new = !entry;
    entry = entry_for(aggregate, key, 0);
    void *state = weir_window_entry_state(entry);
    if (change->old_values && !is_new) {
        struct weir_row old = change->row;
        old.values = change->old_values;
        weir_group_state_undo(aggregate->states, state, &old);
    }
    if (change->row.values) {
        weir_group_state_add(aggregate->states, state, &change->row);
    }
    return entry_changed(aggregate, entry, change, err);
}

/* ---- windows ---- */

static bool visit_closed(void *context, struct weir_window_entry *entry, struct weir_error *err)
{
    return emit_later(context, entry, err);
}

static bool emit_range(struct aggregate *aggregate, int64_t from_ms, int64_t to_ms,
                       struct weir_error *err)
{
    return weir_window_store_visit(aggregate->store, from_ms, to_ms, visit_closed, aggregate, err);
}

/* EMIT FINAL: what has closed since the last time. */
static bool emit_closed(struct aggregate *aggregate, struct weir_error *err)
{
    int64_t from_ms, to_ms;
    bool lossless = aggregate->base.task->topology->options.emit_final_lossless;
    int64_t close_ms = aggregate->time_ms - aggregate->grace_ms;
    if (!weir_window_close_range(&aggregate->close, close_ms, &from_ms, &to_ms)) {
        return true;
    }
    if (!lossless) { /* as ksqlDB, whose store has let go of them */
        int64_t kept_ms = aggregate->window_max_ms - aggregate->retention_ms;
        from_ms = from_ms > kept_ms ? from_ms : kept_ms;
    }
    return emit_range(aggregate, from_ms, to_ms, err);
}

/* Windows that no row can change any more, nobody may ask for, and that have been handed on. */
static void expire(struct aggregate *aggregate)
{
    int64_t keep_ms = aggregate->window_max_ms - aggregate->retention_ms;
    int64_t open_ms = aggregate->time_ms - aggregate->grace_ms - aggregate->size_ms + 1;
    keep_ms = keep_ms < open_ms ? keep_ms : open_ms;
    if (aggregate->base.step->aggregate.emit_final) {
        int64_t emitted_ms = weir_window_close_emitted(&aggregate->close) + 1;
        keep_ms = keep_ms < emitted_ms ? keep_ms : emitted_ms;
    }
    if (weir_window_store_oldest(aggregate->store) < keep_ms) {
        weir_window_store_expire(aggregate->store, keep_ms);
    }
}

static int64_t first_window(const struct aggregate *aggregate, int64_t timestamp_ms)
{
    int64_t earliest_ms = timestamp_ms - aggregate->size_ms + aggregate->advance_ms;
    earliest_ms = earliest_ms > 0 ? earliest_ms : 0;
    return earliest_ms / aggregate->advance_ms * aggregate->advance_ms;
}

/* Into each of its windows that has not closed. */
static bool add_to_windows(struct aggregate *aggregate, const struct weir_change *change,
                           struct weir_error *err)
{
    int64_t timestamp_ms = change->row.timestamp_ms;
    int64_t close_ms = aggregate->time_ms - aggregate->grace_ms;
    struct weir_bytes key = weir_state_key_bytes(&aggregate->state_key, change);
    for (int64_t start_ms = first_window(aggregate, timestamp_ms); start_ms <= timestamp_ms;
         start_ms += aggregate->advance_ms) {
        if (start_ms > close_ms - aggregate->size_ms) {
            struct weir_window_entry *entry = entry_for(aggregate, key, start_ms);
            weir_group_state_add(aggregate->states, weir_window_entry_state(entry), &change->row);
            aggregate->window_max_ms =
                start_ms > aggregate->window_max_ms ? start_ms : aggregate->window_max_ms;
            if (!entry_changed(aggregate, entry, change, err)) {
                return false;
            }
        } else {
            weir_operator_incident(&aggregate->base, WEIR_INCIDENT_LATE,
                                   "the window [%lld, %lld) has closed", (long long)start_ms,
                                   (long long)(start_ms + aggregate->size_ms));
        }
    }
    return true;
}

static bool window_process(struct weir_operator *operator, uint32_t port,
                           const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct aggregate *aggregate = (struct aggregate *)operator;
    if (operator->task->restoring || !is_in_a_group(aggregate, change)) {
        return true;
    }
    if (change->row.timestamp_ms > aggregate->time_ms) {
        aggregate->time_ms = change->row.timestamp_ms;
    }
    if (!change->row.values) {
        return true;
    }
    if (!add_to_windows(aggregate, change, err)) {
        return false;
    }
    if (operator->step->aggregate.emit_final &&
        weir_window_close_due(&aggregate->close, operator->task) &&
        !emit_closed(aggregate, err)) {
        return false;
    }
    if (!aggregate->waits || operator->step->aggregate.emit_final) {
        expire(aggregate); /* else at the commit, which hands them on first */
    }
    return true;
}

/* ---- commit, idle input ---- */

static bool aggregate_commit(struct weir_operator *operator, struct weir_error * err)
{
    struct aggregate *aggregate = (struct aggregate *)operator;
    if (!aggregate->waits || operator->step->aggregate.emit_final) {
        return true;
    }
    size_t count;
    struct weir_window_entry *const *touched = weir_window_store_touched(aggregate->store, &count);
    for (size_t i = 0; i < count; i++) {
        if (touched[i] && !emit_later(aggregate, touched[i], err)) {
            return false;
        }
    }
    if (operator->step->aggregate.windowed) {
        expire(aggregate);
    }
    return true;
}

/* No input for long: the newest window is over too. */
static bool window_tick(struct weir_operator *operator, int64_t wall_ms, struct weir_error *err)
{
    struct aggregate *aggregate = (struct aggregate *)operator;
    if (!operator->step->aggregate.emit_final || aggregate->window_max_ms<
         0 || !weir_window_close_idle(operator->task, wall_ms,
                                      aggregate->size_ms + aggregate->grace_ms)) {
        return true;
    }
    int64_t end_ms = aggregate->window_max_ms + aggregate->size_ms + aggregate->grace_ms;
    aggregate->time_ms = end_ms > aggregate->time_ms ? end_ms : aggregate->time_ms;
    if (!emit_closed(aggregate, err)) {
        return false;
    }
    expire(aggregate);
    return true;
}

static void window_times_export(const struct weir_operator *operator, struct weir_buffer * buffer)
{
    const struct aggregate *aggregate = (const struct aggregate *)operator;
    weir_codec_put_signed(aggregate->time_ms, buffer);
    weir_codec_put_signed(aggregate->window_max_ms, buffer);
    weir_codec_put_signed(aggregate->close.last_ms, buffer);
}

static bool window_times_import(struct weir_operator *operator, struct weir_bytes times)
{
    struct aggregate *aggregate = (struct aggregate *)operator;
    return weir_codec_get_signed(&times, &aggregate->time_ms) &&
           weir_codec_get_signed(&times, &aggregate->window_max_ms) &&
           weir_codec_get_signed(&times, &aggregate->close.last_ms);
}

/* ---- creation ---- */

static void aggregate_destroy(struct weir_operator *operator)
{
    struct aggregate *aggregate = (struct aggregate *)operator;
    weir_window_store_destroy(aggregate->store);
    weir_group_state_destroy(aggregate->states);
    weir_state_key_fini(&aggregate->state_key);
    weir_free(aggregate);
}

static struct weir_operator *create(struct weir_stream_task *task, const struct weir_step *step,
                                    const struct weir_operator_ops *ops, struct weir_error *err)
{
    struct aggregate *aggregate = weir_alloc(sizeof *aggregate);
    aggregate->base = (struct weir_operator){.ops = ops, .task = task, .step = step};
    aggregate->waits = task->topology->options.emit_per_commit || step->aggregate.emit_final;
    aggregate->time_ms = aggregate->window_max_ms = -1;
    const struct weir_plan_window *window = &step->aggregate.window;
    aggregate->size_ms = window->size_ms;
    aggregate->advance_ms = window->advance_ms > 0 ? window->advance_ms : window->size_ms;
    aggregate->grace_ms = window->grace_ms;
    aggregate->retention_ms = window->retention_ms;
    weir_window_close_init(&aggregate->close, aggregate->size_ms, aggregate->advance_ms);
    weir_state_key_init(&aggregate->state_key, step->schema.key, step->schema.key_count);
    aggregate->states = weir_group_state_create(&aggregate->base, err);
    if (!aggregate->states) {
        aggregate_destroy(&aggregate->base);
        return NULL;
    }
    struct weir_state_ops state_ops = weir_group_state_ops(aggregate->states);
    aggregate->store = weir_window_store_create(
        &state_ops, weir_operator_store_has_changelog(&aggregate->base, 0));
    weir_operator_store_add(&aggregate->base, 0, weir_window_store_store(aggregate->store));
    return &aggregate->base;
}

static const struct weir_operator_ops plain_ops = {
    .process = plain_process, .commit = aggregate_commit, .destroy = aggregate_destroy};
static const struct weir_operator_ops table_ops = {
    .process = table_process, .commit = aggregate_commit, .destroy = aggregate_destroy};
static const struct weir_operator_ops window_ops = {
    .process = window_process,
    .commit = aggregate_commit,
    .tick = window_tick,
    .times_export = window_times_export,
    .times_import = window_times_import,
    .destroy = aggregate_destroy,
};

struct weir_operator *weir_aggregate_operator_create(struct weir_stream_task *task,
                                                     const struct weir_step *step,
                                                     struct weir_error *err)
{
    bool table = step->kind == WEIR_STEP_TABLE_AGGREGATE;
    return create(task, step, table ? &table_ops : &plain_ops, err);
}

struct weir_operator *weir_window_aggregate_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err)
{
    return create(task, step, &window_ops, err);
}
