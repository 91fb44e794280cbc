/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "connectors/processor/operators/row_codec.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/timestamp_column.h"
#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/state/table_store.h"
#include "connectors/processor/values/row_format.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

struct source {
    struct weir_operator base;
    const struct weir_source *source;
    struct weir_row_reader *key_reader, *value_reader;
    bool raw_keys;                    /* the record's key bytes are what stores have */
    struct weir_column *read_columns; /* value columns that are in the record's value */
    size_t read_count;
    struct weir_evaluator *timestamp; /* NULL: the record's */
    struct weir_value *null_values;
    /* Materialised table. */
    struct weir_table_store *store;
    struct weir_state_key state_key;
    struct weir_row_codec codec;
};

static bool is_header_column(const struct weir_source *source, size_t index)
{
    for (size_t i = 0; i < source->header_count; i++) {
        if (source->headers[i].value_index == index) {
            return true;
        }
    }
    return false;
}

/* ---- headers as columns ---- */

static struct weir_value bytes_value(struct weir_bytes bytes)
{
    if (weir_bytes_is_null(bytes)) {
        return WEIR_VALUE_NULL;
    }
    return (struct weir_value){
        .kind = WEIR_TYPE_BYTES, .bytes = bytes.data, .length = (uint32_t)bytes.len};
}

static struct weir_value header_last(const struct weir_record *record, const char *name)
{
    struct weir_bytes wanted = weir_bytes_of(name);
    for (size_t i = record->header_count; i-- > 0;) {
        if (weir_bytes_equal(record->headers[i].name, wanted)) {
            return bytes_value(record->headers[i].value);
        }
    }
    return WEIR_VALUE_NULL;
}

/* ARRAY<STRUCT<KEY STRING, VALUE BYTES>> */
static struct weir_value header_array(struct weir_arena *arena, const struct weir_record *record)
{
    struct weir_value *items = weir_arena_calloc(arena, record->header_count + 1, sizeof *items);
    for (size_t i = 0; i < record->header_count; i++) {
        struct weir_value *fields = weir_arena_calloc(arena, 2, sizeof *fields);
        struct weir_bytes name = record->headers[i].name;
        fields[0] = (struct weir_value){.kind = WEIR_TYPE_STRING,
                                        .text = (const char *)name.data,
                                        .length = (uint32_t)name.len};
        fields[1] = bytes_value(record->headers[i].value);
        items[i] = (struct weir_value){.kind = WEIR_TYPE_STRUCT, .items = fields, .length = 2};
    }
    return (struct weir_value){
        .kind = WEIR_TYPE_ARRAY, .items = items, .length = (uint32_t)record->header_count};
}

/* What was read takes its places between the columns that come from headers. */
static struct weir_value *with_headers(struct source *source, const struct weir_record *record,
                                       const struct weir_value *read)
{
    struct weir_arena *arena = source->base.task->arena;
    size_t count = source->source->schema.value_count;
    struct weir_value *values = weir_arena_calloc(arena, count + 1, sizeof *values);
    for (size_t i = 0; i < source->source->header_count; i++) {
        const struct weir_header_column *column = &source->source->headers[i];
        values[column->value_index] =
            column->header ? header_last(record, column->header) : header_array(arena, record);
    }
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_header_column(source->source, i)) {
            values[i] = read[next++];
        }
    }
    return values;
}

/* ---- reading ---- */

enum outcome { OUTCOME_ROW, OUTCOME_SKIP, OUTCOME_FAIL };

/* A record that cannot be read is skipped, or ends the query. */
static enum outcome bad_record(struct source *source, const struct weir_record *record,
                               const char *what, struct weir_error *reason, struct weir_error *err)
{
    if (source->base.task->topology->options.fail_on_bad_record) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                  "topic %s partition %d offset %lld: %s: %s", record->topic, record->partition,
                  (long long)record->offset, what, reason->message);
        return OUTCOME_FAIL;
    }
    weir_operator_incident(&source->base, WEIR_INCIDENT_BAD_RECORD, "%s: %s", what,
                           reason->message);
    return OUTCOME_SKIP;
}

static bool read_key(struct source *source, struct weir_bytes bytes, struct weir_change *change,
                     struct weir_error *reason)
{
    const struct weir_schema *schema = &source->source->schema;
    struct weir_value *key =
        weir_arena_calloc(source->base.task->arena, schema->key_count + 1, sizeof *key);
    change->row.key = key;
    change->row.window = schema->window;
    if (schema->window != WEIR_WINDOW_NONE && !weir_bytes_is_null(bytes) &&
        !weir_window_suffix_take(schema->window, schema->window_size_ms, &bytes,
                                 &change->row.window_start_ms, &change->row.window_end_ms)) {
        return weir_fail(reason, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "the key is too short for a window");
    }
    if (schema->key_count == 0 || weir_bytes_is_null(bytes)) {
        return true;
    }
    bool null = false;
    if (!weir_row_read(source->key_reader, bytes, source->base.task->arena, key, &null, reason)) {
        return false;
    }
    if (source->raw_keys && !null) {
        change->key_bytes = bytes;
    }
    return true;
}

static bool read_value(struct source *source, const struct weir_record *record,
                       struct weir_change *change, struct weir_error *reason)
{
    if (weir_bytes_is_null(record->value)) {
        return true;
    }
    struct weir_arena *arena = source->base.task->arena;
    struct weir_value *values = weir_arena_alloc(arena, (source->read_count + 1) * sizeof *values);
    bool null = false;
    if (!weir_row_read(source->value_reader, record->value, arena, values, &null, reason)) {
        return false;
    }
    if (!null) {
        change->row.values =
            source->source->header_count > 0 ? with_headers(source, record, values) : values;
    }
    return true;
}

/* False: as ksqlDB, whose extractor fails then. */
static bool extract_timestamp(struct source *source, struct weir_change *change)
{
    if (!source->timestamp || (!source->source->timestamp.in_key && !change->row.values)) {
        return true;
    }
    struct weir_row row = change->row;
    row.values = row.values ? row.values : source->null_values;
    return weir_timestamp_evaluate(source->timestamp, &row, source->base.task->arena,
                                   &change->row.timestamp_ms);
}

static enum outcome bad_timestamp(struct source *source, const struct weir_record *record,
                                  struct weir_error *err)
{
    if (source->base.task->topology->options.throw_on_invalid_timestamp) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                  "topic %s partition %d offset %lld: the timestamp column %s cannot be read",
                  record->topic, record->partition, (long long)record->offset,
                  source->source->timestamp.column ? source->source->timestamp.column : "");
        return OUTCOME_FAIL;
    }
    weir_operator_incident(&source->base, WEIR_INCIDENT_BAD_RECORD,
                           "the timestamp is missing, negative, or cannot be read");
    return OUTCOME_SKIP;
}

static enum outcome read_record(struct source *source, const struct weir_record *record,
                                struct weir_change *change, struct weir_error *err)
{
    struct weir_error reason = {0};
    *change = (struct weir_change){0};
    change->row.timestamp_ms = record->timestamp_ms;
    change->row.partition = record->partition;
    change->row.offset = record->offset;
    change->row.headers = record->headers;
    change->row.header_count = record->header_count;
    if (!read_key(source, record->key, change, &reason)) {
        return bad_record(source, record, "the key cannot be read", &reason, err);
    }
    if (!read_value(source, record, change, &reason)) {
        return bad_record(source, record, "the value cannot be read", &reason, err);
    }
    if (!extract_timestamp(source, change) || change->row.timestamp_ms < 0) {
        return bad_timestamp(source, record, err);
    }
    return OUTCOME_ROW;
}

/* ---- streams and tables ---- */

static void advance_stream_time(struct weir_stream_task *task, int64_t timestamp_ms)
{
    if (timestamp_ms > task->stream_time_ms) {
        task->stream_time_ms = timestamp_ms;
    }
}

static bool stream_receive(struct weir_operator *operator, uint32_t port,
                           const struct weir_record *record, struct weir_error *err)
{
    (void)port;
    struct source *source = (struct source *)operator;
    struct weir_change change;
    enum outcome outcome = read_record(source, record, &change, err);
    if (outcome != OUTCOME_ROW) {
        return outcome == OUTCOME_SKIP;
    }
    advance_stream_time(operator->task, change.row.timestamp_ms);
    return weir_operator_emit(operator, & change, err);
}

static void store_change(struct source *source, struct weir_change *change)
{
    struct weir_bytes key = weir_state_key_bytes(&source->state_key, change);
    if (!source->base.task->restoring) {
        struct weir_table_entry old = weir_table_store_get(source->store, key);
        change->has_old = true;
        struct weir_arena *arena = source->base.task->arena;
        change->old_values =
            weir_bytes_is_null(old.row)
                ? NULL
                : weir_row_codec_decode(&source->codec, weir_arena_copy(arena, old.row), arena);
    }
    weir_table_store_put(source->store, key,
                         change->row.values
                             ? weir_row_codec_encode(&source->codec, change->row.values)
                             : WEIR_BYTES_NULL,
                         change->row.timestamp_ms);
}

static bool table_receive(struct weir_operator *operator, uint32_t port,
                          const struct weir_record *record, struct weir_error *err)
{
    (void)port;
    struct source *source = (struct source *)operator;
    struct weir_change change;
    enum outcome outcome = read_record(source, record, &change, err);
    if (outcome != OUTCOME_ROW) {
        return outcome == OUTCOME_SKIP;
    }
    advance_stream_time(operator->task, change.row.timestamp_ms);
    if (weir_key_is_null(change.row.key, source->source->schema.key_count)) {
        weir_operator_incident(operator, WEIR_INCIDENT_NULL_KEY, "a table's row needs a key");
        return true;
    }
    if (source->store) {
        store_change(source, &change);
    }
    return operator->task->restoring || weir_operator_emit(operator, & change, err);
}

/* ---- creation ---- */

static void source_destroy(struct weir_operator *operator)
{
    struct source *source = (struct source *)operator;
    weir_row_reader_destroy(source->key_reader);
    weir_row_reader_destroy(source->value_reader);
    weir_evaluator_destroy(source->timestamp);
    weir_free(source->read_columns);
    weir_free(source->null_values);
    if (source->store) {
        weir_state_key_fini(&source->state_key);
        weir_row_codec_fini(&source->codec);
        weir_table_store_destroy(source->store);
    }
    weir_free(source);
}

static const struct weir_operator_ops stream_ops = {.receive = stream_receive,
                                                    .destroy = source_destroy};
static const struct weir_operator_ops table_ops = {.receive = table_receive,
                                                   .destroy = source_destroy};

static void readers_create(struct source *source)
{
    const struct weir_schema *schema = &source->source->schema;
    source->read_columns = weir_alloc_array(schema->value_count + 1, sizeof *source->read_columns);
    for (size_t i = 0; i < schema->value_count; i++) {
        if (!is_header_column(source->source, i)) {
            source->read_columns[source->read_count++] = schema->values[i];
        }
    }
    const struct weir_formats *formats = &source->source->formats;
    source->value_reader =
        weir_row_reader_create(&formats->value, source->read_columns, source->read_count);
    if (schema->key_count > 0) {
        source->key_reader = weir_row_reader_create(&formats->key, schema->key, schema->key_count);
    }
    source->raw_keys = formats->key.kind == WEIR_FORMAT_KAFKA &&
                       weir_state_key_is_kafka(schema->key, schema->key_count);
    source->null_values = weir_alloc_array(schema->value_count + 1, sizeof *source->null_values);
}

struct weir_operator *weir_source_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err)
{
    bool table = step->kind == WEIR_STEP_TABLE_SOURCE;
    struct source *source = weir_alloc(sizeof *source);
    source->base =
        (struct weir_operator){.ops = table ? &table_ops : &stream_ops, .task = task, .step = step};
    source->source = step->source.source;
    readers_create(source);
    if (source->source->timestamp.column) {
        source->timestamp = weir_timestamp_evaluator_create(
            &source->source->timestamp, &source->source->schema, &task->expression_options, err);
        if (!source->timestamp) {
            source_destroy(&source->base);
            return NULL;
        }
    }
    if (table && step->source.materialised) {
        source->store = weir_table_store_create(false);
        weir_state_key_init_windowed(&source->state_key, &source->source->schema);
        weir_row_codec_init(&source->codec, step, task->topology);
        weir_operator_store_add(&source->base, 0, weir_table_store_store(source->store));
    }
    return &source->base;
}
