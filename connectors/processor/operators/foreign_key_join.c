/* Foreign key join of two tables, in two parts that speak over two internal topics.
 *
 * The left part turns each change of its table into a subscription at the partition of the foreign
 * key; the right part keeps the subscriptions beside its table and answers with its row, at once
 * and whenever that changes; an answer to a row that has changed meanwhile (another hash) is
 * dropped. As Kafka Streams, instructions included. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/row_codec.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/ordered_store.h"
#include "connectors/processor/state/table_store.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"
#include "core/base/hash_table.h"

enum { SUBSCRIPTION, RESPONSE }; /* ports of the internal topics */

enum instruction {
    DELETE_SILENTLY,   /* the left row has another foreign key now */
    DELETE_AND_ANSWER, /* the left row is gone */
    ANSWER_IF_FOUND,   /* a new left row of an inner join */
    ANSWER_ALWAYS,
};

struct left_part {
    struct weir_operator base;
    const struct weir_topology_sink *subscriptions;
    struct weir_evaluator *foreign_key;
    struct weir_row_writer *foreign_key_writer; /* as the right's topic has its key */
    struct weir_state_key state_key, foreign_state_key;
    struct weir_table_store *store;
    struct weir_row_codec codec, right_codec;
    struct weir_value *right_nulls;
    bool kept; /* LEFT JOIN */
};

struct right_part {
    struct weir_operator base;
    const struct weir_topology_sink *responses;
    struct weir_state_key state_key;
    struct weir_table_store *store;
    struct weir_ordered_store *subscriptions; /* length of the key, key, left key */
    struct weir_row_codec codec;
    struct weir_buffer name;
};

static bool not_ours(const struct weir_operator *operator, const struct weir_record * record,
                     struct weir_error *err)
{
    return weir_fail(
        err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
        "step %s: internal topic %s offset %lld: not a record of this query", operator->step->id,
        record->topic, (long long)record->offset);
}

static void put_bytes(struct weir_bytes bytes, struct weir_buffer *buffer)
{
    weir_codec_put_unsigned(bytes.len, buffer);
    weir_buffer_append_bytes(buffer, bytes);
}

static bool get_bytes(struct weir_bytes *from, struct weir_bytes *bytes_out)
{
    uint64_t length;
    if (!weir_codec_get_unsigned(from, &length) || length > from->len) {
        return false;
    }
    *bytes_out = (struct weir_bytes){from->data, length};
    *from = (struct weir_bytes){from->data + length, from->len - length};
    return true;
}

/* 0: no row. */
static uint64_t hash_of(struct weir_bytes row)
{
    return weir_bytes_is_null(row) ? 0 : weir_hash(row.data, row.len) | 1;
}

/* ---- left part ---- */

/* The foreign key of a row, as a one-column key; false: NULL. */
static bool foreign_key_of(struct left_part *left, const struct weir_change *change,
                           const struct weir_value *values, struct weir_value *key_out)
{
    struct weir_row row = change->row;
    row.values = values;
    return values && weir_evaluate(left->foreign_key, &row, left->base.task->arena, key_out) &&
           !weir_value_is_null(key_out);
}

static bool subscribe(struct left_part *left, const struct weir_change *change,
                      struct weir_bytes primary_key, const struct weir_value *foreign_key,
                      enum instruction instruction, uint64_t hash, struct weir_error *err)
{
    struct weir_stream_task *task = left->base.task;
    struct weir_change foreign = {.row = {.key = foreign_key}};
    struct weir_bytes foreign_key_bytes = weir_state_key_bytes(&left->foreign_state_key, &foreign);
    bool null = false;
    weir_buffer_reset(&task->key_buffer);
    weir_buffer_reserve(&task->key_buffer, 1);
    if (!weir_row_write(left->foreign_key_writer, foreign_key, &task->key_buffer, &null, err)) {
        err->action = WEIR_ERROR_STOP;
        return weir_fail_within(err, "step %s: the foreign key cannot be written",
                                left->base.step->id);
    }
    struct weir_buffer *buffer = &task->value_buffer;
    weir_buffer_reset(buffer);
    weir_codec_put_unsigned(instruction, buffer);
    weir_codec_put_unsigned(hash, buffer);
    weir_codec_put_signed(task->partition, buffer);
    put_bytes(foreign_key_bytes, buffer);
    put_bytes(primary_key, buffer);
    struct weir_output output = {
        .sink = left->subscriptions,
        .partition = -1,
        .base_key_bytes = task->key_buffer.len,
        .key = weir_buffer_view(&task->key_buffer),
        .value = weir_buffer_view(buffer),
        .timestamp_ms = change->row.timestamp_ms,
        .headers = change->row.headers,
        .header_count = change->row.header_count,
    };
    return task->collector->produce(task->collector->context, &output, err);
}

static bool emit(struct left_part *left, const struct weir_change *cause,
                 const struct weir_value *left_values, const struct weir_value *right_values,
                 struct weir_error *err)
{
    const struct weir_step *step = left->base.step;
    size_t left_count = step->input->schema.value_count;
    size_t right_count = step->right->schema.value_count;
    struct weir_change out = *cause;
    out.has_old = false;
    out.old_values = NULL;
    out.row.values = NULL;
    if (left_values && (right_values || left->kept)) {
        struct weir_value *values = weir_arena_alloc(
            left->base.task->arena, (left_count + right_count + 1) * sizeof *values);
        memcpy(values, left_values, left_count * sizeof *values);
        memcpy(values + left_count, right_values ? right_values : left->right_nulls,
               right_count * sizeof *values);
        out.row.values = values;
    }
    return weir_operator_emit(&left->base, &out, err);
}

struct keys {
    struct weir_value old_key, new_key;
    bool has_old, has_new;
};

/* What the right part has to be told of this change. */
static bool announce(struct left_part *left, const struct weir_change *change,
                     struct weir_bytes primary_key, bool old_row, const struct keys *keys,
                     uint64_t hash, struct weir_error *err)
{
    bool same = keys->has_old && keys->has_new && weir_value_equal(&keys->old_key, &keys->new_key);
    bool silent = keys->has_new || left->kept;
    if (keys->has_old && !same &&
        !subscribe(left, change, primary_key, &keys->old_key,
                   silent ? DELETE_SILENTLY : DELETE_AND_ANSWER, hash, err)) {
        return false;
    }
    if (keys->has_new) {
        bool always = left->kept || old_row;
        return subscribe(left, change, primary_key, &keys->new_key,
                         always ? ANSWER_ALWAYS : ANSWER_IF_FOUND, hash, err);
    }
    if (!left->kept) {
        if (change->row.values) {
            weir_operator_incident(&left->base, WEIR_INCIDENT_NULL_KEY,
                                   "a row without a foreign key cannot join");
        }
        return true;
    }
    return (!change->row.values && !old_row) || emit(left, change, change->row.values, NULL, err);
}

static bool left_process(struct weir_operator *operator, uint32_t port,
                         const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct left_part *left = (struct left_part *)operator;
    struct weir_arena *arena = operator->task->arena;
    if (operator->task->restoring) {
        return true;
    }
    struct weir_bytes primary_key =
        weir_arena_copy(arena, weir_state_key_bytes(&left->state_key, change));
    struct weir_table_entry entry = weir_table_store_get(left->store, primary_key);
    const struct weir_value *old_values = NULL;
    if (!weir_bytes_is_null(entry.row)) {
        old_values = weir_row_codec_decode(&left->codec, weir_arena_copy(arena, entry.row), arena);
    }
    struct weir_bytes row = change->row.values
                                ? weir_row_codec_encode(&left->codec, change->row.values)
                                : WEIR_BYTES_NULL;
    weir_table_store_put(left->store, primary_key, row, change->row.timestamp_ms);
    struct keys keys;
    keys.has_old = foreign_key_of(left, change, old_values, &keys.old_key);
    keys.has_new = foreign_key_of(left, change, change->row.values, &keys.new_key);
    return announce(left, change, primary_key, old_values != NULL, &keys, hash_of(row), err);
}

static bool left_receive(struct weir_operator *operator, uint32_t port,
                         const struct weir_record *record, struct weir_error *err)
{
    (void)port;
    struct left_part *left = (struct left_part *)operator;
    struct weir_arena *arena = operator->task->arena;
    struct weir_change cause = {.key_bytes = record->key};
    struct weir_bytes bytes = record->value;
    uint64_t hash, found;
    if (!weir_codec_get_unsigned(&bytes, &hash) || !weir_codec_get_unsigned(&bytes, &found) ||
        weir_bytes_is_null(record->key) ||
        !weir_state_key_row(&left->state_key, record->key, arena, &cause.row)) {
        return not_ours(operator, record, err);
    }
    struct weir_table_entry entry = weir_table_store_get(left->store, record->key);
    if (hash_of(entry.row) != hash) {
        return true; /* about a row that is not the newest any more */
    }
    const struct weir_value *left_values = NULL, *right_values = NULL;
    if (hash != 0) {
        left_values = weir_row_codec_decode(&left->codec, weir_arena_copy(arena, entry.row), arena);
    }
    if (found) {
        right_values = weir_row_codec_decode(&left->right_codec, bytes, arena);
    }
    if ((hash != 0 && !left_values) || (found && !right_values)) {
        return not_ours(operator, record, err);
    }
    cause.row.timestamp_ms = record->timestamp_ms;
    cause.row.partition = record->partition;
    cause.row.offset = record->offset;
    cause.row.headers = record->headers;
    cause.row.header_count = record->header_count;
    return emit(left, &cause, left_values, right_values, err);
}

static void left_destroy(struct weir_operator *operator)
{
    struct left_part *left = (struct left_part *)operator;
    weir_evaluator_destroy(left->foreign_key);
    weir_row_writer_destroy(left->foreign_key_writer);
    weir_state_key_fini(&left->state_key);
    weir_state_key_fini(&left->foreign_state_key);
    weir_table_store_destroy(left->store);
    weir_row_codec_fini(&left->codec);
    weir_row_codec_fini(&left->right_codec);
    weir_free(left->right_nulls);
    weir_free(left);
}

static const struct weir_operator_ops left_ops = {
    .process = left_process, .receive = left_receive, .destroy = left_destroy};

struct weir_operator *weir_foreign_key_left_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err)
{
    struct left_part *left = weir_alloc(sizeof *left);
    left->base = (struct weir_operator){.ops = &left_ops, .task = task, .step = step};
    left->subscriptions = weir_operator_sink(task, step, SUBSCRIPTION);
    left->kept = step->join.kind == WEIR_JOIN_LEFT;
    const struct weir_schema *right = &step->right->schema;
    left->right_nulls = weir_alloc_array(right->value_count + 1, sizeof *left->right_nulls);
    weir_state_key_init(&left->state_key, step->schema.key, step->schema.key_count);
    weir_state_key_init(&left->foreign_state_key, right->key, right->key_count);
    left->foreign_key_writer =
        weir_row_writer_create(&step->join.foreign_key_format, right->key, right->key_count);
    weir_row_codec_init(&left->codec, step->input, task->topology);
    weir_row_codec_init(&left->right_codec, step->right, task->topology);
    left->store = weir_table_store_create(weir_operator_store_has_changelog(&left->base, 0));
    weir_operator_store_add(&left->base, 0, weir_table_store_store(left->store));
    left->foreign_key =
        weir_evaluator_create(step->join.foreign_key, &task->expression_options, err);
    if (!left->foreign_key) {
        left_destroy(&left->base);
        return NULL;
    }
    return &left->base;
}

/* ---- right part ---- */

struct subscription {
    uint64_t instruction, hash;
    int64_t partition; /* of the left part */
    struct weir_bytes foreign_key, primary_key;
};

static bool answer(struct right_part *right, const struct subscription *subscription,
                   struct weir_bytes row, int64_t timestamp_ms, const struct weir_header *headers,
                   size_t header_count, struct weir_error *err)
{
    struct weir_stream_task *task = right->base.task;
    struct weir_buffer *buffer = &task->value_buffer;
    weir_buffer_reset(buffer);
    weir_codec_put_unsigned(subscription->hash, buffer);
    weir_codec_put_unsigned(!weir_bytes_is_null(row), buffer);
    if (!weir_bytes_is_null(row)) {
        weir_buffer_append_bytes(buffer, row);
    }
    struct weir_output output = {
        .sink = right->responses,
        .partition = (int32_t)subscription->partition,
        .base_key_bytes = subscription->primary_key.len,
        .key = subscription->primary_key,
        .value = weir_buffer_view(buffer),
        .timestamp_ms = timestamp_ms,
        .headers = headers,
        .header_count = header_count,
    };
    return task->collector->produce(task->collector->context, &output, err);
}

/* Before the left keys of all subscriptions to it. */
static struct weir_bytes prefix_of(struct right_part *right, struct weir_bytes foreign_key)
{
    uint8_t length[sizeof(uint32_t)];
    weir_store_be32(length, (uint32_t)foreign_key.len);
    weir_buffer_reset(&right->name);
    weir_buffer_append(&right->name, length, sizeof length);
    weir_buffer_append_bytes(&right->name, foreign_key);
    return weir_buffer_view(&right->name);
}

static void keep_subscription(struct right_part *right, const struct subscription *subscription)
{
    prefix_of(right, subscription->foreign_key);
    weir_buffer_append_bytes(&right->name, subscription->primary_key);
    struct weir_bytes name = weir_buffer_view(&right->name);
    if (subscription->instruction == DELETE_SILENTLY ||
        subscription->instruction == DELETE_AND_ANSWER) {
        weir_ordered_store_remove(right->subscriptions, name);
        return;
    }
    weir_auto_buffer value;
    weir_buffer_init(&value, SIZE_MAX);
    weir_codec_put_unsigned(subscription->hash, &value);
    weir_codec_put_signed(subscription->partition, &value);
    weir_ordered_store_put(right->subscriptions, name, weir_buffer_view(&value));
}

static bool right_receive(struct weir_operator *operator, uint32_t port,
                          const struct weir_record *record, struct weir_error *err)
{
    (void)port;
    struct right_part *right = (struct right_part *)operator;
    struct subscription subscription;
    struct weir_bytes bytes = record->value;
    if (!weir_codec_get_unsigned(&bytes, &subscription.instruction) ||
        !weir_codec_get_unsigned(&bytes, &subscription.hash) ||
        !weir_codec_get_signed(&bytes, &subscription.partition) ||
        !get_bytes(&bytes, &subscription.foreign_key) ||
        !get_bytes(&bytes, &subscription.primary_key)) {
        return not_ours(operator, record, err);
    }
    keep_subscription(right, &subscription);
    struct weir_table_entry entry = weir_table_store_get(right->store, subscription.foreign_key);
    bool found = !weir_bytes_is_null(entry.row);
    if (subscription.instruction == DELETE_SILENTLY ||
        (subscription.instruction == ANSWER_IF_FOUND && !found)) {
        return true;
    }
    int64_t timestamp_ms = record->timestamp_ms;
    if (subscription.instruction == DELETE_AND_ANSWER) {
        entry.row = WEIR_BYTES_NULL;
    } else if (entry.timestamp_ms > timestamp_ms) {
        timestamp_ms = entry.timestamp_ms;
    }
    return answer(right, &subscription, entry.row, timestamp_ms, record->headers,
                  record->header_count, err);
}

static bool answer_subscribers(struct right_part *right, const struct weir_change *change,
                               struct weir_bytes foreign_key, struct weir_bytes row,
                               struct weir_error *err)
{
    struct weir_bytes prefix = prefix_of(right, foreign_key);
    const struct weir_ordered_node *node =
        weir_ordered_map_seek(weir_ordered_store_map(right->subscriptions), prefix);
    for (; node; node = weir_ordered_node_next(node)) {
        struct weir_bytes name = weir_ordered_node_key(node);
        if (name.len < prefix.len || memcmp(name.data, prefix.data, prefix.len) != 0) {
            return true;
        }
        struct subscription subscription = {
            .primary_key = {name.data + prefix.len, name.len - prefix.len}};
        struct weir_bytes value = weir_ordered_node_value(node);
        if (!weir_codec_get_unsigned(&value, &subscription.hash) ||
            !weir_codec_get_signed(&value, &subscription.partition)) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                             "step %s: a subscription cannot be read", right->base.step->id);
        }
        if (!answer(right, &subscription, row, change->row.timestamp_ms, change->row.headers,
                    change->row.header_count, err)) {
            return false;
        }
    }
    return true;
}

static bool right_process(struct weir_operator *operator, uint32_t port,
                          const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct right_part *right = (struct right_part *)operator;
    if (operator->task->restoring) {
        return true;
    }
    struct weir_bytes key = weir_state_key_bytes(&right->state_key, change);
    struct weir_bytes row = change->row.values
                                ? weir_row_codec_encode(&right->codec, change->row.values)
                                : WEIR_BYTES_NULL;
    weir_table_store_put(right->store, key, row, change->row.timestamp_ms);
    return answer_subscribers(right, change, key, row, err);
}

static void right_destroy(struct weir_operator *operator)
{
    struct right_part *right = (struct right_part *)operator;
    weir_state_key_fini(&right->state_key);
    weir_table_store_destroy(right->store);
    weir_ordered_store_destroy(right->subscriptions);
    weir_row_codec_fini(&right->codec);
    weir_buffer_fini(&right->name);
    weir_free(right);
}

static const struct weir_operator_ops right_ops = {
    .process = right_process, .receive = right_receive, .destroy = right_destroy};

struct weir_operator *weir_foreign_key_right_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err)
{
    (void)err;
    struct right_part *right = weir_alloc(sizeof *right);
    right->base = (struct weir_operator){.ops = &right_ops, .task = task, .step = step};
    right->responses = weir_operator_sink(task, step, RESPONSE);
    const struct weir_schema *schema = &step->right->schema;
    weir_state_key_init(&right->state_key, schema->key, schema->key_count);
    weir_row_codec_init(&right->codec, step->right, task->topology);
    weir_buffer_init(&right->name, SIZE_MAX);
    bool changelog = weir_operator_store_has_changelog(&right->base, 0);
    right->store = weir_table_store_create(changelog);
    right->subscriptions = weir_ordered_store_create(changelog);
    weir_operator_store_add(&right->base, 0, weir_table_store_store(right->store));
    weir_operator_store_add(&right->base, 1, weir_ordered_store_store(right->subscriptions));
    return &right->base;
}
