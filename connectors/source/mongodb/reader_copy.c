/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/alloc.h"
#include "core/base/fault.h"
#include "core/base/log.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_BYTES_MAX = 16 << 20 };

struct listing {
    struct weir_reader *reader;
    const char *database; /* while its collections are listed */
    char **databases;
    size_t database_count;
};

static void add_namespace(struct weir_reader *reader, const char *database, const char *collection)
{
    reader->namespaces = weir_realloc(reader->namespaces,
                                      (reader->namespace_count + 1) * sizeof(*reader->namespaces));
    reader->namespaces[reader->namespace_count++] =
        (struct weir_namespace){weir_strdup(database), weir_strdup(collection)};
}

static void visit_collection(void *context, const char *name)
{
    struct listing *listing = context;
    if (strncmp(name, "system.", 7) != 0) {
        add_namespace(listing->reader, listing->database, name);
    }
}

static void visit_database(void *context, const char *name)
{
    struct listing *listing = context;
    if (strncmp(name, "admin", 5) == 0 || strncmp(name, "config", 6) == 0 ||
        strncmp(name, "local", 5) == 0) {
        return;
    }
    listing->databases = weir_realloc(listing->databases,
                                      (listing->database_count + 1) * sizeof(*listing->databases));
    listing->databases[listing->database_count++] = weir_strdup(name);
}

static int compare_namespaces(const void *a, const void *b)
{
    const struct weir_namespace *left = a, *right = b;
    int order = strcmp(left->database, right->database);
    return order ? order : strcmp(left->collection, right->collection);
}

static bool list_all(struct listing *listing, struct weir_error *err)
{
    const char *database = weir_config_string(listing->reader->config, "database");
    const char *collection = weir_config_string(listing->reader->config, "collection");
    if (*collection) {
        add_namespace(listing->reader, database, collection);
        return true;
    }
    if (*database) {
        listing->database = database;
        return weir_mongo_list_collections(listing->reader->connection, database, visit_collection,
                                           listing, err);
    }
    bool done =
        weir_mongo_list_databases(listing->reader->connection, visit_database, listing, err);
    for (size_t index = 0; index < listing->database_count; index++) {
        listing->database = listing->databases[index];
        done = done && weir_mongo_list_collections(listing->reader->connection, listing->database,
                                                   visit_collection, listing, err);
        weir_free(listing->databases[index]);
    }
    weir_free(listing->databases);
    return done;
}

static void keep_matching(struct weir_reader *reader)
{
    const char *pattern =
        weir_config_string(reader->config, "startup.mode.copy.existing.namespace.regex");
    regex_t regex;
    if (!*pattern ||
        regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) { /* checked at the start */
        return;
    }
    size_t kept = reader->namespace_first;
    for (size_t index = kept; index < reader->namespace_count; index++) {
        struct weir_namespace namespace = reader->namespaces[index];
        weir_autofree char *whole = weir_format("%s.%s", namespace.database, namespace.collection);
        if (regexec(&regex, whole, 0, NULL, 0) == 0) {
            reader->namespaces[kept++] = namespace;
        } else {
            weir_free(namespace.database);
            weir_free(namespace.collection);
        }
    }
    reader->namespace_count = kept;
    regfree(&regex);
}

static bool list_namespaces(struct weir_reader *reader, struct weir_error *err)
{
    reader->namespace_first = reader->namespace_count;
    struct listing listing = {.reader = reader};
    if (!list_all(&listing, err)) {
        return false;
    }
    keep_matching(reader);
    size_t count = reader->namespace_count - reader->namespace_first;
    if (count > 0) {
        qsort(reader->namespaces + reader->namespace_first, count, sizeof(*reader->namespaces),
              compare_namespaces);
    }
    return true;
}

static struct weir_mongo_cursor *open_copy(struct weir_reader *reader,
                                           const struct weir_namespace *namespace, bool *events_out,
                                           struct weir_mongo_batch **batch_out,
                                           struct weir_error *err)
{
    weir_auto_buffer pipeline, extra;
    weir_buffer_init(&pipeline, COMMAND_BYTES_MAX);
    weir_buffer_init(&extra, COMMAND_BYTES_MAX);
    weir_copy_pipeline(reader->config, namespace->database, namespace->collection,
                       reader->position.last_id, &pipeline, events_out);
    weir_copy_extra(reader->config, &extra);
    const struct weir_mongo_cursor_options options = {
        .database = namespace->database,
        .collection = namespace->collection,
        .pipeline = weir_buffer_view(&pipeline),
        .batch_count = WEIR_READER_BATCH_COUNT,
        .extra = weir_buffer_view(&extra),
    };
    return weir_mongo_cursor_open(reader->connection, &options, batch_out, err);
}

static bool is_empty(const struct weir_mongo_batch *batch)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element document;
    weir_bson_iterator_init(&iterator, batch->documents);
    return !weir_bson_next(&iterator, &document);
}

static bool copy_namespace(struct weir_reader *reader, const struct weir_namespace *namespace,
                           struct weir_error *err)
{
    bool events = false;
    struct weir_mongo_batch *batch = NULL;
    struct weir_mongo_cursor *cursor = open_copy(reader, namespace, &events, &batch, err);
    if (!cursor) {
        return weir_fail_within(err, "copy of %s.%s", namespace->database, namespace->collection);
    }
    while (batch) {
        if (is_empty(batch)) {
            weir_mongo_batch_destroy(batch);
        } else if (!weir_reader_push(reader, batch, namespace, events)) {
            break;
        }
        weir_fault_point("copy-batch");
        bool more = weir_mongo_cursor_alive(cursor) && !atomic_load(&reader->stopping);
        batch = more ? weir_mongo_cursor_next(cursor, 0, err) : NULL;
    }
    weir_mongo_cursor_close(cursor);
    return err->action == WEIR_ERROR_NONE;
}

/* Sets the namespace of the position; what was copied of another one is forgotten. */
static void enter(struct weir_reader *reader, const struct weir_namespace *namespace)
{
    weir_autofree char *whole = weir_format("%s.%s", namespace->database, namespace->collection);
    if (weir_bytes_equal(reader->position.namespace, weir_bytes_of(whole))) {
        return;
    }
    reader->position.namespace = weir_arena_copy(reader->arena, weir_bytes_of(whole));
    reader->position.last_id = WEIR_BYTES_NULL;
}

static bool is_before(const struct weir_namespace *namespace, struct weir_bytes reached)
{
    weir_autofree char *whole = weir_format("%s.%s", namespace->database, namespace->collection);
    return !weir_bytes_is_null(reached) && weir_bytes_compare(weir_bytes_of(whole), reached) < 0;
}

bool weir_reader_copy(struct weir_reader *reader, struct weir_error *err)
{
    if (!list_namespaces(reader, err)) {
        return false;
    }
    weir_fault_point("before-copy");
    weir_log_info("source", "copy started", "collections=%zu",
                  reader->namespace_count - reader->namespace_first);
    for (size_t index = reader->namespace_first;
         index < reader->namespace_count && !atomic_load(&reader->stopping); index++) {
        if (is_before(&reader->namespaces[index], reader->position.namespace)) {
            continue;
        }
        enter(reader, &reader->namespaces[index]);
        if (!copy_namespace(reader, &reader->namespaces[index], err)) {
            return false;
        }
    }
    if (!atomic_load(&reader->stopping)) {
        weir_log_info("source", "copy finished", "collections=%zu",
                      reader->namespace_count - reader->namespace_first);
        weir_fault_point("copy-end");
        reader->position.copying = false;
        weir_reader_push(reader, NULL, NULL, false);
    }
    return true;
}
