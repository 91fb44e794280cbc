/* Joins with a table: stream-table, where the stream's rows look the table's up, and table-table,
 * where a change of either side changes the joined row. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/row_codec.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/state/table_store.h"
#include "core/base/alloc.h"

enum { LEFT, RIGHT };

struct side {
    struct weir_table_store *store; /* NULL: the stream */
    struct weir_row_codec codec;
    struct weir_value *null_values;
    size_t value_count;
    bool kept; /* its rows come out without the other side's */
};

struct join {
    struct weir_operator base;
    struct side sides[2];
    struct weir_state_key state_key;
};

struct found {
    const struct weir_value *values; /* NULL: no row */
    int64_t timestamp_ms;
};

static bool look_up(struct join *join, uint32_t port, struct weir_bytes key, struct found *found,
                    struct weir_error *err)
{
    struct side *side = &join->sides[port];
    struct weir_table_entry entry = weir_table_store_get(side->store, key);
    *found = (struct found){.timestamp_ms = entry.timestamp_ms};
    if (weir_bytes_is_null(entry.row)) {
        return true;
    }
    struct weir_arena *arena = join->base.task->arena;
    found->values = weir_row_codec_decode(&side->codec, weir_arena_copy(arena, entry.row), arena);
    return found->values ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                     "step %s: a row of its store cannot be read", join->base.step->id);
}

/* NULL when a side that must be there is not. */
static const struct weir_value *joined(const struct join *join, const struct weir_value *left,
                                       const struct weir_value *right)
{
    const struct side *sides = join->sides;
    if ((!left && !right) || (!left && !sides[RIGHT].kept) || (!right && !sides[LEFT].kept)) {
        return NULL;
    }
    size_t count = sides[LEFT].value_count + sides[RIGHT].value_count;
    struct weir_value *values =
        weir_arena_alloc(join->base.task->arena, (count + 1) * sizeof *values);
    memcpy(values, left ? left : sides[LEFT].null_values, sides[LEFT].value_count * sizeof *values);
    memcpy(values + sides[LEFT].value_count, right ? right : sides[RIGHT].null_values,
           sides[RIGHT].value_count * sizeof *values);
    return values;
}

static void put(struct join *join, uint32_t port, struct weir_bytes key,
                const struct weir_change *change)
{
    struct side *side = &join->sides[port];
    struct weir_bytes row = change->row.values
                                ? weir_row_codec_encode(&side->codec, change->row.values)
                                : WEIR_BYTES_NULL;
    weir_table_store_put(side->store, key, row, change->row.timestamp_ms);
}

static bool has_key(struct join *join, const struct weir_change *change)
{
    if (!weir_key_is_null(change->row.key, join->state_key.count)) {
        return true;
    }
    weir_operator_incident(&join->base, WEIR_INCIDENT_NULL_KEY, "a row without a key cannot join");
    return false;
}

/* ---- stream-table ---- */

static bool stream_row(struct join *join, const struct weir_change *change, struct weir_error *err)
{
    if (!change->row.values) {
        return true;
    }
    struct weir_change out = *change;
    struct found found = {0};
    if (!weir_key_is_null(change->row.key, join->state_key.count)) {
        struct weir_bytes key = weir_state_key_remember(&join->state_key, &out);
        if (!look_up(join, RIGHT, key, &found, err)) {
            return false;
        }
    } else if (!join->sides[LEFT].kept) {
        has_key(join, change);
        return true;
    }
    out.row.values = joined(join, change->row.values, found.values);
    return !out.row.values || weir_operator_emit(&join->base, &out, err);
}

static bool stream_table_process(struct weir_operator *operator, uint32_t port,
                                 const struct weir_change *change, struct weir_error *err)
{
    struct join *join = (struct join *)operator;
    if (operator->task->restoring) {
        return true;
    }
    if (port == LEFT) {
        return stream_row(join, change, err);
    }
    if (has_key(join, change)) {
        put(join, RIGHT, weir_state_key_bytes(&join->state_key, change), change);
    }
    return true;
}

/* ---- table-table ---- */

static bool table_table_process(struct weir_operator *operator, uint32_t port,
                                const struct weir_change *change, struct weir_error *err)
{
    struct join *join = (struct join *)operator;
    if (operator->task->restoring || !has_key(join, change)) {
        return true;
    }
    struct weir_change out = *change;
    struct weir_bytes key = weir_state_key_remember(&join->state_key, &out);
    struct found own, other;
    if (!look_up(join, port, key, &own, err) || !look_up(join, !port, key, &other, err)) {
        return false;
    }
    put(join, port, key, change);
    /* Nothing was there and nothing is, or the other side has to be there. */
    if ((!other.values && !join->sides[port].kept) ||
        (!other.values && !change->row.values && !own.values)) {
        return true;
    }
    if (other.timestamp_ms > out.row.timestamp_ms) {
        out.row.timestamp_ms = other.timestamp_ms;
    }
    const struct weir_value *values = change->row.values;
    out.row.values =
        port == LEFT ? joined(join, values, other.values) : joined(join, other.values, values);
    out.old_values = port == LEFT ? joined(join, own.values, other.values)
                                  : joined(join, other.values, own.values);
    out.has_old = true;
    return weir_operator_emit(operator, & out, err);
}

/* ---- creation ---- */

static void join_destroy(struct weir_operator *operator)
{
    struct join *join = (struct join *)operator;
    for (int port = LEFT; port <= RIGHT; port++) {
        weir_table_store_destroy(join->sides[port].store);
        weir_row_codec_fini(&join->sides[port].codec);
        weir_free(join->sides[port].null_values);
    }
    weir_state_key_fini(&join->state_key);
    weir_free(join);
}

static const struct weir_operator_ops stream_table_ops = {.process = stream_table_process,
                                                          .destroy = join_destroy};
static const struct weir_operator_ops table_table_ops = {.process = table_table_process,
                                                         .destroy = join_destroy};

static void side_init(struct join *join, uint32_t port, const struct weir_step *input)
{
    struct side *side = &join->sides[port];
    enum weir_join_kind kind = join->base.step->join.kind;
    side->value_count = input->schema.value_count;
    side->null_values = weir_alloc_array(side->value_count + 1, sizeof *side->null_values);
    side->kept =
        kind == WEIR_JOIN_FULL || kind == (port == LEFT ? WEIR_JOIN_LEFT : WEIR_JOIN_RIGHT);
    weir_row_codec_init(&side->codec, input, join->base.task->topology);
}

static void store_init(struct join *join, uint32_t port, uint32_t ordinal)
{
    struct side *side = &join->sides[port];
    side->store = weir_table_store_create(weir_operator_store_has_changelog(&join->base, ordinal));
    weir_operator_store_add(&join->base, ordinal, weir_table_store_store(side->store));
}

static struct join *join_create(struct weir_stream_task *task, const struct weir_step *step,
                                const struct weir_operator_ops *ops)
{
    struct join *join = weir_alloc(sizeof *join);
    join->base = (struct weir_operator){.ops = ops, .task = task, .step = step};
    weir_state_key_init_windowed(&join->state_key, &step->input->schema);
    side_init(join, LEFT, step->input);
    side_init(join, RIGHT, step->right);
    return join;
}

struct weir_operator *weir_stream_table_join_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err)
{
    (void)err;
    struct join *join = join_create(task, step, &stream_table_ops);
    store_init(join, RIGHT, 0);
    return &join->base;
}

struct weir_operator *weir_table_join_create(struct weir_stream_task *task,
                                             const struct weir_step *step, struct weir_error *err)
{
    (void)err;
    struct join *join = join_create(task, step, &table_table_ops);
    store_init(join, LEFT, 0);
    store_init(join, RIGHT, 1);
    return &join->base;
}
