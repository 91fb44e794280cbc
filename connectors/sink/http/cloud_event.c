/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/cloud_event.h"

#include "core/base/base64.h"
#include "core/json/compact.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES_MAX = 64 * 1024 };

const char *weir_record_id(const struct template_record *filled, struct weir_arena *arena)
{
    const struct weir_record *record = filled->record;
    if (!filled->key.has_window) {
        return weir_arena_format(arena, "%s-%" PRId32 "-%" PRId64, record->topic, record->partition,
                                 record->offset);
    }
    weir_auto_buffer key;
    weir_buffer_init(&key, TEXT_BYTES_MAX);
    weir_percent_encode(filled->key.base, &key);
    return weir_arena_format(arena, "%s-%s-%" PRId64, record->topic, weir_buffer_text(&key),
                             filled->key.start_ms);
}

/* RFC 3339; NULL: the record has no time. */
static const char *time_text(int64_t timestamp_ms, struct weir_arena *arena)
{
    time_t seconds = (time_t)(timestamp_ms / 1000);
    struct tm utc;
    char text[40];
    if (timestamp_ms < 0 || !gmtime_r(&seconds, &utc) ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc) == 0) {
        return NULL;
    }
    return weir_arena_format(arena, "%s.%03dZ", text, (int)(timestamp_ms % 1000));
}

/* In the arena; NULL: there is no template, or nothing came out. */
static bool fill(const struct template *template, const struct template_record *record,
                 struct weir_arena *arena, const char **text_out, struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    *text_out = NULL;
    if (template && !weir_template_fill(template, record, TEMPLATE_HEADER, arena, &text, err)) {
        return false;
    }
    if (text.len > 0) {
        *text_out = weir_arena_strndup(arena, weir_buffer_text(&text), text.len);
    }
    return true;
}

struct attributes {
    const char *pairs[8][2];
    size_t count;
};

static void add_pair(struct attributes *attributes, const char *name, const char *value)
{
    if (value) {
        attributes->pairs[attributes->count][0] = name;
        attributes->pairs[attributes->count++][1] = value;
    }
}

static bool read_attributes(const struct cloud_event_settings *settings,
                            const struct template_record *record, struct weir_arena *arena,
                            struct attributes *attributes, struct weir_error *err)
{
    const char *source, *type, *subject;
    if (!fill(settings->source, record, arena, &source, err) ||
        !fill(settings->type, record, arena, &type, err) ||
        !fill(settings->subject, record, arena, &subject, err)) {
        return false;
    }
    if (!source || !type) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "a CloudEvent needs a %s, which the record leaves empty",
                         source ? "type" : "source");
    }
    add_pair(attributes, "specversion", "1.0");
    add_pair(attributes, "id", weir_record_id(record, arena));
    add_pair(attributes, "source", source);
    add_pair(attributes, "type", type);
    add_pair(attributes, "subject", subject);
    add_pair(attributes, "time", time_text(record->record->timestamp_ms, arena));
    return true;
}

/* What a header cannot hold, and what would be taken for an escape. */
static const char *header_text(const char *value, struct weir_arena *arena)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 3 * TEXT_BYTES_MAX);
    for (const char *at = value; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte <= 0x20 || byte >= 0x7f || byte == '"' || byte == '%') {
            weir_buffer_append_format(&text, "%%%02X", byte);
        } else {
            weir_buffer_append_byte(&text, byte);
        }
    }
    return weir_arena_strdup(arena, weir_buffer_text(&text));
}

bool weir_cloud_event_headers(const struct cloud_event_settings *settings,
                              const struct template_record *record, struct weir_arena *arena,
                              weir_cloud_event_fn add, void *context, struct weir_error *err)
{
    struct attributes attributes = {0};
    if (!read_attributes(settings, record, arena, &attributes, err)) {
        return false;
    }
    for (size_t i = 0; i < attributes.count; i++) {
        add(context, weir_arena_format(arena, "ce-%s", attributes.pairs[i][0]),
            header_text(attributes.pairs[i][1], arena));
    }
    return true;
}

static void append_data(struct weir_bytes data, enum weir_data_format format,
                        struct weir_buffer *out)
{
    switch (format) {
    case WEIR_DATA_JSON:
        weir_buffer_append_text(out, ",\"datacontenttype\":\"application/json\",\"data\":");
        weir_buffer_append_bytes(out, data);
        break;
    case WEIR_DATA_STRING:
        weir_buffer_append_text(out,
                                ",\"datacontenttype\":\"text/plain; charset=UTF-8\",\"data\":");
        weir_json_append_string(out, data);
        break;
    case WEIR_DATA_BYTES:
        weir_buffer_append_text(
            out, ",\"datacontenttype\":\"application/octet-stream\",\"data_base64\":\"");
        weir_base64_write(data, out);
        weir_buffer_append_byte(out, '"');
        break;
    }
}

bool weir_cloud_event_append(const struct cloud_event_settings *settings,
                             const struct template_record *record, struct weir_bytes data,
                             enum weir_data_format format, struct weir_arena *arena,
                             struct weir_buffer *out, struct weir_error *err)
{
    struct attributes attributes = {0};
    if (!read_attributes(settings, record, arena, &attributes, err)) {
        return false;
    }
    for (size_t i = 0; i < attributes.count; i++) {
        weir_buffer_append_format(out, "%c\"%s\":", i == 0 ? '{' : ',', attributes.pairs[i][0]);
        weir_json_append_string(out, weir_bytes_of(attributes.pairs[i][1]));
    }
    append_data(data, format, out);
    weir_buffer_append_byte(out, '}');
    return true;
}
