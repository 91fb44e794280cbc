/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/group_state.h"
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/window_close.h"
#include "connectors/processor/state/session_store.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

struct session {
    struct weir_operator base;
    struct weir_group_state *states;
    struct weir_session_store *store;
    struct weir_state_key state_key;
    bool final;
    int64_t gap_ms, grace_ms;
    int64_t time_ms;                /* newest row's, -1: none */
    struct weir_window_close close; /* last_ms and the throttle */
};

static bool emit(struct session *session, struct weir_session_entry *entry, bool deleted,
                 const struct weir_change *cause, struct weir_error *err)
{
    struct weir_change change = *cause;
    void *state = weir_session_entry_state(entry);
    const struct weir_value *values = weir_group_state_values(session->states, state);
    change.row.window = WEIR_WINDOW_SESSION;
    change.row.window_start_ms = entry->start_ms;
    change.row.window_end_ms = change.row.timestamp_ms = entry->end_ms;
    change.row.values = deleted ? NULL : values;
    change.old_values = deleted ? values : NULL;
    change.has_old = true;
    change.memo = weir_group_state_memo(state);
    return weir_operator_emit(&session->base, &change, err);
}

/* ---- a row ---- */

struct span {
    int64_t start_ms, end_ms;
};

static struct span merged_span(int64_t timestamp_ms, struct weir_session_entry *const *found,
                               size_t count)
{
    struct span span = {timestamp_ms, timestamp_ms};
    for (size_t i = 0; i < count; i++) {
        span.start_ms = found[i]->start_ms < span.start_ms ? found[i]->start_ms : span.start_ms;
        span.end_ms = found[i]->end_ms > span.end_ms ? found[i]->end_ms : span.end_ms;
    }
    return span;
}

/* Old sessions go, with a deletion each unless the new one has the same bounds. */
static bool drop_merged(struct session *session, struct weir_session_entry *const *found,
                        size_t count, bool tell, const struct weir_change *cause,
                        struct weir_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (tell && !session->final && !emit(session, found[i], true, cause, err)) {
            return false;
        }
        weir_session_store_remove(session->store, found[i]);
    }
    return true;
}

/* A new state of all that was found and the row; in the arena until its entry exists. */
static void *merged_state(struct session *session, struct weir_session_entry *const *found,
                          size_t count, const struct weir_row *row, size_t *bytes_out)
{
    *bytes_out = weir_group_state_ops(session->states).bytes;
    void *state = weir_arena_alloc(session->base.task->arena, *bytes_out);
    weir_group_state_init(session->states, state);
    for (size_t i = 0; i < count; i++) {
        weir_group_state_merge(session->states, state, weir_session_entry_state(found[i]));
    }
    weir_group_state_add(session->states, state, row);
    return state;
}

static bool add_row(struct session *session, const struct weir_change *change,
                    struct weir_error *err)
{
    int64_t timestamp_ms = change->row.timestamp_ms;
    struct weir_bytes key = weir_state_key_bytes(&session->state_key, change);
    struct weir_session_entry *const *found;
    size_t count = weir_session_store_find(session->store, key, timestamp_ms - session->gap_ms,
                                           timestamp_ms + session->gap_ms, &found);
    struct span span = merged_span(timestamp_ms, found, count);
    if (span.end_ms < session->time_ms - session->grace_ms - session->gap_ms) {
        weir_operator_incident(&session->base, WEIR_INCIDENT_LATE, "the session has closed");
        return true;
    }
    size_t state_bytes;
    void *state = merged_state(session, found, count, &change->row, &state_bytes);
    bool moved = span.start_ms != timestamp_ms || span.end_ms != timestamp_ms;
    if (!drop_merged(session, found, count, moved, change, err)) {
        weir_group_state_ops(session->states).fini(session->states, state);
        return false;
    }
    struct weir_session_entry *entry =
        weir_session_store_add(session->store, key, span.start_ms, span.end_ms);
    memcpy(weir_session_entry_state(entry), state, state_bytes);
    return session->final || emit(session, entry, false, change, err);
}

/* ---- EMIT FINAL ---- */

static bool visit_closed(void *context, struct weir_session_entry *entry, struct weir_error *err)
{
    struct session *session = context;
    struct weir_stream_task *task = session->base.task;
    struct weir_change cause = {.row = {.partition = task->partition, .offset = -1}};
    struct weir_bytes bytes = weir_session_entry_key(session->store, entry);
    if (!weir_state_key_row(&session->state_key, bytes, task->arena, &cause.row)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "step %s: a key of its store cannot be read", session->base.step->id);
    }
    if (task->record) {
        cause.row.headers = task->record->headers;
        cause.row.header_count = task->record->header_count;
    }
    return emit(session, entry, false, &cause, err);
}

static bool emit_closed(struct session *session, struct weir_error *err)
{
    int64_t close_ms = session->time_ms - session->grace_ms - session->gap_ms;
    int64_t last_ms = session->close.last_ms;
    if (close_ms <= 0 || (last_ms != -1 && last_ms >= close_ms)) {
        return true;
    }
    session->close.last_ms = close_ms;
    return weir_session_store_visit(session->store, last_ms > 0 ? last_ms : 0, close_ms - 1,
                                    visit_closed, session, err);
}

static bool session_process(struct weir_operator *operator, uint32_t port,
                            const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct session *session = (struct session *)operator;
    if (operator->task->restoring) {
        return true;
    }
    if (weir_key_is_null(change->row.key, session->state_key.count)) {
        weir_operator_incident(operator, WEIR_INCIDENT_NULL_KEY,
                               "a row without a key is in no group");
        return true;
    }
    if (change->row.timestamp_ms > session->time_ms) {
        session->time_ms = change->row.timestamp_ms;
    }
    if (change->row.values && !add_row(session, change, err)) {
        return false;
    }
    if (session->final && weir_window_close_due(&session->close, operator->task) &&
        !emit_closed(session, err)) {
        return false;
    }
    weir_session_store_sweep(session->store, session->final ? session->close.last_ms : INT64_MAX);
    return true;
}

static bool session_tick(struct weir_operator *operator, int64_t wall_ms, struct weir_error *err)
{
    struct session *session = (struct session *)operator;
    int64_t span_ms = session->gap_ms + session->grace_ms;
    int64_t newest_ms = weir_session_store_time(session->store);
    if (!session->final || newest_ms < 0 ||
        !weir_window_close_idle(operator->task, wall_ms, span_ms)) {
        return true;
    }
    int64_t end_ms = newest_ms + span_ms + 1;
    session->time_ms = end_ms > session->time_ms ? end_ms : session->time_ms;
    return emit_closed(session, err);
}

static void session_times_export(const struct weir_operator *operator, struct weir_buffer * buffer)
{
    const struct session *session = (const struct session *)operator;
    weir_codec_put_signed(session->time_ms, buffer);
    weir_codec_put_signed(weir_session_store_time(session->store), buffer);
    weir_codec_put_signed(session->close.last_ms, buffer);
}

static bool session_times_import(struct weir_operator *operator, struct weir_bytes times)
{
    struct session *session = (struct session *)operator;
    int64_t newest_ms;
    if (!weir_codec_get_signed(&times, &session->time_ms) ||
        !weir_codec_get_signed(&times, &newest_ms) ||
        !weir_codec_get_signed(&times, &session->close.last_ms)) {
        return false;
    }
    weir_session_store_time_set(session->store, newest_ms);
    return true;
}

/* ---- creation ---- */

static void session_destroy(struct weir_operator *operator)
{
    struct session *session = (struct session *)operator;
    weir_session_store_destroy(session->store);
    weir_group_state_destroy(session->states);
    weir_state_key_fini(&session->state_key);
    weir_free(session);
}

static const struct weir_operator_ops session_ops = {
    .process = session_process,
    .tick = session_tick,
    .times_export = session_times_export,
    .times_import = session_times_import,
    .destroy = session_destroy,
};

struct weir_operator *weir_session_aggregate_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err)
{
    struct session *session = weir_alloc(sizeof *session);
    session->base = (struct weir_operator){.ops = &session_ops, .task = task, .step = step};
    const struct weir_plan_window *window = &step->aggregate.window;
    session->final = step->aggregate.emit_final;
    session->gap_ms = window->size_ms;
    session->grace_ms = window->grace_ms;
    session->time_ms = -1;
    weir_window_close_init(&session->close, 0, 1);
    weir_state_key_init(&session->state_key, step->schema.key, step->schema.key_count);
    session->states = weir_group_state_create(&session->base, err);
    if (!session->states) {
        session_destroy(&session->base);
        return NULL;
    }
    struct weir_state_ops state_ops = weir_group_state_ops(session->states);
    int64_t retention_ms = window->has_retention ? window->retention_ms : 0;
    int64_t least_ms = session->gap_ms + session->grace_ms;
    struct weir_session_store_options options = {
        .retention_ms = retention_ms > least_ms ? retention_ms
                        : least_ms > 0          ? least_ms
                                                : 1,
        .ordered = session->final,
        .changelog = weir_operator_store_has_changelog(&session->base, 0),
    };
    session->store = weir_session_store_create(&state_ops, &options);
    weir_operator_store_add(&session->base, 0, weir_session_store_store(session->store));
    return &session->base;
}
