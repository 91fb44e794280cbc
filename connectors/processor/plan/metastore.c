/* metastore.c - lists in order of creation; there are tens of each, so they are searched one by
 * one. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/metastore.h"

#include "connectors/processor/sql/diagnostic.h"
#include "core/base/alloc.h"

#include <string.h>
#include <strings.h>

struct named {
    const char *name;
    const void *value;
};

struct list {
    struct named *items;
    size_t count, capacity;
};

struct weir_metastore {
    struct weir_arena *arena;
    struct list sources, types, properties, queries;
    uint32_t next_query;
};

struct weir_metastore *weir_metastore_create(void)
{
    struct weir_metastore *metastore = weir_alloc(sizeof(*metastore));
    metastore->arena = weir_arena_create(1 << 16);
    return metastore;
}

void weir_metastore_destroy(struct weir_metastore *metastore)
{
    if (!metastore) {
        return;
    }
    struct list *lists[] = {&metastore->sources, &metastore->types, &metastore->properties,
                            &metastore->queries};
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        weir_free(lists[i]->items);
    }
    weir_arena_destroy(metastore->arena);
    weir_free(metastore);
}

struct weir_arena *weir_metastore_arena(struct weir_metastore *metastore)
{
    return metastore->arena;
}

static struct named *find(const struct list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0) {
            return &list->items[i];
        }
    }
    return NULL;
}

static const void *get(const struct list *list, const char *name)
{
    const struct named *found = find(list, name);
    return found ? found->value : NULL;
}

static void put(struct list *list, const char *name, const void *value)
{
    struct named *found = find(list, name);
    if (found) {
        *found = (struct named){name, value};
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 8;
        list->items = weir_realloc(list->items, list->capacity * sizeof(*list->items));
    }
    list->items[list->count++] = (struct named){name, value};
}

static bool drop(struct list *list, const char *name)
{
    struct named *found = find(list, name);
    if (!found) {
        return false;
    }
    size_t after = list->count - (size_t)(found - list->items) - 1;
    memmove(found, found + 1, after * sizeof(*found));
    list->count--;
    return true;
}

static const char *copy_text(struct weir_metastore *metastore, const char *text)
{
    return text ? weir_arena_strdup(metastore->arena, text) : NULL;
}

static const struct weir_column *copy_columns(struct weir_metastore *metastore,
                                              const struct weir_column *columns, size_t count)
{
    struct weir_column *copy = weir_arena_calloc(metastore->arena, count, sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        copy[i].name = copy_text(metastore, columns[i].name);
        copy[i].type = weir_type_copy(metastore->arena, columns[i].type);
    }
    return copy;
}

static const struct weir_header_column *copy_headers(struct weir_metastore *metastore,
                                                     const struct weir_source *source)
{
    struct weir_header_column *copy =
        weir_arena_calloc(metastore->arena, source->header_count, sizeof(*copy));
    for (size_t i = 0; i < source->header_count; i++) {
        copy[i] = source->headers[i];
        copy[i].header = copy_text(metastore, copy[i].header);
    }
    return copy;
}

const struct weir_source *weir_metastore_put(struct weir_metastore *metastore,
                                             const struct weir_source *source)
{
    struct weir_source *copy = weir_arena_alloc(metastore->arena, sizeof(*copy));
    *copy = *source;
    copy->name = copy_text(metastore, source->name);
    copy->topic = copy_text(metastore, source->topic);
    copy->schema.key = copy_columns(metastore, source->schema.key, source->schema.key_count);
    copy->schema.values =
        copy_columns(metastore, source->schema.values, source->schema.value_count);
    copy->timestamp.column = copy_text(metastore, source->timestamp.column);
    copy->timestamp.format = copy_text(metastore, source->timestamp.format);
    copy->headers = copy_headers(metastore, source);
    copy->query_id = copy_text(metastore, source->query_id);
    copy->statement_text = copy_text(metastore, source->statement_text);
    put(&metastore->sources, copy->name, copy);
    return copy;
}

const struct weir_source *weir_metastore_source(const struct weir_metastore *metastore,
                                                const char *name)
{
    return get(&metastore->sources, name);
}

const char *weir_metastore_nearest_source(const struct weir_metastore *metastore, const char *name)
{
    const char *nearest = NULL;
    for (size_t i = 0; i < metastore->sources.count; i++) {
        const char *candidate = metastore->sources.items[i].name;
        if (strcasecmp(candidate, name) == 0) {
            return candidate;
        }
        const char *candidates[] = {candidate, nearest ? nearest : candidate};
        const char *better = weir_sql_nearest(name, candidates, 2);
        nearest = better ? better : nearest;
    }
    return nearest;
}

size_t weir_metastore_source_count(const struct weir_metastore *metastore)
{
    return metastore->sources.count;
}

const struct weir_source *weir_metastore_source_at(const struct weir_metastore *metastore,
                                                   size_t index)
{
    return metastore->sources.items[index].value;
}

void weir_metastore_remove(struct weir_metastore *metastore, const char *name)
{
    drop(&metastore->sources, name);
}

void weir_metastore_put_type(struct weir_metastore *metastore, const char *name,
                             const struct weir_type *type)
{
    put(&metastore->types, copy_text(metastore, name), weir_type_copy(metastore->arena, type));
}

const struct weir_type *weir_metastore_type(const struct weir_metastore *metastore,
                                            const char *name)
{
    return get(&metastore->types, name);
}

bool weir_metastore_remove_type(struct weir_metastore *metastore, const char *name)
{
    return drop(&metastore->types, name);
}

size_t weir_metastore_type_count(const struct weir_metastore *metastore)
{
    return metastore->types.count;
}

const char *weir_metastore_type_name_at(const struct weir_metastore *metastore, size_t index)
{
    return metastore->types.items[index].name;
}

void weir_metastore_set_property(struct weir_metastore *metastore, const char *name,
                                 const char *value)
{
    put(&metastore->properties, copy_text(metastore, name), copy_text(metastore, value));
}

void weir_metastore_unset_property(struct weir_metastore *metastore, const char *name)
{
    drop(&metastore->properties, name);
}

const char *weir_metastore_property(const struct weir_metastore *metastore, const char *name)
{
    return get(&metastore->properties, name);
}

bool weir_metastore_property_is(const struct weir_metastore *metastore, const char *name,
                                bool otherwise)
{
    const char *value = weir_metastore_property(metastore, name);
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

size_t weir_metastore_property_count(const struct weir_metastore *metastore)
{
    return metastore->properties.count;
}

const char *weir_metastore_property_name_at(const struct weir_metastore *metastore, size_t index)
{
    return metastore->properties.items[index].name;
}

void weir_metastore_put_query(struct weir_metastore *metastore, const struct weir_query_info *query)
{
    struct weir_query_info *copy = weir_arena_alloc(metastore->arena, sizeof(*copy));
    *copy = *query;
    copy->id = copy_text(metastore, query->id);
    copy->sink = copy_text(metastore, query->sink);
    copy->statement_text = copy_text(metastore, query->statement_text);
    const char **sources =
        weir_arena_calloc(metastore->arena, query->source_count, sizeof(*sources));
    for (size_t i = 0; i < query->source_count; i++) {
        sources[i] = copy_text(metastore, query->sources[i]);
    }
    copy->sources = sources;
    put(&metastore->queries, copy->id, copy);
}

const struct weir_query_info *weir_metastore_query(const struct weir_metastore *metastore,
                                                   const char *id)
{
    return get(&metastore->queries, id);
}

void weir_metastore_remove_query(struct weir_metastore *metastore, const char *id)
{
    drop(&metastore->queries, id);
}

size_t weir_metastore_query_count(const struct weir_metastore *metastore)
{
    return metastore->queries.count;
}

const struct weir_query_info *weir_metastore_query_at(const struct weir_metastore *metastore,
                                                      size_t index)
{
    return metastore->queries.items[index].value;
}

uint32_t weir_metastore_next_query_number(struct weir_metastore *metastore)
{
    return metastore->next_query++;
}
