/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/config/config_internal.h"
#include "core/config/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool row_has_name(const struct weir_property *property, const char *name)
{
    size_t length = strlen(property->name);
    if (property->name[length - 1] == '*') {
        return strlen(name) >= length && strncmp(property->name, name, length - 1) == 0;
    }
    return strcmp(property->name, name) == 0;
}

static bool row_has_alias(const struct weir_property *property, const char *name)
{
    for (const char *const *alias = property->aliases; alias && *alias; alias++) {
        if (strcmp(*alias, name) == 0) {
            return true;
        }
    }
    return property->override && strcmp(property->override, name) == 0;
}

static const struct weir_property *
find_row(const struct weir_property *const *tables, const char *name,
         bool (*matches)(const struct weir_property *, const char *))
{
    for (const struct weir_property *const *table = tables; *table; table++) {
        for (const struct weir_property *property = *table; property->name; property++) {
            if (matches(property, name)) {
                return property;
            }
        }
    }
    return NULL;
}

static bool row_is_exact(const struct weir_property *property, const char *name)
{
    return strcmp(property->name, name) == 0;
}

const struct weir_property *weir_config_property(const struct weir_property *const *tables,
                                                 const char *name)
{
    const struct weir_property *property = find_row(tables, name, row_is_exact);
    property = property ? property : find_row(tables, name, row_has_alias);
    return property ? property : find_row(tables, name, row_has_name);
}

/* One line of the whole message. */
static void add_problem(struct weir_buffer *problems, const struct weir_config *config,
                        const char *name, const char *message)
{
    uint32_t line = weir_config_line(config, name);
    weir_buffer_append_format(problems, "%s%s", problems->len ? "\n" : "", config->file);
    if (line) {
        weir_buffer_append_format(problems, ":%u", line);
    }
    weir_buffer_append_format(problems, ": %s: %s", name, message);
}

static void unknown_property(struct weir_buffer *problems, const struct weir_config *config,
                             const struct weir_property *const *tables, const char *name)
{
    struct weir_nearest nearest = weir_nearest_to(name);
    for (const struct weir_property *const *table = tables; *table; table++) {
        for (const struct weir_property *property = *table; property->name; property++) {
            weir_nearest_try(&nearest, property->name);
            for (const char *const *alias = property->aliases; alias && *alias; alias++) {
                weir_nearest_try(&nearest, *alias);
            }
        }
    }
    char message[256] = "unknown property";
    if (nearest.best) {
        snprintf(message, sizeof(message), "unknown property; did you mean '%s'?", nearest.best);
    }
    add_problem(problems, config, name, message);
}

static bool is_whole_number(const char *value, int64_t min, int64_t max)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    return *value && *value != ' ' && !*end && errno == 0 && number >= min && number <= max;
}

static const char *type_problem(const struct weir_property *property, const char *value)
{
    char *end;
    switch (property->type) {
    case WEIR_PROPERTY_BOOLEAN:
        return strcasecmp(value, "true") == 0 || strcasecmp(value, "false") == 0 ? NULL
                                                                                 : "true or false";
    case WEIR_PROPERTY_INT:
        return is_whole_number(value, INT32_MIN, INT32_MAX) ? NULL : "a whole number of 32 bits";
    case WEIR_PROPERTY_LONG:
        return is_whole_number(value, INT64_MIN, INT64_MAX) ? NULL : "a whole number";
    case WEIR_PROPERTY_DOUBLE:
        strtod(value, &end);
        return *value && !*end ? NULL : "a number";
    case WEIR_PROPERTY_STRING:
    case WEIR_PROPERTY_LIST:
    case WEIR_PROPERTY_PASSWORD:
        break;
    }
    return NULL;
}

static bool is_allowed(const struct weir_property *property, const char *value)
{
    for (const char *const *allowed = property->allowed; *allowed; allowed++) {
        if (strcasecmp(*allowed, value) == 0) {
            return true;
        }
    }
    return false;
}

static void list_allowed(const struct weir_property *property, const char *value, char *message,
                         size_t bytes)
{
    int length = snprintf(message, bytes, "'%s' is not one of", value);
    for (const char *const *allowed = property->allowed;
         *allowed && length > 0 && (size_t)length < bytes; allowed++) {
        length += snprintf(message + length, bytes - (size_t)length, "%s %s",
                           allowed == property->allowed ? "" : ",", **allowed ? *allowed : "''");
    }
}

/* Fills message and returns true when value may not stand. */
static bool value_problem(const struct weir_property *property, const char *value, char *message,
                          size_t bytes)
{
    const char *wanted = type_problem(property, value);
    if (wanted) {
        snprintf(message, bytes, "expected %s, not '%s'", wanted, value);
        return true;
    }
    if (property->has_range && (strtoll(value, NULL, 10) < property->value_min ||
                                strtoll(value, NULL, 10) > property->value_max)) {
        snprintf(message, bytes, "%s is outside %lld to %lld", value,
                 (long long)property->value_min, (long long)property->value_max);
        return true;
    }
    if (property->allowed && !is_allowed(property, value)) {
        list_allowed(property, value, message, bytes);
        return true;
    }
    struct weir_error err = {0};
    if (property->check && !property->check(property, value, &err)) {
        snprintf(message, bytes, "%s", err.message);
        return true;
    }
    return false;
}

static void check_entries(struct weir_config *config, const struct weir_property *const *tables,
                          struct weir_buffer *problems)
{
    for (size_t index = 0; index < config->entry_count; index++) {
        struct weir_config_entry *entry = &config->entries[index];
        const struct weir_property *property = weir_config_property(tables, entry->name);
        char message[WEIR_ERROR_MESSAGE_BYTES];
        if (!property) {
            unknown_property(problems, config, tables, entry->name);
        } else if (value_problem(property, entry->value, message, sizeof(message))) {
            add_problem(problems, config, entry->name, message);
        } else if (row_has_alias(property, entry->name)) {
            struct weir_config_entry *other = weir_config_find(config, property->name);
            if (other && property->override && strcmp(entry->name, property->override) == 0) {
                other->value = entry->value;
                other->given = entry->given;
                other->line = entry->line;
            } else if (other) {
                snprintf(message, sizeof(message), "another name of '%s', which is given too",
                         property->name);
                add_problem(problems, config, entry->name, message);
            }
            entry->name = property->name;
        }
    }
}

static void check_required(const struct weir_config *config,
                           const struct weir_property *const *tables, struct weir_buffer *problems)
{
    for (const struct weir_property *const *table = tables; *table; table++) {
        for (const struct weir_property *property = *table; property->name; property++) {
            if (property->required && !weir_config_find(config, property->name)) {
                add_problem(problems, config, property->name, "missing required property");
            }
        }
    }
}

static const char *const *split_list(struct weir_arena *arena, const char *text)
{
    size_t count = 1;
    for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ',')) {
        count++;
    }
    const char **items = weir_arena_calloc(arena, count + 1, sizeof(*items));
    size_t filled = 0;
    for (const char *rest = text; rest;) {
        size_t length = strcspn(rest, ",");
        const char *first = rest + strspn(rest, " \t\n");
        const char *last = rest + length;
        rest = *last ? last + 1 : NULL;
        while (last > first && strchr(" \t\n", last[-1])) {
            last--;
        }
        if (last > first) {
            items[filled++] = weir_arena_strndup(arena, first, (size_t)(last - first));
        }
    }
    return items;
}

static void make_lists(struct weir_config *config)
{
    for (const struct weir_property *const *table = config->tables; *table; table++) {
        for (const struct weir_property *property = *table; property->name; property++) {
            if (property->type != WEIR_PROPERTY_LIST) {
                continue;
            }
            const struct weir_config_entry *entry = weir_config_find(config, property->name);
            const char *text = entry ? entry->value : property->default_value;
            config->lists =
                weir_realloc(config->lists, (config->list_count + 1) * sizeof(*config->lists));
            config->lists[config->list_count++] =
                (struct weir_config_list){property, split_list(config->arena, text ? text : "")};
        }
    }
}

bool weir_config_check(struct weir_config *config, const struct weir_property *const *tables,
                       struct weir_error *err)
{
    weir_auto_buffer problems;
    weir_buffer_init(&problems, WEIR_CONFIG_VALUE_BYTES_MAX);
    check_entries(config, tables, &problems);
    check_required(config, tables, &problems);
    if (problems.len > 0) {
        return weir_config_fail_all(&problems, err);
    }
    config->tables = tables;
    config->list_count = 0;
    make_lists(config);
    return true;
}
