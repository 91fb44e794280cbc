/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/template.h"

#include "core/json/scan.h"

#include <inttypes.h>
#include <string.h>

enum part_kind {
    PART_TEXT,
    PART_TOPIC,
    PART_PARTITION,
    PART_OFFSET,
    PART_TIMESTAMP,
    PART_KEY,
    PART_WINDOW_START,
    PART_WINDOW_END,
    PART_HEADER,
    PART_VALUE,
    PART_FIELD,
};

struct part {
    enum part_kind kind;
    const char *text; /* TEXT; name of a HEADER; path of a FIELD */
};

struct template
{
    struct part *parts;
    size_t part_count;
};

static const struct {
    const char *name;
    enum part_kind kind;
} names[] = {
    {"topic", PART_TOPIC},
    {"partition", PART_PARTITION},
    {"offset", PART_OFFSET},
    {"timestamp", PART_TIMESTAMP},
    {"key", PART_KEY},
    {"window.start", PART_WINDOW_START},
    {"window.end", PART_WINDOW_END},
    {"value", PART_VALUE},
};

static void add_part(struct template *template, enum part_kind kind, const char *text)
{
    template->parts[template->part_count++] = (struct part){kind, text};
}

/* name stands between ${ and }. */
static bool add_name(struct template *template, const char *name, struct weir_error *err)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, name) == 0) {
            add_part(template, names[i].kind, name);
            return true;
        }
    }
    if (strncmp(name, "header.", 7) == 0 && name[7]) {
        add_part(template, PART_HEADER, name + 7);
        return true;
    }
    if (*name == '\0' || *name == '.' || name[strlen(name) - 1] == '.' || strstr(name, "..")) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "'${%s}' names nothing",
                         name);
    }
    add_part(template, PART_FIELD, name);
    return true;
}

static size_t count_parts_max(const char *text)
{
    size_t count = 1;
    for (const char *at = text; (at = strstr(at, "${")) != NULL; at += 2) {
        count += 2;
    }
    return count;
}

const struct template *weir_template_read(const char *text, struct weir_arena *arena,
                                          struct weir_error *err)
{
    struct template *template = weir_arena_calloc(arena, 1, sizeof(*template));
    template->parts = weir_arena_calloc(arena, count_parts_max(text), sizeof(*template->parts));
    const char *open;
    while ((open = strstr(text, "${")) != NULL) {
        bool escaped = open > text && open[-1] == '$';
        size_t before = (size_t)(open - text) - escaped;
        if (before > 0) {
            add_part(template, PART_TEXT, weir_arena_strndup(arena, text, before));
        }
        if (escaped) {
            add_part(template, PART_TEXT, "${");
            text = open + 2;
            continue;
        }
        const char *close = strchr(open, '}');
        if (!close) {
            weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "'%s' has no closing brace",
                      open);
            return NULL;
        }
        if (!add_name(template, weir_arena_strndup(arena, open + 2, (size_t)(close - open) - 2),
                      err)) {
            return NULL;
        }
        text = close + 1;
    }
    if (*text) {
        add_part(template, PART_TEXT, weir_arena_strdup(arena, text));
    }
    return template;
}

bool weir_template_is_constant(const struct template *template)
{
    for (size_t i = 0; i < template->part_count; i++) {
        if (template->parts[i].kind != PART_TEXT) {
            return false;
        }
    }
    return true;
}

bool weir_template_uses_key(const struct template *template)
{
    for (size_t i = 0; i < template->part_count; i++) {
        if (template->parts[i].kind == PART_KEY) {
            return true;
        }
    }
    return false;
}

void weir_percent_encode(struct weir_bytes text, struct weir_buffer *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                     byte == '~';
        if (plain) {
            weir_buffer_append_byte(out, byte);
        } else {
            const char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
            weir_buffer_append(out, encoded, sizeof(encoded));
        }
    }
}

static struct weir_bytes number_text(struct weir_arena *arena, int64_t number)
{
    return weir_bytes_of(weir_arena_format(arena, "%" PRId64, number));
}

static struct weir_bytes header_text(const struct weir_record *record, const char *name)
{
    for (size_t i = record->header_count; i-- > 0;) {
        if (weir_bytes_equal(record->headers[i].name, weir_bytes_of(name))) {
            return record->headers[i].value;
        }
    }
    return WEIR_BYTES_NULL;
}

/* The raw JSON of a dotted path; null = not there. A name that holds the dot itself goes first. */
static struct weir_bytes find_field(struct weir_bytes json, const char *path)
{
    struct weir_bytes value;
    if (weir_json_member(json, weir_bytes_of(path), &value) == WEIR_JSON_FOUND) {
        return value;
    }
    const char *dot = strchr(path, '.');
    struct weir_bytes head = {(const uint8_t *)path, dot ? (size_t)(dot - path) : 0};
    if (!dot || weir_json_member(json, head, &value) != WEIR_JSON_FOUND) {
        return WEIR_BYTES_NULL;
    }
    return find_field(value, dot + 1);
}

/* In a body a field stays JSON; elsewhere it is the text that it stands for. */
static struct weir_bytes field_text(const struct weir_record *record, const char *path,
                                    enum template_place place, struct weir_arena *arena)
{
    if (weir_bytes_is_null(record->value)) {
        return WEIR_BYTES_NULL;
    }
    struct weir_bytes raw = find_field(record->value, path);
    if (weir_bytes_is_null(raw) || place == TEMPLATE_BODY) {
        return raw;
    }
    return weir_json_plain_text(raw, arena);
}

/* Null when the record has none. */
static struct weir_bytes part_text(const struct part *part, const struct template_record *filled,
                                   enum template_place place, struct weir_arena *arena)
{
    const struct weir_record *record = filled->record;
    switch (part->kind) {
    case PART_TEXT:
        return weir_bytes_of(part->text);
    case PART_TOPIC:
        return weir_bytes_of(record->topic);
    case PART_PARTITION:
        return number_text(arena, record->partition);
    case PART_OFFSET:
        return number_text(arena, record->offset);
    case PART_TIMESTAMP:
        return number_text(arena, record->timestamp_ms);
    case PART_KEY:
        return filled->key.base;
    case PART_WINDOW_START:
        return filled->key.has_window ? number_text(arena, filled->key.start_ms) : WEIR_BYTES_NULL;
    case PART_WINDOW_END:
        return filled->key.has_end ? number_text(arena, filled->key.end_ms) : WEIR_BYTES_NULL;
    case PART_HEADER:
        return header_text(record, part->text);
    case PART_VALUE:
        return record->value;
    case PART_FIELD:
        return field_text(record, part->text, place, arena);
    }
    return WEIR_BYTES_NULL;
}

bool weir_template_fill(const struct template *template, const struct template_record *record,
                        enum template_place place, struct weir_arena *arena,
                        struct weir_buffer *out, struct weir_error *err)
{
    for (size_t i = 0; i < template->part_count; i++) {
        const struct part *part = &template->parts[i];
        struct weir_bytes text = part_text(part, record, place, arena);
        if (weir_bytes_is_null(text) && place == TEMPLATE_URL) {
            return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                             "the URL needs ${%s}, which the record lacks", part->text);
        }
        if (weir_bytes_is_null(text)) {
            weir_buffer_append_text(out, place == TEMPLATE_BODY ? "null" : "");
        } else if (place == TEMPLATE_URL && part->kind != PART_TEXT) {
            weir_percent_encode(text, out);
        } else {
            weir_buffer_append_bytes(out, text);
        }
    }
    return true;
}
