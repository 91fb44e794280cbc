/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config.h"

#include "core/base/alloc.h"
#include "core/config/config_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct weir_config *config_create(const char *file)
{
    struct weir_config *config = weir_alloc(sizeof(*config));
    config->arena = weir_arena_create(16384);
    config->file = weir_arena_strdup(config->arena, file);
    return config;
}

void weir_config_destroy(struct weir_config *config)
{
    if (config) {
        weir_arena_destroy(config->arena);
        weir_free(config->entries);
        weir_free(config->lists);
        weir_free(config);
    }
}

struct weir_config *weir_config_parse(const char *text, size_t bytes, const char *name,
                                      struct weir_error *err)
{
    struct weir_config *config = config_create(name);
    if (!weir_config_read_yaml(config, text, bytes, err) || !weir_config_resolve(config, err)) {
        weir_config_destroy(config);
        return NULL;
    }
    return config;
}

const char *weir_config_read_file(const char *path, struct weir_buffer *content)
{
    FILE *file = fopen(path, "rbe");
    if (!file) {
        return strerror(errno);
    }
    uint8_t chunk[8192];
    size_t got;
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        weir_buffer_append(content, chunk, got);
    }
    const char *problem = ferror(file) ? strerror(errno) : NULL;
    if (!problem && content->overflow) {
        problem = "the file is too large";
    }
    fclose(file);
    return problem;
}

struct weir_config *weir_config_read(const char *path, struct weir_error *err)
{
    weir_auto_buffer content;
    weir_buffer_init(&content, WEIR_CONFIG_FILE_BYTES_MAX);
    const char *problem = weir_config_read_file(path, &content);
    if (problem) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: %s", path, problem);
        return NULL;
    }
    struct weir_bytes text = weir_buffer_view(&content);
    return weir_config_parse((const char *)text.data, text.len, path, err);
}

struct weir_config_entry *weir_config_find(const struct weir_config *config, const char *name)
{
    for (size_t index = 0; index < config->entry_count; index++) {
        if (strcmp(config->entries[index].name, name) == 0) {
            return &config->entries[index];
        }
    }
    return NULL;
}

bool weir_config_add(struct weir_config *config, const char *name, const char *value, uint32_t line,
                     struct weir_error *err)
{
    const struct weir_config_entry *before = weir_config_find(config, name);
    if (before) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "%s:%u: %s is given twice, first in line %u", config->file, line, name,
                         before->line);
    }
    if (config->entry_count == WEIR_CONFIG_ENTRY_COUNT_MAX) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "%s:%u: more than %d properties", config->file, line,
                         WEIR_CONFIG_ENTRY_COUNT_MAX);
    }
    config->entries =
        weir_realloc(config->entries, (config->entry_count + 1) * sizeof(*config->entries));
    struct weir_config_entry *entry = &config->entries[config->entry_count++];
    entry->name = weir_arena_strdup(config->arena, name);
    entry->given = weir_arena_strdup(config->arena, value);
    entry->value = entry->given;
    entry->line = line;
    return true;
}

void weir_config_set(struct weir_config *config, const char *name, const char *value)
{
    struct weir_config_entry *entry = weir_config_find(config, name);
    if (entry) {
        entry->given = entry->value = weir_arena_strdup(config->arena, value);
        entry->line = 0;
        return;
    }
    struct weir_error err = {0};
    bool added = weir_config_add(config, name, value, 0, &err);
    weir_assert(added);
}

bool weir_config_has(const struct weir_config *config, const char *name)
{
    return weir_config_find(config, name) != NULL;
}

const char *weir_config_given(const struct weir_config *config, const char *name)
{
    const struct weir_config_entry *entry = weir_config_find(config, name);
    return entry ? entry->given : NULL;
}

uint32_t weir_config_line(const struct weir_config *config, const char *name)
{
    const struct weir_config_entry *entry = weir_config_find(config, name);
    return entry ? entry->line : 0;
}

const char *weir_config_file(const struct weir_config *config)
{
    return config->file;
}

bool weir_config_fail(const struct weir_config *config, const char *name, struct weir_error *err,
                      const char *format, ...)
{
    char message[WEIR_ERROR_MESSAGE_BYTES / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    uint32_t line = weir_config_line(config, name);
    if (line == 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: %s: %s", config->file,
                         name, message);
    }
    weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s:%u: %s: %s", config->file, line,
              name, message);
    err->line = line;
    return false;
}

bool weir_config_fail_all(struct weir_buffer *problems, struct weir_error *err)
{
    size_t room = WEIR_ERROR_MESSAGE_BYTES - sizeof("\n(and more)");
    const char *text = weir_buffer_text(problems);
    if (problems->len < WEIR_ERROR_MESSAGE_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s", text);
    }
    const char *cut = memrchr(text, '\n', room);
    int shown = cut ? (int)(cut - text) : (int)room;
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%.*s\n(and more)", shown, text);
}

/* The text in effect, NULL if there is neither value nor default. */
static const char *effective(const struct weir_config *config, const char *name,
                             enum weir_property_type type)
{
    weir_assert(config->tables != NULL);
    const struct weir_property *property = weir_config_property(config->tables, name);
    weir_assert(property != NULL);
    bool text = type == WEIR_PROPERTY_STRING;
    bool fits = property->type == type || (text && property->type == WEIR_PROPERTY_PASSWORD) ||
                (text && property->type == WEIR_PROPERTY_LIST);
    weir_assert(fits);
    const struct weir_config_entry *entry = weir_config_find(config, name);
    return entry ? entry->value : property->default_value;
}

const char *weir_config_string(const struct weir_config *config, const char *name)
{
    return effective(config, name, WEIR_PROPERTY_STRING);
}

bool weir_config_boolean(const struct weir_config *config, const char *name)
{
    const char *text = effective(config, name, WEIR_PROPERTY_BOOLEAN);
    return text && strcasecmp(text, "true") == 0;
}

int32_t weir_config_int(const struct weir_config *config, const char *name)
{
    const char *text = effective(config, name, WEIR_PROPERTY_INT);
    return text ? (int32_t)strtol(text, NULL, 10) : 0;
}

int64_t weir_config_long(const struct weir_config *config, const char *name)
{
    const char *text = effective(config, name, WEIR_PROPERTY_LONG);
    return text ? strtoll(text, NULL, 10) : 0;
}

double weir_config_double(const struct weir_config *config, const char *name)
{
    const char *text = effective(config, name, WEIR_PROPERTY_DOUBLE);
    return text ? strtod(text, NULL) : 0;
}

const char *const *weir_config_list(const struct weir_config *config, const char *name)
{
    static const char *const none[] = {NULL};
    weir_assert(config->tables != NULL);
    const struct weir_property *property = weir_config_property(config->tables, name);
    for (size_t index = 0; index < config->list_count; index++) {
        if (config->lists[index].property == property) {
            return config->lists[index].items;
        }
    }
    weir_assert(property != NULL && property->type == WEIR_PROPERTY_LIST);
    return none;
}

bool weir_config_next(const struct weir_config *config, const char *prefix, size_t *position,
                      const char **name_out, const char **value_out)
{
    while (*position < config->entry_count) {
        const struct weir_config_entry *entry = &config->entries[(*position)++];
        if (strncmp(entry->name, prefix, strlen(prefix)) == 0) {
            *name_out = entry->name;
            *value_out = entry->value;
            return true;
        }
    }
    return false;
}

static void describe(struct weir_buffer *text, const struct weir_property *property,
                     const char *name, const char *value)
{
    bool secret = property->type == WEIR_PROPERTY_PASSWORD && value && *value;
    weir_buffer_append_format(text, "%s = %s\n", name, secret ? "***" : value ? value : "");
}

char *weir_config_describe(const struct weir_config *config)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, WEIR_CONFIG_FILE_BYTES_MAX);
    for (const struct weir_property *const *table = config->tables; *table; table++) {
        for (const struct weir_property *property = *table; property->name; property++) {
            if (strchr(property->name, '*')) {
                continue;
            }
            const struct weir_config_entry *entry = weir_config_find(config, property->name);
            describe(&text, property, property->name,
                     entry ? entry->value : property->default_value);
        }
    }
    for (size_t index = 0; index < config->entry_count; index++) {
        const struct weir_config_entry *entry = &config->entries[index];
        const struct weir_property *property = weir_config_property(config->tables, entry->name);
        if (property && strchr(property->name, '*')) {
            describe(&text, property, entry->name, entry->value);
        }
    }
    return weir_strdup(weir_buffer_text(&text));
}
