/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/console/session.h"
#include "connectors/processor/values/row_format.h"
#include "core/base/clock.h"
#include "core/kafka/producer.h"

enum { RECORD_BYTES_MAX = 64 << 20, TIMEOUT_MS = 20000 };

static bool write_columns(const struct weir_format *format, const struct weir_column *columns,
                          size_t count, const struct weir_value *values, struct weir_buffer *buffer,
                          struct weir_bytes *out, struct weir_error *err)
{
    bool null = true;
    struct weir_row_writer *writer = weir_row_writer_create(format, columns, count);
    bool done = !values || weir_row_write(writer, values, buffer, &null, err);
    weir_row_writer_destroy(writer);
    *out = null ? WEIR_BYTES_NULL : weir_buffer_view(buffer);
    return done;
}

static bool send(struct weir_session *session, const char *topic, const struct weir_record *record,
                 struct weir_error *err)
{
    const struct weir_producer_options options = {.linger_ms = 0};
    int64_t deadline_ms = weir_clock_ms() + TIMEOUT_MS;
    struct weir_producer *producer =
        weir_producer_create(session->config, &options, deadline_ms, err);
    struct weir_producer_topic *handle =
        producer ? weir_producer_topic(producer, topic, deadline_ms, err) : NULL;
    bool done = handle && weir_producer_send(producer, handle, record, err) &&
                weir_producer_flush(producer, deadline_ms, err);
    weir_producer_destroy(producer);
    return done;
}

bool weir_session_insert(struct weir_session *session, const struct weir_action *action,
                         struct weir_error *err)
{
    const struct weir_source *source = action->source;
    weir_auto_buffer key, value;
    weir_buffer_init(&key, RECORD_BYTES_MAX);
    weir_buffer_init(&value, RECORD_BYTES_MAX);
    struct weir_record record = {
        .partition = -1, .offset = -1, .timestamp_ms = action->row.timestamp_ms};
    if (record.timestamp_ms < 0) {
        record.timestamp_ms = weir_clock_wall_ms();
    }
    return write_columns(&source->formats.key, source->schema.key, source->schema.key_count,
                         action->row.key, &key, &record.key, err) &&
           write_columns(&source->formats.value, source->schema.values, source->schema.value_count,
                         action->row.values, &value, &record.value, err) &&
           send(session, source->topic, &record, err);
}
