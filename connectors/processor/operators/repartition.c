/* Both ends of an internal topic: rows go in with a new key and come out of the partition of that
 * key, as they were. The key has the format that co-partitioned topics have; the value is ours: a
 * byte of flags, the columns that are read downstream in the form of value_codec.h, then the old
 * row's, then the place of the record that the row came from. Towards an aggregate the rows of a
 * key wait for the commit and go as one record (row_packs.h). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/row_packs.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

enum {
    FORM = 0x10, /* of the value; another one is refused */
    HAS_ROW = 1,
    HAS_OLD = 2,
    HAS_POSITION = 4,
};

struct repartition {
    struct weir_operator base;
    const struct weir_topology_sink *topic; /* writing end */
    struct weir_row_packs *packs;           /* NULL: each row goes at once */
    struct weir_row_writer *key_writer;
    struct weir_row_reader *key_reader;
    bool raw_keys;
    const bool *needed;
    bool position_needed;
};

/* ---- writing ---- */

static void encode_needed(const struct repartition *repartition, const struct weir_value *values,
                          struct weir_buffer *buffer)
{
    for (size_t i = 0; i < repartition->base.step->schema.value_count; i++) {
        if (repartition->needed[i]) {
            weir_value_encode(&values[i], buffer);
        }
    }
}

static struct weir_bytes encode_value(struct repartition *repartition,
                                      const struct weir_change *change)
{
    struct weir_buffer *buffer = &repartition->base.task->value_buffer;
    weir_buffer_reset(buffer);
    unsigned flags = FORM | (change->row.values ? HAS_ROW : 0) |
                     (change->old_values ? HAS_OLD : 0) |
                     (repartition->position_needed ? HAS_POSITION : 0);
    weir_buffer_append_byte(buffer, (uint8_t)flags);
    if (change->row.values) {
        encode_needed(repartition, change->row.values, buffer);
    }
    if (change->old_values) {
        encode_needed(repartition, change->old_values, buffer);
    }
    if (repartition->position_needed) {
        weir_codec_put_signed(change->row.partition, buffer);
        weir_codec_put_signed(change->row.offset, buffer);
    }
    return weir_buffer_view(buffer);
}

static bool encode_key(struct repartition *repartition, const struct weir_change *change,
                       struct weir_bytes *key_out, struct weir_error *err)
{
    *key_out = WEIR_BYTES_NULL;
    const struct weir_schema *schema = &repartition->base.step->schema;
    if (weir_key_is_null(change->row.key, schema->key_count)) {
        return true;
    }
    if (repartition->raw_keys && !weir_bytes_is_null(change->key_bytes)) {
        *key_out = change->key_bytes;
        return true;
    }
    struct weir_buffer *buffer = &repartition->base.task->key_buffer;
    weir_buffer_reset(buffer);
    bool null = false;
    if (!weir_row_write(repartition->key_writer, change->row.key, buffer, &null, err)) {
        err->action = WEIR_ERROR_STOP;
        return weir_fail_within(err, "internal topic %s: the key cannot be written",
                                repartition->topic->topic);
    }
    if (!null && weir_buffer_reserve(buffer, 1)) {
        *key_out = weir_buffer_view(buffer);
    }
    return true;
}

static bool produce(struct repartition *repartition, struct weir_output *output,
                    struct weir_error *err)
{
    const struct weir_collector *collector = repartition->base.task->collector;
    output->sink = repartition->topic;
    output->partition = -1;
    output->base_key_bytes = output->key.len;
    return collector->produce(collector->context, output, err);
}

static bool pack_leaves(void *context, struct weir_bytes key, int64_t timestamp_ms,
                        struct weir_bytes value, struct weir_error *err)
{
    struct weir_output output = {.key = key, .value = value, .timestamp_ms = timestamp_ms};
    return produce(context, &output, err);
}

static bool sink_process(struct weir_operator *operator, uint32_t port,
                         const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct repartition *repartition = (struct repartition *)operator;
    if (operator->task->restoring) {
        return true;
    }
    struct weir_output output = {
        .timestamp_ms = change->row.timestamp_ms,
        .headers = change->row.headers,
        .header_count = change->row.header_count,
    };
    if (!encode_key(repartition, change, &output.key, err)) {
        return false;
    }
    output.value = encode_value(repartition, change);
    if (!repartition->packs) {
        return produce(repartition, &output, err);
    }
    if (output.header_count > 0 || weir_bytes_is_null(output.key)) { /* behind what came before */
        return weir_row_packs_flush(repartition->packs, err) && produce(repartition, &output, err);
    }
    return weir_row_packs_add(repartition->packs, output.key, output.timestamp_ms, output.value,
                              err);
}

static bool sink_flush(struct weir_operator *operator, struct weir_error * err)
{
    struct repartition *repartition = (struct repartition *)operator;
    return !repartition->packs || weir_row_packs_flush(repartition->packs, err);
}

/* ---- reading ---- */

static const struct weir_value *decode_needed(struct repartition *repartition,
                                              struct weir_bytes *bytes)
{
    struct weir_arena *arena = repartition->base.task->arena;
    size_t count = repartition->base.step->schema.value_count;
    struct weir_value *values = weir_arena_calloc(arena, count + 1, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        if (repartition->needed[i] && !weir_value_decode(bytes, arena, &values[i])) {
            return NULL;
        }
    }
    return values;
}

static bool decode_value(struct repartition *repartition, struct weir_bytes bytes,
                         struct weir_change *change)
{
    if (bytes.len == 0 || (bytes.data[0] & ~0xfu) != FORM) {
        return false;
    }
    unsigned flags = bytes.data[0];
    bytes = (struct weir_bytes){bytes.data + 1, bytes.len - 1};
    change->has_old = repartition->base.step->table;
    if (flags & HAS_ROW && !(change->row.values = decode_needed(repartition, &bytes))) {
        return false;
    }
    if (flags & HAS_OLD && !(change->old_values = decode_needed(repartition, &bytes))) {
        return false;
    }
    if (flags & HAS_POSITION) {
        int64_t partition;
        if (!weir_codec_get_signed(&bytes, &partition) ||
            !weir_codec_get_signed(&bytes, &change->row.offset)) {
            return false;
        }
        change->row.partition = (int32_t)partition;
    }
    return bytes.len == 0;
}

static bool decode_key(struct repartition *repartition, struct weir_bytes bytes,
                       struct weir_change *change)
{
    size_t count = repartition->base.step->schema.key_count;
    struct weir_arena *arena = repartition->base.task->arena;
    struct weir_value *key = weir_arena_calloc(arena, count + 1, sizeof *key);
    change->row.key = key;
    if (count == 0 || weir_bytes_is_null(bytes)) {
        return true;
    }
    bool null = false;
    struct weir_error err = {0};
    if (!weir_row_read(repartition->key_reader, bytes, arena, key, &null, &err)) {
        return false;
    }
    if (repartition->raw_keys && !null) {
        change->key_bytes = bytes;
    }
    return true;
}

static bool not_ours(const struct weir_record *record, struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                     "internal topic %s partition %d offset %lld: not a record of this query",
                     record->topic, record->partition, (long long)record->offset);
}

static bool receive_row(struct repartition *repartition, const struct weir_record *record,
                        const struct weir_change *keyed, struct weir_bytes row,
                        struct weir_error *err)
{
    struct weir_stream_task *task = repartition->base.task;
    struct weir_change change = *keyed;
    if (!decode_value(repartition, row, &change)) {
        return not_ours(record, err);
    }
    if (change.row.timestamp_ms > task->stream_time_ms) {
        task->stream_time_ms = change.row.timestamp_ms;
    }
    return weir_operator_emit(&repartition->base, &change, err);
}

static bool receive_pack(struct repartition *repartition, const struct weir_record *record,
                         struct weir_change *keyed, struct weir_error *err)
{
    struct weir_bytes pack = {record->value.data + 1, record->value.len - 1}, row;
    int64_t less_ms;
    while (pack.len > 0) {
        if (!weir_row_pack_next(&pack, &less_ms, &row)) {
            return not_ours(record, err);
        }
        keyed->row.timestamp_ms = record->timestamp_ms + less_ms;
        if (!receive_row(repartition, record, keyed, row, err)) {
            return false;
        }
    }
    return true;
}

static bool source_receive(struct weir_operator *operator, uint32_t port,
                           const struct weir_record *record, struct weir_error *err)
{
    (void)port;
    struct repartition *repartition = (struct repartition *)operator;
    struct weir_change change = {0};
    change.row.timestamp_ms = record->timestamp_ms;
    change.row.partition = record->partition;
    change.row.offset = record->offset;
    change.row.headers = record->headers;
    change.row.header_count = record->header_count;
    if (!decode_key(repartition, record->key, &change)) {
        return not_ours(record, err);
    }
    bool packed = record->value.len > 0 && record->value.data[0] == WEIR_ROW_PACK_FORM;
    return packed ? receive_pack(repartition, record, &change, err)
                  : receive_row(repartition, record, &change, record->value, err);
}

/* ---- creation ---- */

static void repartition_destroy(struct weir_operator *operator)
{
    struct repartition *repartition = (struct repartition *)operator;
    weir_row_packs_destroy(repartition->packs);
    weir_row_writer_destroy(repartition->key_writer);
    weir_row_reader_destroy(repartition->key_reader);
    weir_free(repartition);
}

static const struct weir_operator_ops sink_ops = {.process = sink_process,
                                                  .commit = sink_flush,
                                                  .flush = sink_flush,
                                                  .destroy = repartition_destroy};
static const struct weir_operator_ops source_ops = {.receive = source_receive,
                                                    .destroy = repartition_destroy};

static struct repartition *repartition_create(struct weir_stream_task *task,
                                              const struct weir_step *step,
                                              const struct weir_operator_ops *ops)
{
    struct repartition *repartition = weir_alloc(sizeof *repartition);
    repartition->base = (struct weir_operator){.ops = ops, .task = task, .step = step};
    repartition->needed = task->topology->steps[step->number].needed;
    repartition->position_needed = task->topology->steps[step->number].position_needed;
    repartition->raw_keys = step->repartition.formats.key.kind == WEIR_FORMAT_KAFKA &&
                            weir_state_key_is_kafka(step->schema.key, step->schema.key_count);
    return repartition;
}

struct weir_operator *weir_repartition_sink_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err)
{
    (void)err;
    struct repartition *repartition = repartition_create(task, step, &sink_ops);
    repartition->topic = weir_operator_sink(task, step, 0);
    if (weir_topology_packs(task->topology, step)) {
        repartition->packs = weir_row_packs_create(pack_leaves, repartition);
    }
    repartition->key_writer = weir_row_writer_create(&step->repartition.formats.key,
                                                     step->schema.key, step->schema.key_count);
    return &repartition->base;
}

struct weir_operator *weir_repartition_source_create(struct weir_stream_task *task,
                                                     const struct weir_step *step,
                                                     struct weir_error *err)
{
    (void)err;
    struct repartition *repartition = repartition_create(task, step, &source_ops);
    repartition->key_reader = weir_row_reader_create(&step->repartition.formats.key,
                                                     step->schema.key, step->schema.key_count);
    return &repartition->base;
}
