/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/alloc.h"
#include "core/base/regex.h"

#include <stdlib.h>
#include <string.h>

struct listing {
    struct weir_reader *reader;
    const char *database; /* while its collections are listed */
    char **databases;
    size_t database_count;
};

void weir_namespace_fini(struct weir_namespace *namespace)
{
    weir_free(namespace->database);
    weir_free(namespace->collection);
    weir_free(namespace->whole);
}

static void add_namespace(struct weir_reader *reader, const char *database, const char *collection)
{
    reader->namespaces = weir_realloc(reader->namespaces,
                                      (reader->namespace_count + 1) * sizeof(*reader->namespaces));
    reader->namespaces[reader->namespace_count++] = (struct weir_namespace){
        weir_strdup(database), weir_strdup(collection), weir_format("%s.%s", database, collection)};
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
    return strcmp(left->whole, right->whole);
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

/* The pattern is checked at the start. */
static bool keep_matching(struct weir_reader *reader, struct weir_error *err)
{
    const char *pattern =
        weir_config_string(reader->config, "startup.mode.copy.existing.namespace.regex");
    struct weir_regex *regex = *pattern ? weir_regex_create(weir_bytes_of(pattern), err) : NULL;
    if (!regex) {
        return err->action == WEIR_ERROR_NONE;
    }
    size_t kept = reader->namespace_first;
    for (size_t index = kept; index < reader->namespace_count; index++) {
        struct weir_namespace namespace = reader->namespaces[index];
        if (weir_regex_find(regex, weir_bytes_of(namespace.whole), 0) == WEIR_REGEX_FOUND) {
            reader->namespaces[kept++] = namespace;
        } else {
            weir_namespace_fini(&namespace);
        }
    }
    reader->namespace_count = kept;
    weir_regex_destroy(regex);
    return true;
}

bool weir_reader_list(struct weir_reader *reader, struct weir_error *err)
{
    reader->namespace_first = reader->namespace_count;
    struct listing listing = {.reader = reader};
    if (!list_all(&listing, err) || !keep_matching(reader, err)) {
        return false;
    }
    size_t count = reader->namespace_count - reader->namespace_first;
    if (count > 0) {
        qsort(reader->namespaces + reader->namespace_first, count, sizeof(*reader->namespaces),
              compare_namespaces);
    }
    return true;
}
