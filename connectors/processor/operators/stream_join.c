/* Stream-stream join: each side's rows wait in a buffer for the other's. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/outer_rows.h"
#include "connectors/processor/operators/row_codec.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/operators/window_close.h"
#include "connectors/processor/state/join_buffer.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

enum { LEFT, RIGHT, FLUSH_INTERVAL_MS = 1000 };

struct side {
    struct weir_join_buffer *buffer;
    struct weir_row_codec codec;
    struct weir_value *null_values;
    size_t value_count, value_first; /* of its columns in the output */
    bool outer;                      /* its unmatched rows come out too */
    int64_t before_ms, after_ms;     /* the other side's rows: how much earlier, how much later */
};

struct join {
    struct weir_operator base;
    struct side sides[2];
    struct weir_state_key state_key;
    struct weir_outer_rows *waiting; /* NULL: unmatched rows come out at once */
    int64_t grace_ms;
    int64_t time_ms; /* newest row's of both sides, -1: none */
    int64_t next_flush_wall_ms;
};

/* ---- output ---- */

static bool emit(struct join *join, const struct weir_change *cause, const struct weir_value *left,
                 const struct weir_value *right, int64_t timestamp_ms, struct weir_error *err)
{
    const struct side *sides = join->sides;
    size_t count = sides[LEFT].value_count + sides[RIGHT].value_count;
    struct weir_value *values =
        weir_arena_alloc(join->base.task->arena, (count + 1) * sizeof *values);
    memcpy(values, left ? left : sides[LEFT].null_values, sides[LEFT].value_count * sizeof *values);
    memcpy(values + sides[LEFT].value_count, right ? right : sides[RIGHT].null_values,
           sides[RIGHT].value_count * sizeof *values);
    struct weir_change out = *cause;
    out.row.values = values;
    out.row.timestamp_ms = timestamp_ms;
    return weir_operator_emit(&join->base, &out, err);
}

static bool emit_alone(struct join *join, uint32_t port, const struct weir_change *cause,
                       const struct weir_value *values, int64_t timestamp_ms,
                       struct weir_error *err)
{
    return port == LEFT ? emit(join, cause, values, NULL, timestamp_ms, err)
                        : emit(join, cause, NULL, values, timestamp_ms, err);
}

/* ---- rows that wait for their window ---- */

static bool visit_unmatched(void *context, const struct weir_outer_row *row, struct weir_error *err)
{
    struct join *join = context;
    struct weir_stream_task *task = join->base.task;
    uint32_t port = row->left ? LEFT : RIGHT;
    struct weir_change cause = {.row = {.partition = task->partition, .offset = -1}};
    const struct weir_value *values =
        weir_row_codec_decode(&join->sides[port].codec, row->row, task->arena);
    if (!values || !weir_state_key_row(&join->state_key, row->key, task->arena, &cause.row)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "step %s: a row of its store cannot be read", join->base.step->id);
    }
    if (task->record) {
        cause.row.headers = task->record->headers;
        cause.row.header_count = task->record->header_count;
    }
    return emit_alone(join, port, &cause, values, row->timestamp_ms, err);
}

/* Rows of either side whose window and grace end before the stream's time. */
static bool flush_waiting(struct join *join, struct weir_error *err)
{
    return weir_outer_rows_flush(join->waiting, join->sides[LEFT].after_ms + join->grace_ms,
                                 join->sides[RIGHT].after_ms + join->grace_ms, join->time_ms,
                                 visit_unmatched, join, err);
}

static bool maybe_flush_waiting(struct join *join, uint32_t port, struct weir_error *err)
{
    int64_t oldest_ms = weir_outer_rows_oldest(join->waiting);
    if (oldest_ms == INT64_MAX ||
        oldest_ms + join->sides[port].after_ms + join->grace_ms >= join->time_ms) {
        return true;
    }
    const struct weir_topology_options *options = &join->base.task->topology->options;
    int64_t now_ms = options->wall_ms ? options->wall_ms(options->wall_context) : 0;
    if (now_ms < join->next_flush_wall_ms) {
        return true;
    }
    join->next_flush_wall_ms = now_ms + FLUSH_INTERVAL_MS;
    return flush_waiting(join, err);
}

/* Nothing matches now: it comes out with NULLs, at once or when its window has closed. */
static bool unmatched(struct join *join, uint32_t port, struct weir_bytes key,
                      const struct weir_change *change, struct weir_error *err)
{
    const struct side *side = &join->sides[port];
    int64_t timestamp_ms = change->row.timestamp_ms;
    if (!join->waiting || timestamp_ms + side->after_ms < join->time_ms) {
        return emit_alone(join, port, change, change->row.values, timestamp_ms, err);
    }
    weir_outer_rows_add(join->waiting, timestamp_ms, port == LEFT, key,
                        weir_row_codec_encode(&join->sides[port].codec, change->row.values));
    return true;
}

/* ---- matching ---- */

static bool emit_match(struct join *join, uint32_t port, const struct weir_change *change,
                       const struct weir_join_match *match, struct weir_error *err)
{
    const struct weir_value *other =
        weir_row_codec_decode(&join->sides[!port].codec, match->row, join->base.task->arena);
    if (!other) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "step %s: a row of its window cannot be read", join->base.step->id);
    }
    int64_t timestamp_ms = change->row.timestamp_ms > match->timestamp_ms ? change->row.timestamp_ms
                                                                          : match->timestamp_ms;
    const struct weir_value *own = change->row.values;
    return port == LEFT ? emit(join, change, own, other, timestamp_ms, err)
                        : emit(join, change, other, own, timestamp_ms, err);
}

static bool probe(struct join *join, uint32_t port, struct weir_bytes key, uint32_t hash,
                  const struct weir_change *change, struct weir_error *err)
{
    const struct side *side = &join->sides[port];
    int64_t timestamp_ms = change->row.timestamp_ms;
    int64_t from_ms = timestamp_ms - side->before_ms, to_ms;
    if (__builtin_add_overflow(timestamp_ms, side->after_ms, &to_ms)) {
        to_ms = INT64_MAX;
    }
    const struct weir_join_match *matches;
    size_t count = weir_join_buffer_probe(join->sides[!port].buffer, key, hash,
                                          from_ms > 0 ? from_ms : 0, to_ms, &matches);
    for (size_t i = 0; i < count; i++) {
        if (join->waiting) {
            weir_outer_rows_remove(join->waiting, matches[i].timestamp_ms, port != LEFT, key);
        }
        if (!emit_match(join, port, change, &matches[i], err)) {
            return false;
        }
    }
    return count > 0 || !side->outer || unmatched(join, port, key, change, err);
}

static bool put(struct join *join, uint32_t port, struct weir_bytes key, uint32_t hash,
                const struct weir_change *change, struct weir_error *err)
{
    struct side *side = &join->sides[port];
    return weir_join_buffer_put(side->buffer, key, hash, change->row.timestamp_ms,
                                weir_row_codec_encode(&side->codec, change->row.values),
                                change->row.offset, err);
}

static bool without_key(struct join *join, uint32_t port, const struct weir_change *change,
                        struct weir_error *err)
{
    if (change->row.values && join->sides[port].outer && !join->base.task->restoring) {
        return emit_alone(join, port, change, change->row.values, change->row.timestamp_ms, err);
    }
    weir_operator_incident(&join->base, WEIR_INCIDENT_NULL_KEY, "a row without a key cannot join");
    return true;
}

static bool join_process(struct weir_operator *operator, uint32_t port,
                         const struct weir_change *change, struct weir_error *err)
{
    struct join *join = (struct join *)operator;
    bool restoring = operator->task->restoring;
    if (change->row.timestamp_ms > join->time_ms) {
        join->time_ms = change->row.timestamp_ms;
    }
    if (weir_key_is_null(change->row.key, join->state_key.count)) {
        return without_key(join, port, change, err);
    }
    if (!change->row.values) {
        return true;
    }
    struct weir_change with_key = *change;
    struct weir_bytes key = weir_state_key_remember(&join->state_key, &with_key);
    uint32_t hash = weir_key_hash(key);
    if (!restoring) {
        if (join->waiting && change->row.timestamp_ms == join->time_ms &&
            !maybe_flush_waiting(join, port, err)) {
            return false;
        }
        if (!probe(join, port, key, hash, &with_key, err)) {
            return false;
        }
    }
    return put(join, port, key, hash, change, err);
}

/* ---- idle input, restart ---- */

static bool join_tick(struct weir_operator *operator, int64_t wall_ms, struct weir_error *err)
{
    struct join *join = (struct join *)operator;
    if (!join->waiting || weir_outer_rows_oldest(join->waiting) == INT64_MAX) {
        return true;
    }
    int64_t after_ms = join->sides[LEFT].after_ms > join->sides[RIGHT].after_ms
                           ? join->sides[LEFT].after_ms
                           : join->sides[RIGHT].after_ms;
    int64_t span_ms = after_ms + join->grace_ms;
    if (!weir_window_close_idle(operator->task, wall_ms, span_ms)) {
        return flush_waiting(join, err); /* what only waited for the flush interval */
    }
    return weir_outer_rows_flush(join->waiting, 0, 0, INT64_MAX, visit_unmatched, join, err);
}

static void join_times_export(const struct weir_operator *operator, struct weir_buffer * buffer)
{
    const struct join *join = (const struct join *)operator;
    weir_codec_put_signed(join->time_ms, buffer);
    weir_codec_put_signed(weir_join_buffer_time(join->sides[LEFT].buffer), buffer);
    weir_codec_put_signed(weir_join_buffer_time(join->sides[RIGHT].buffer), buffer);
}

static bool join_times_import(struct weir_operator *operator, struct weir_bytes times)
{
    struct join *join = (struct join *)operator;
    int64_t left_ms, right_ms;
    if (!weir_codec_get_signed(&times, &join->time_ms) ||
        !weir_codec_get_signed(&times, &left_ms) || !weir_codec_get_signed(&times, &right_ms)) {
        return false;
    }
    weir_join_buffer_time_set(join->sides[LEFT].buffer, left_ms);
    weir_join_buffer_time_set(join->sides[RIGHT].buffer, right_ms);
    return true;
}

static int64_t join_restore_offset(const struct weir_operator *operator, uint32_t port)
{
    return weir_join_buffer_offset_min(((const struct join *)operator)->sides[port].buffer);
}

/* ---- creation ---- */

static void join_destroy(struct weir_operator *operator)
{
    struct join *join = (struct join *)operator;
    for (int port = LEFT; port <= RIGHT; port++) {
        weir_join_buffer_destroy(join->sides[port].buffer);
        weir_row_codec_fini(&join->sides[port].codec);
        weir_free(join->sides[port].null_values);
    }
    weir_outer_rows_destroy(join->waiting);
    weir_state_key_fini(&join->state_key);
    weir_free(join);
}

static const struct weir_operator_ops join_ops = {
    .process = join_process,
    .tick = join_tick,
    .times_export = join_times_export,
    .times_import = join_times_import,
    .restore_offset = join_restore_offset,
    .destroy = join_destroy,
};

static void side_init(struct join *join, uint32_t port, const struct weir_step *input)
{
    struct side *side = &join->sides[port];
    const struct weir_step_join *step = &join->base.step->join;
    side->value_count = input->schema.value_count;
    side->null_values = weir_alloc_array(side->value_count + 1, sizeof *side->null_values);
    weir_row_codec_init(&side->codec, input, join->base.task->topology);
    bool outer_left = step->kind == WEIR_JOIN_LEFT || step->kind == WEIR_JOIN_FULL;
    bool outer_right = step->kind == WEIR_JOIN_RIGHT || step->kind == WEIR_JOIN_FULL;
    side->outer = port == LEFT ? outer_left : outer_right;
    /* ksqlDB builds a RIGHT JOIN as a left join of the right stream, with the window as written. */
    bool as_written = (port == LEFT) != (step->kind == WEIR_JOIN_RIGHT);
    side->before_ms = as_written ? step->before_ms : step->after_ms;
    side->after_ms = as_written ? step->after_ms : step->before_ms;
    side->buffer = weir_join_buffer_create(weir_join_retention_ms(step),
                                           weir_operator_store_has_changelog(&join->base, port));
    weir_operator_store_add(&join->base, port, weir_join_buffer_store(side->buffer));
}

struct weir_operator *weir_stream_join_create(struct weir_stream_task *task,
                                              const struct weir_step *step, struct weir_error *err)
{
    (void)err;
    struct join *join = weir_alloc(sizeof *join);
    join->base = (struct weir_operator){.ops = &join_ops, .task = task, .step = step};
    join->time_ms = -1;
    join->grace_ms = step->join.grace_ms;
    weir_state_key_init_windowed(&join->state_key, &step->input->schema);
    side_init(join, LEFT, step->input);
    side_init(join, RIGHT, step->right);
    if (weir_join_waits(&step->join)) {
        join->waiting = weir_outer_rows_create(weir_operator_store_has_changelog(&join->base, 2));
        weir_operator_store_add(&join->base, 2, weir_outer_rows_store(join->waiting));
    }
    return &join->base;
}
