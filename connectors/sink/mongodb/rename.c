/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/rename.h"

#include "core/mongo/bson_builder.h"

#include <string.h>

enum { PATH_BYTES_MAX = 65536 };

/* ---- RenameByMapping ---- */

static void add_renamed(struct weir_buffer *out, struct weir_bytes document, const char *path,
                        const char *new_name)
{
    const char *dot = strchr(path, '.');
    struct weir_bytes head = {(const uint8_t *)path, dot ? (size_t)(dot - path) : strlen(path)};
    bool taken = !dot && weir_bson_found(weir_bson_get(document, weir_bytes_of(new_name)));
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (!weir_bytes_equal(element.name, head)) {
            weir_bson_add_element(out, element);
        } else if (dot && element.type == WEIR_BSON_DOCUMENT) {
            size_t start = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, element.name);
            add_renamed(out, element.value, dot + 1, new_name);
            weir_bson_end(out, start);
        } else if (dot) {
            weir_bson_add_element(out, element);
        } else if (!taken) {
            weir_bson_add_value(out, weir_bytes_of(new_name), element);
        }
    }
}

void weir_rename_by_rule(struct weir_buffer *out, struct weir_bytes document,
                         const struct rename_rule *rule)
{
    add_renamed(out, document, rule->path, rule->new_name);
}

/* ---- RenameByRegExp ---- */

struct renaming {
    const struct topic_settings *settings;
    struct weir_buffer *out;
    struct weir_buffer path;        /* value.a.b of the document at hand */
    struct weir_buffer name, other; /* of a field, before and after a pattern */
};

/* $1 is a group, a backslash takes the next sign as it is: as Java's Matcher does. */
static void append_replacement(struct weir_buffer *out, const char *replace,
                               struct weir_regex *regex, struct weir_bytes text)
{
    for (const char *at = replace; *at; at++) {
        size_t start, end;
        if (*at == '\\' && at[1]) {
            weir_buffer_append_byte(out, (uint8_t) * ++at);
        } else if (*at == '$' && at[1] >= '0' && at[1] <= '9') {
            size_t number = (size_t)(*++at - '0');
            if (number <= weir_regex_group_count(regex) &&
                weir_regex_group(regex, number, &start, &end)) {
                weir_buffer_append(out, text.data + start, end - start);
            }
        } else {
            weir_buffer_append_byte(out, (uint8_t)*at);
        }
    }
}

/* Every match in name; the result stands in name again. */
static void replace_all(struct renaming *renaming, const struct rename_pattern *pattern)
{
    struct weir_bytes name = weir_buffer_view(&renaming->name);
    struct weir_buffer *out = &renaming->other;
    size_t from = 0, start, end;
    weir_buffer_reset(out);
    while (from <= name.len && weir_regex_find(pattern->name, name, from) == WEIR_REGEX_FOUND &&
           weir_regex_group(pattern->name, 0, &start, &end)) {
        weir_buffer_append(out, name.data + from, start - from);
        append_replacement(out, pattern->replace, pattern->name, name);
        if (end == start && start < name.len) {
            weir_buffer_append_byte(out, name.data[start]);
        }
        from = end == start ? end + 1 : end;
    }
    if (from < name.len) {
        weir_buffer_append(out, name.data + from, name.len - from);
    }
    struct weir_buffer swap = renaming->name;
    renaming->name = renaming->other;
    renaming->other = swap;
}

/* The new name, in renaming->name. */
static void rename_field(struct renaming *renaming, struct weir_bytes name)
{
    size_t path_len = renaming->path.len;
    weir_buffer_reset(&renaming->name);
    weir_buffer_append_bytes(&renaming->name, name);
    weir_buffer_append_byte(&renaming->path, '.');
    weir_buffer_append_bytes(&renaming->path, name);
    for (size_t i = 0; i < renaming->settings->pattern_count; i++) {
        const struct rename_pattern *pattern = &renaming->settings->patterns[i];
        if (weir_regex_find(pattern->path, weir_buffer_view(&renaming->path), 0) ==
            WEIR_REGEX_FOUND) {
            replace_all(renaming, pattern);
        }
    }
    renaming->path.len = path_len;
}

/* The document or what is written of it so far has the name already. */
static bool taken(const struct renaming *renaming, struct weir_bytes document, size_t start,
                  struct weir_bytes name)
{
    if (weir_bson_found(weir_bson_get(document, name))) {
        return true;
    }
    /* out has no end yet: the walk goes over its elements all the same. */
    struct weir_bson_iterator iterator = {renaming->out->data + start,
                                          renaming->out->data + renaming->out->len, false};
    struct weir_bson_element element;
    while (weir_bson_next(&iterator, &element)) {
        if (weir_bytes_equal(element.name, name)) {
            return true;
        }
    }
    return false;
}

static void rename_document(struct renaming *renaming, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t first = renaming->out->len, path_len = renaming->path.len;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        rename_field(renaming, element.name);
        struct weir_bytes name = weir_buffer_view(&renaming->name);
        bool is_new = !weir_bytes_equal(name, element.name);
        bool usable = name.len == 0 || !memchr(name.data, 0, name.len);
        if (!usable || (is_new && taken(renaming, document, first, name))) {
            continue;
        }
        if (element.type != WEIR_BSON_DOCUMENT) {
            weir_bson_add_value(renaming->out, name, element);
            continue;
        }
        size_t start = weir_bson_add_begin(renaming->out, WEIR_BSON_DOCUMENT, name);
        weir_buffer_append_byte(&renaming->path, '.');
        weir_buffer_append_bytes(&renaming->path, name);
        rename_document(renaming, element.value);
        renaming->path.len = path_len;
        weir_bson_end(renaming->out, start);
    }
}

void weir_rename_by_patterns(struct weir_buffer *out, struct weir_bytes document, const char *root,
                             const struct topic_settings *settings)
{
    struct renaming renaming = {.settings = settings, .out = out};
    weir_buffer_init(&renaming.path, PATH_BYTES_MAX);
    weir_buffer_init(&renaming.name, PATH_BYTES_MAX);
    weir_buffer_init(&renaming.other, PATH_BYTES_MAX);
    weir_buffer_append_text(&renaming.path, root);
    rename_document(&renaming, document);
    weir_buffer_fini(&renaming.path);
    weir_buffer_fini(&renaming.name);
    weir_buffer_fini(&renaming.other);
}
