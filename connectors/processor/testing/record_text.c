/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/record_text.h"

#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/row_format.h"
#include "core/base/base64.h"

/* ---- to bytes ---- */

/* One bare column, read from its JSON text and written as format has it. */
static bool convert(struct weir_arena *arena, const struct weir_json_tree *tree,
                    const struct weir_format *format, const struct weir_column *column,
                    struct weir_bytes *bytes_out)
{
    const struct weir_format json = {.kind = WEIR_FORMAT_JSON, .unwrapped = true};
    struct weir_row_reader *reader = weir_row_reader_create(&json, column, 1);
    struct weir_row_writer *writer = weir_row_writer_create(format, column, 1);
    struct weir_value value;
    struct weir_error err = {0};
    bool null = false;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, SIZE_MAX);
    weir_buffer_reserve(&buffer, 1);
    bool ok = weir_row_read(reader, tree->raw, arena, &value, &null, &err) &&
              weir_row_write(writer, &value, &buffer, &null, &err);
    if (ok) {
        *bytes_out = null ? WEIR_BYTES_NULL : weir_arena_copy(arena, weir_buffer_view(&buffer));
    }
    weir_row_reader_destroy(reader);
    weir_row_writer_destroy(writer);
    return ok;
}

static struct weir_bytes encode(struct weir_arena *arena, const struct weir_json_tree *tree,
                                const struct weir_format *format, const struct weir_column *columns,
                                size_t count)
{
    if (weir_json_tree_is_null(tree) || format->kind == WEIR_FORMAT_NONE || count == 0) {
        return WEIR_BYTES_NULL;
    }
    if (format->kind == WEIR_FORMAT_JSON) {
        return tree->raw;
    }
    struct weir_bytes bytes;
    bool raw_text =
        format->kind == WEIR_FORMAT_DELIMITED || columns[0].type->kind == WEIR_TYPE_BYTES;
    if (!raw_text && convert(arena, tree, format, &columns[0], &bytes)) {
        return bytes;
    }
    return tree->kind == WEIR_JSON_KIND_STRING ? tree->text : tree->raw;
}

static struct weir_bytes with_window(struct weir_arena *arena, struct weir_bytes key,
                                     const struct weir_test_record *input)
{
    if (input->window == WEIR_WINDOW_NONE || weir_bytes_is_null(key)) {
        return key;
    }
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, SIZE_MAX);
    weir_buffer_append_bytes(&buffer, key);
    weir_window_suffix_append(input->window, input->window_start_ms, input->window_end_ms, &buffer);
    return weir_arena_copy(arena, weir_buffer_view(&buffer));
}

void weir_record_text_encode(struct weir_arena *arena, const struct weir_test_record *input,
                             const struct weir_schema *schema, const struct weir_formats *formats,
                             struct weir_record *record_out)
{
    struct weir_bytes key =
        encode(arena, input->key, &formats->key, schema->key, schema->key_count);
    /* A value's text may have no column to go by: it is still its bytes. */
    struct weir_bytes value = encode(arena, input->value, &formats->value, schema->values,
                                     schema->value_count > 0 ? schema->value_count : 1);
    *record_out = (struct weir_record){
        .topic = input->topic,
        .timestamp_ms = input->timestamp_ms,
        .key = with_window(arena, key, input),
        .value = value,
        .headers = input->headers,
        .header_count = input->header_count,
    };
}

/* ---- to text ---- */

static void print_string(struct weir_bytes text, struct weir_buffer *buffer)
{
    weir_json_text_append(text, buffer);
}

/* One KAFKA column by its type; what cannot be read, and other formats, as a string. */
static void print_column(struct weir_arena *arena, struct weir_bytes bytes,
                         const struct weir_format *format, const struct weir_column *column,
                         struct weir_buffer *buffer)
{
    struct weir_value value;
    struct weir_error err = {0};
    bool null = false, ok = false;
    if (format->kind == WEIR_FORMAT_KAFKA && column->type->kind != WEIR_TYPE_BYTES) {
        struct weir_row_reader *reader = weir_row_reader_create(format, column, 1);
        ok = weir_row_read(reader, bytes, arena, &value, &null, &err);
        if (ok) {
            weir_value_print_json(&value, column->type, buffer);
        }
        weir_row_reader_destroy(reader);
    }
    if (!ok) {
        print_string(bytes, buffer);
    }
}

static void print_part(struct weir_arena *arena, struct weir_bytes bytes,
                       const struct weir_format *format, const struct weir_column *columns,
                       size_t count, struct weir_buffer *buffer)
{
    if (weir_bytes_is_null(bytes) || count == 0) {
        weir_buffer_append_text(buffer, "null");
    } else if (format->kind == WEIR_FORMAT_JSON) {
        weir_buffer_append_bytes(buffer, bytes);
    } else {
        print_column(arena, bytes, format, &columns[0], buffer);
    }
}

static void print_headers(const struct weir_record *record, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, ",\"headers\":[");
    for (size_t i = 0; i < record->header_count; i++) {
        weir_buffer_append_text(buffer, i == 0 ? "{\"KEY\":" : ",{\"KEY\":");
        print_string(record->headers[i].name, buffer);
        weir_buffer_append_text(buffer, ",\"VALUE\":");
        if (weir_bytes_is_null(record->headers[i].value)) {
            weir_buffer_append_text(buffer, "null}");
        } else {
            weir_buffer_append_byte(buffer, '"');
            weir_base64_write(record->headers[i].value, buffer);
            weir_buffer_append_text(buffer, "\"}");
        }
    }
    weir_buffer_append_byte(buffer, ']');
}

void weir_record_text_print(struct weir_arena *arena, const struct weir_record *record,
                            const struct weir_schema *schema, const struct weir_formats *formats,
                            struct weir_buffer *buffer)
{
    struct weir_bytes key = record->key;
    int64_t start_ms = 0, end_ms = 0;
    bool windowed =
        schema->window != WEIR_WINDOW_NONE && !weir_bytes_is_null(key) &&
        weir_window_suffix_take(schema->window, schema->window_size_ms, &key, &start_ms, &end_ms);
    weir_buffer_append_text(buffer, "{\"topic\":");
    print_string(weir_bytes_of(record->topic), buffer);
    weir_buffer_append_format(buffer,
                              ",\"timestamp\":%lld,\"key\":", (long long)record->timestamp_ms);
    print_part(arena, key, &formats->key, schema->key, schema->key_count, buffer);
    weir_buffer_append_text(buffer, ",\"value\":");
    print_part(arena, record->value, &formats->value, schema->values, schema->value_count, buffer);
    if (windowed) {
        weir_buffer_append_format(buffer,
                                  ",\"window\":{\"start\":%lld,\"end\":%lld,\"type\":\"%s\"}",
                                  (long long)start_ms, (long long)end_ms,
                                  schema->window == WEIR_WINDOW_SESSION ? "session" : "time");
    }
    if (record->header_count > 0) {
        print_headers(record, buffer);
    }
    weir_buffer_append_byte(buffer, '}');
}
