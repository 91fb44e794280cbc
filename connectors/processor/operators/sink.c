/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/timestamp_column.h"
#include "core/base/alloc.h"

struct sink {
    struct weir_operator base;
    const struct weir_topology_sink *topic;
    struct weir_row_writer *key_writer, *value_writer;
    bool raw_keys;                    /* a key as stores have it is the record's key */
    struct weir_evaluator *timestamp; /* NULL: the row's */
};

/* A key or value that its format cannot carry: the row cannot be written. */
static bool cannot_write(const struct sink *sink, const char *what, struct weir_error *err)
{
    err->action = WEIR_ERROR_STOP;
    return weir_fail_within(err, "topic %s: the %s cannot be written", sink->topic->topic, what);
}

static bool write_key(struct sink *sink, const struct weir_change *change,
                      struct weir_output *output, struct weir_error *err)
{
    const struct weir_schema *schema = &sink->base.step->schema;
    struct weir_buffer *buffer = &sink->base.task->key_buffer;
    if (weir_key_is_null(change->row.key, schema->key_count)) {
        output->key = WEIR_BYTES_NULL;
        return true;
    }
    weir_buffer_reset(buffer);
    if (sink->raw_keys && !weir_bytes_is_null(change->key_bytes)) {
        if (schema->window == WEIR_WINDOW_NONE) {
            output->key = change->key_bytes;
            output->base_key_bytes = output->key.len;
            return true;
        }
        weir_buffer_append_bytes(buffer, change->key_bytes);
    } else {
        bool null = false;
        if (!weir_row_write(sink->key_writer, change->row.key, buffer, &null, err)) {
            return cannot_write(sink, "key", err);
        }
        if (null) {
            output->key = WEIR_BYTES_NULL;
            return true;
        }
    }
    output->base_key_bytes = buffer->len;
    if (schema->window != WEIR_WINDOW_NONE) {
        weir_window_suffix_append(schema->window, change->row.window_start_ms,
                                  change->row.window_end_ms, buffer);
    }
    output->key = weir_buffer_reserve(buffer, 1) ? weir_buffer_view(buffer) : WEIR_BYTES_NULL;
    return true;
}

static bool write_value(struct sink *sink, const struct weir_change *change,
                        struct weir_output *output, struct weir_error *err)
{
    output->value = WEIR_BYTES_NULL;
    if (!change->row.values) {
        return true;
    }
    struct weir_buffer *buffer = &sink->base.task->value_buffer;
    weir_buffer_reset(buffer);
    bool null = false;
    if (!weir_row_write(sink->value_writer, change->row.values, buffer, &null, err)) {
        return cannot_write(sink, "value", err);
    }
    if (!null && weir_buffer_reserve(buffer, 1)) {
        output->value = weir_buffer_view(buffer);
    }
    return true;
}

/* Of a column of the row, if the sink has WITH (TIMESTAMP); a null row has the stream's time. */
static bool timestamp_of(struct sink *sink, const struct weir_change *change,
                         int64_t *timestamp_ms_out)
{
    *timestamp_ms_out = change->row.timestamp_ms;
    if (!sink->timestamp) {
        return true;
    }
    if (!change->row.values) {
        *timestamp_ms_out = sink->base.task->stream_time_ms;
        return true;
    }
    return weir_timestamp_evaluate(sink->timestamp, &change->row, sink->base.task->arena,
                                   timestamp_ms_out) &&
           *timestamp_ms_out >= 0;
}

static bool bad_timestamp(struct sink *sink, struct weir_error *err)
{
    const char *column = sink->base.step->sink.timestamp.column;
    if (sink->base.task->topology->options.throw_on_invalid_timestamp) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "topic %s: the timestamp column %s has no valid time", sink->topic->topic,
                         column);
    }
    weir_operator_incident(&sink->base, WEIR_INCIDENT_EXPRESSION,
                           "the timestamp column %s has no valid time: row dropped", column);
    return true;
}

static bool sink_process(struct weir_operator *operator, uint32_t port,
                         const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct sink *sink = (struct sink *)operator;
    if (operator->task->restoring) {
        return true;
    }
    struct weir_output output = {
        .sink = sink->topic,
        .partition = -1,
        .headers = change->row.headers,
        .header_count = change->row.header_count,
    };
    if (!timestamp_of(sink, change, &output.timestamp_ms)) {
        return bad_timestamp(sink, err);
    }
    const struct weir_collector *collector = operator->task->collector;
    return write_key(sink, change, &output, err) && write_value(sink, change, &output, err) &&
           collector->produce(collector->context, &output, err);
}

static void sink_destroy(struct weir_operator *operator)
{
    struct sink *sink = (struct sink *)operator;
    weir_row_writer_destroy(sink->key_writer);
    weir_row_writer_destroy(sink->value_writer);
    weir_evaluator_destroy(sink->timestamp);
    weir_free(sink);
}

static const struct weir_operator_ops sink_ops = {.process = sink_process, .destroy = sink_destroy};

struct weir_operator *weir_sink_create(struct weir_stream_task *task, const struct weir_step *step,
                                       struct weir_error *err)
{
    struct sink *sink = weir_alloc(sizeof *sink);
    sink->base = (struct weir_operator){.ops = &sink_ops, .task = task, .step = step};
    sink->topic = weir_operator_sink(task, step, 0);
    const struct weir_schema *schema = &step->schema;
    const struct weir_formats *formats = &step->sink.formats;
    sink->key_writer = weir_row_writer_create(&formats->key, schema->key, schema->key_count);
    sink->value_writer =
        weir_row_writer_create(&formats->value, schema->values, schema->value_count);
    sink->raw_keys = formats->key.kind == WEIR_FORMAT_KAFKA &&
                     weir_state_key_is_kafka(schema->key, schema->key_count);
    if (step->sink.timestamp.column) {
        sink->timestamp = weir_timestamp_evaluator_create(&step->sink.timestamp, schema,
                                                          &task->expression_options, err);
        if (!sink->timestamp) {
            sink_destroy(&sink->base);
            return NULL;
        }
    }
    return &sink->base;
}
