/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/state_key.h"

#include "connectors/processor/values/value_codec.h"

static const struct weir_format kafka_format = {.kind = WEIR_FORMAT_KAFKA};

bool weir_state_key_is_kafka(const struct weir_column *columns, size_t count)
{
    if (count != 1) {
        return false;
    }
    switch (columns[0].type->kind) {
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DOUBLE:
    case WEIR_TYPE_STRING:
        return true;
    default:
        return false;
    }
}

void weir_state_key_init(struct weir_state_key *key, const struct weir_column *columns,
                         size_t count)
{
    *key = (struct weir_state_key){.count = count};
    key->kafka = weir_state_key_is_kafka(columns, count);
    key->text = key->kafka && columns[0].type->kind == WEIR_TYPE_STRING;
    weir_buffer_init(&key->buffer, SIZE_MAX);
    if (key->kafka) {
        key->reader = weir_row_reader_create(&kafka_format, columns, count);
        key->writer = weir_row_writer_create(&kafka_format, columns, count);
    }
}

void weir_state_key_init_windowed(struct weir_state_key *key, const struct weir_schema *schema)
{
    weir_state_key_init(key, schema->key, schema->key_count);
    key->window = schema->window;
    key->window_size_ms = schema->window_size_ms;
}

void weir_state_key_fini(struct weir_state_key *key)
{
    weir_row_reader_destroy(key->reader);
    weir_row_writer_destroy(key->writer);
    weir_buffer_fini(&key->buffer);
}

/* Without its window. */
static struct weir_bytes base_bytes(struct weir_state_key *key, const struct weir_change *change)
{
    if (!weir_bytes_is_null(change->key_bytes)) {
        return change->key_bytes;
    }
    const struct weir_value *values = change->row.key;
    if (key->text) {
        const char *text = values[0].length > 0 ? values[0].text : "";
        return (struct weir_bytes){(const uint8_t *)text, values[0].length};
    }
    weir_buffer_reset(&key->buffer);
    struct weir_error err = {0};
    bool null = false;
    if (!key->kafka || !weir_row_write(key->writer, values, &key->buffer, &null, &err)) {
        weir_values_encode(values, key->count, &key->buffer);
    }
    return weir_buffer_view(&key->buffer);
}

struct weir_bytes weir_state_key_bytes(struct weir_state_key *key, const struct weir_change *change)
{
    struct weir_bytes base = base_bytes(key, change);
    if (key->window == WEIR_WINDOW_NONE) {
        return base;
    }
    if (base.data != key->buffer.data) {
        weir_buffer_reset(&key->buffer);
        weir_buffer_append_bytes(&key->buffer, base);
    }
    weir_window_suffix_append(key->window, change->row.window_start_ms, change->row.window_end_ms,
                              &key->buffer);
    return weir_buffer_view(&key->buffer);
}

struct weir_bytes weir_state_key_remember(struct weir_state_key *key, struct weir_change *change)
{
    struct weir_bytes bytes = weir_state_key_bytes(key, change);
    if (key->window == WEIR_WINDOW_NONE) {
        change->key_bytes = bytes;
    }
    return bytes;
}

bool weir_state_key_row(struct weir_state_key *key, struct weir_bytes bytes,
                        struct weir_arena *arena, struct weir_row *row)
{
    struct weir_value *values = weir_arena_calloc(arena, key->count + 1, sizeof *values);
    row->key = values;
    if (key->window != WEIR_WINDOW_NONE) {
        row->window = key->window;
        if (!weir_window_suffix_take(key->window, key->window_size_ms, &bytes,
                                     &row->window_start_ms, &row->window_end_ms)) {
            return false;
        }
    }
    if (!key->kafka) {
        return weir_values_decode(&bytes, arena, values, key->count);
    }
    struct weir_error err = {0};
    bool null = false;
    return weir_row_read(key->reader, bytes, arena, values, &null, &err) && !null;
}
