/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/stored_offsets.h"

#include "core/base/alloc.h"
#include "core/mongo/bson_builder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void weir_stored_offsets_init(struct stored_offsets *offsets, const char *place,
                              const char *connector)
{
    const char *dot = strchr(place, '.');
    *offsets = (struct stored_offsets){
        .database = weir_strndup(place, (size_t)(dot - place)),
        .collection = weir_strdup(dot + 1),
        .connector = connector,
    };
}

void weir_stored_offsets_fini(struct stored_offsets *offsets)
{
    for (size_t i = 0; i < offsets->count; i++) {
        weir_free(offsets->partitions[i].topic);
        weir_free(offsets->partitions[i].rejected);
    }
    weir_free(offsets->partitions);
    weir_free(offsets->database);
    weir_free(offsets->collection);
    *offsets = (struct stored_offsets){0};
}

/* NULL: not met yet. */
static struct stored_partition *look_up(struct stored_offsets *offsets, const char *topic,
                                        int32_t number)
{
    for (size_t tried = 0; tried < offsets->count; tried++) {
        size_t index = (offsets->last + tried) % offsets->count;
        struct stored_partition *partition = &offsets->partitions[index];
        if (partition->partition == number && strcmp(partition->topic, topic) == 0) {
            offsets->last = index;
            return partition;
        }
    }
    return NULL;
}

static struct stored_partition *add(struct stored_offsets *offsets, const char *topic,
                                    int32_t number)
{
    size_t count = offsets->count++;
    offsets->partitions =
        weir_realloc(offsets->partitions, offsets->count * sizeof(*offsets->partitions));
    offsets->partitions[count] =
        (struct stored_partition){.topic = weir_strdup(topic), .partition = number, .reached = -1};
    return &offsets->partitions[count];
}

static void add_id(const struct stored_offsets *offsets, const struct stored_partition *partition,
                   const char *suffix, struct weir_buffer *out)
{
    weir_autofree char *id = weir_format("%s#%s#%" PRId32 "%s", offsets->connector,
                                         partition->topic, partition->partition, suffix);
    weir_bson_add_text(out, WEIR_BYTES("_id"), weir_bytes_of(id));
}

static void take_document(struct stored_partition *partition, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    struct weir_bson_element offset = weir_bson_get(document, WEIR_BYTES("offset"));
    struct weir_bson_element rejected = weir_bson_get(document, WEIR_BYTES("rejected"));
    partition->stored = offset.type == WEIR_BSON_INT64 ? weir_bson_int64(offset) : 0;
    weir_bson_iterator_init(&iterator, rejected.value);
    while (rejected.type == WEIR_BSON_ARRAY && weir_bson_next(&iterator, &item)) {
        if (item.type == WEIR_BSON_INT64) {
            weir_stored_offsets_reject(partition, weir_bson_int64(item));
        }
    }
}

/* The partition's document of that suffix, appended to document if there is one. */
static bool find(const struct stored_offsets *offsets, struct weir_mongo_connection *connection,
                 const struct stored_partition *partition, const char *suffix,
                 struct weir_buffer *document, struct weir_error *err)
{
    weir_auto_buffer filter;
    weir_buffer_init(&filter, WEIR_BSON_DOCUMENT_BYTES_MAX);
    size_t start = weir_bson_begin(&filter);
    add_id(offsets, partition, suffix, &filter);
    weir_bson_end(&filter, start);
    return weir_mongo_find_one(connection, offsets->database, offsets->collection,
                               weir_buffer_view(&filter), document, err) ||
           weir_fail_within(err, "stored offsets");
}

/* {_id, session} instead of what was there. */
static bool write_session(const struct stored_offsets *offsets,
                          struct weir_mongo_connection *connection,
                          const struct stored_partition *partition, struct weir_bytes session,
                          struct weir_error *err)
{
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer filter, document;
    weir_buffer_init(&filter, WEIR_BSON_DOCUMENT_BYTES_MAX);
    weir_buffer_init(&document, WEIR_BSON_DOCUMENT_BYTES_MAX);
    size_t start = weir_bson_begin(&filter);
    add_id(offsets, partition, "#writer", &filter);
    weir_bson_end(&filter, start);
    start = weir_bson_begin(&document);
    add_id(offsets, partition, "#writer", &document);
    weir_bson_add_value(&document, WEIR_BYTES("session"),
                        (struct weir_bson_element){.type = WEIR_BSON_DOCUMENT, .value = session});
    weir_bson_end(&document, start);
    const struct weir_mongo_write write = {WEIR_MONGO_REPLACE, true, weir_buffer_view(&filter),
                                           weir_buffer_view(&document)};
    const struct weir_mongo_bulk bulk = {offsets->database, offsets->collection, true, &write, 1};
    struct weir_mongo_result result = {0};
    return weir_mongo_bulk_run(connection, &bulk, &result, arena, err);
}

/* Whoever wrote before us writes no more. */
static bool take_over(const struct stored_offsets *offsets,
                      struct weir_mongo_connection *connection,
                      const struct stored_partition *partition, struct weir_error *err)
{
    weir_auto_buffer document, own;
    weir_buffer_init(&document, WEIR_BSON_DOCUMENT_BYTES_MAX);
    weir_buffer_init(&own, WEIR_BSON_DOCUMENT_BYTES_MAX);
    if (!find(offsets, connection, partition, "#writer", &document, err) ||
        !weir_mongo_session_id(connection, &own, err)) {
        return false;
    }
    struct weir_bson_element session = {0};
    if (document.len > 0) {
        session = weir_bson_get(weir_buffer_view(&document), WEIR_BYTES("session"));
    }
    if (session.type == WEIR_BSON_DOCUMENT &&
        weir_bytes_equal(session.value, weir_buffer_view(&own))) {
        return true;
    }
    return (session.type != WEIR_BSON_DOCUMENT ||
            weir_mongo_session_kill(connection, session.value, err)) &&
           write_session(offsets, connection, partition, weir_buffer_view(&own), err);
}

static bool load(const struct stored_offsets *offsets, struct weir_mongo_connection *connection,
                 struct stored_partition *partition, struct weir_error *err)
{
    weir_auto_buffer document;
    weir_buffer_init(&document, WEIR_BSON_DOCUMENT_BYTES_MAX);
    if (!take_over(offsets, connection, partition, err) ||
        !find(offsets, connection, partition, "", &document, err)) {
        return false;
    }
    partition->stored = -1;
    if (document.len > 0) {
        take_document(partition, weir_buffer_view(&document));
    }
    partition->loaded = true;
    return true;
}

struct stored_partition *weir_stored_offsets_find(struct stored_offsets *offsets,
                                                  struct weir_mongo_connection *connection,
                                                  const struct weir_record *record,
                                                  struct weir_error *err)
{
    struct stored_partition *partition = look_up(offsets, record->topic, record->partition);
    partition = partition ? partition : add(offsets, record->topic, record->partition);
    return partition->loaded || load(offsets, connection, partition, err) ? partition : NULL;
}

static size_t find_rejected(const struct stored_partition *partition, int64_t offset)
{
    size_t index = 0;
    while (index < partition->rejected_count && partition->rejected[index] != offset) {
        index++;
    }
    return index;
}

bool weir_stored_offsets_has(const struct stored_partition *partition, int64_t offset)
{
    return offset < partition->stored &&
           find_rejected(partition, offset) == partition->rejected_count;
}

void weir_stored_offsets_reject(struct stored_partition *partition, int64_t offset)
{
    if (find_rejected(partition, offset) < partition->rejected_count) {
        return;
    }
    if (partition->rejected_count == partition->rejected_capacity) {
        partition->rejected_capacity =
            partition->rejected_capacity ? 2 * partition->rejected_capacity : 16;
        partition->rejected = weir_realloc(partition->rejected, partition->rejected_capacity *
                                                                    sizeof(*partition->rejected));
    }
    partition->rejected[partition->rejected_count++] = offset;
}

void weir_stored_offsets_forget(struct stored_offsets *offsets, const char *topic,
                                int32_t partition)
{
    struct stored_partition *found = look_up(offsets, topic, partition);
    if (found) {
        found->loaded = false;
        found->reached = -1;
        found->rejected_count = 0;
    }
}

void weir_stored_offsets_forget_all(struct stored_offsets *offsets)
{
    for (size_t i = 0; i < offsets->count; i++) {
        offsets->partitions[i].loaded = false;
        offsets->partitions[i].reached = -1;
    }
}

void weir_stored_offsets_settle(struct stored_offsets *offsets, const char *topic,
                                int32_t partition, int64_t next_offset)
{
    struct stored_partition *found = look_up(offsets, topic, partition);
    size_t kept = 0;
    for (size_t i = 0; found && i < found->rejected_count; i++) {
        if (found->rejected[i] >= next_offset) {
            found->rejected[kept++] = found->rejected[i];
        }
    }
    if (found) {
        found->rejected_count = kept;
    }
}

static void add_document(const struct stored_offsets *offsets,
                         const struct stored_partition *partition, struct weir_buffer *out)
{
    char name[24];
    int64_t next = partition->reached > partition->stored ? partition->reached : partition->stored;
    size_t start = weir_bson_begin(out);
    add_id(offsets, partition, "", out);
    weir_bson_add_int64(out, WEIR_BYTES("offset"), next);
    size_t rejected = weir_bson_add_begin(out, WEIR_BSON_ARRAY, WEIR_BYTES("rejected"));
    for (size_t i = 0; i < partition->rejected_count; i++) {
        snprintf(name, sizeof(name), "%zu", i);
        weir_bson_add_int64(out, weir_bytes_of(name), partition->rejected[i]);
    }
    weir_bson_end(out, rejected);
    weir_bson_end(out, start);
}

static void add_filter(const struct stored_offsets *offsets,
                       const struct stored_partition *partition, struct weir_buffer *out)
{
    size_t start = weir_bson_begin(out);
    add_id(offsets, partition, "", out);
    weir_bson_add_int64(out, WEIR_BYTES("offset"), partition->stored);
    weir_bson_end(out, start);
}

/* An upsert of a document that somebody has changed is an insert under an _id that is there: it
 * fails, and the transaction with it. */
struct weir_mongo_bulk weir_stored_offsets_bulk(const struct stored_offsets *offsets,
                                                struct weir_buffer *documents,
                                                struct weir_arena *arena)
{
    struct weir_mongo_write *writes = weir_arena_calloc(arena, offsets->count, sizeof(*writes));
    size_t count = 0;
    for (size_t i = 0; i < offsets->count; i++) {
        const struct stored_partition *partition = &offsets->partitions[i];
        if (partition->reached < 0) {
            continue;
        }
        weir_buffer_reset(documents);
        add_document(offsets, partition, documents);
        writes[count].document = weir_arena_copy(arena, weir_buffer_view(documents));
        writes[count].kind = partition->stored < 0 ? WEIR_MONGO_INSERT : WEIR_MONGO_REPLACE;
        if (partition->stored >= 0) {
            weir_buffer_reset(documents);
            add_filter(offsets, partition, documents);
            writes[count].filter = weir_arena_copy(arena, weir_buffer_view(documents));
            writes[count].upsert = true;
        }
        count++;
    }
    return (struct weir_mongo_bulk){offsets->database, offsets->collection, true, writes, count};
}

void weir_stored_offsets_end(struct stored_offsets *offsets, bool committed)
{
    for (size_t i = 0; i < offsets->count; i++) {
        struct stored_partition *partition = &offsets->partitions[i];
        if (committed && partition->reached > partition->stored) {
            partition->stored = partition->reached;
        }
        partition->reached = -1;
    }
}
