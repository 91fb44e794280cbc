/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/mongodb.h"

#include "connectors/source/mongodb/copy_progress.h"
#include "connectors/source/mongodb/event.h"
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/properties.h"
#include "connectors/source/mongodb/reader.h"
#include "connectors/source/mongodb/split_event.h"
#include "core/base/clock.h"
#include "core/base/regex.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/connection.h"

#include <string.h>

enum { OFFSET_BYTES_MAX = 1 << 20, POLL_BYTES_MAX = 1 << 20, SHOWN_BYTES = 400 };

#define SHOWN(bytes) ((bytes) < SHOWN_BYTES ? (int)(bytes) : SHOWN_BYTES)

struct mongodb_source {
    const struct weir_source_context *context;
    struct weir_mongo_connection *connection;
    struct weir_event_writer writer;
    struct weir_reader *reader;
    struct weir_buffer partition, offset;
    struct weir_reading_chunk *chunk; /* being turned into records */
    struct weir_bson_iterator at;     /* in chunk */
    /* Where the source stands: the copy's progress while copying, else behind token. */
    struct weir_copy_progress copy;
    struct weir_buffer token, namespace;
    struct weir_split_event split;
    int64_t headroom_s;  /* as the metric says it */
    bool copying, moved; /* moved: since the last offset */
};

static bool check_regex(const struct weir_config *config, const char *name, struct weir_error *err)
{
    struct weir_error inner = {0};
    struct weir_regex *regex =
        weir_regex_create(weir_bytes_of(weir_config_string(config, name)), &inner);
    weir_regex_destroy(regex);
    return regex ||
           weir_config_fail(config, name, err, "not a regular expression: %s", inner.message);
}

static bool validate(const struct weir_config *config, struct weir_error *err)
{
    if (*weir_config_string(config, "collection") && !*weir_config_string(config, "database")) {
        return weir_config_fail(config, "collection", err, "needs `database` too");
    }
    struct weir_topic_mapper *mapper = weir_topic_mapper_create(config, err);
    weir_topic_mapper_destroy(mapper);
    return mapper && check_regex(config, "startup.mode.copy.existing.namespace.regex", err) &&
           weir_mongo_connection_validate(config, err) && weir_source_pipelines_check(config, err);
}

static bool open_reader(struct mongodb_source *self, struct weir_error *err)
{
    struct weir_position stored;
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_position_partition(self->context->config, weir_mongo_connection_name(self->connection),
                            &self->partition);
    struct weir_bytes offset =
        self->context->stored_offset(self->context, weir_buffer_view(&self->partition));
    if (!weir_position_read(offset, arena, &stored, err)) {
        return false;
    }
    self->reader = weir_reader_open(self->context->config, self->connection, &stored, err);
    return self->reader != NULL;
}

static bool open(void *state, const struct weir_source_context *context, int64_t deadline_ms,
                 struct weir_error *err)
{
    (void)deadline_ms; /* the connection string's serverSelectionTimeoutMS bounds it */
    struct mongodb_source *self = state;
    self->context = context;
    weir_buffer_init(&self->partition, OFFSET_BYTES_MAX);
    weir_buffer_init(&self->offset, OFFSET_BYTES_MAX);
    weir_buffer_init(&self->token, OFFSET_BYTES_MAX);
    weir_buffer_init(&self->namespace, OFFSET_BYTES_MAX);
    if (!weir_event_writer_init(&self->writer, context->config, err)) {
        return false;
    }
    self->connection = weir_mongo_connection_open(context->config, "weir-source", err);
    return self->connection && open_reader(self, err);
}

/* Stores where the source stands once everything up to here is in Kafka. */
static void write_offset(struct mongodb_source *self, struct weir_batch *batch)
{
    if (!self->moved || self->token.len == 0) {
        return;
    }
    weir_auto_buffer ranges;
    weir_buffer_init(&ranges, OFFSET_BYTES_MAX);
    struct weir_position position = {.token = weir_buffer_view(&self->token),
                                     .copying = self->copying};
    if (self->copying) {
        weir_copy_ranges_write(&self->copy.ranges, &ranges);
        position.namespace = weir_buffer_view(&self->namespace);
        position.ranges = weir_buffer_view(&ranges);
    }
    weir_buffer_reset(&self->offset);
    weir_position_write(&position, &self->offset);
    weir_batch_offset_set(batch, weir_buffer_view(&self->partition),
                          weir_buffer_view(&self->offset));
    self->moved = false;
}

static void set_token(struct mongodb_source *self, struct weir_bytes token)
{
    if (!weir_bytes_is_null(token)) {
        weir_buffer_reset(&self->token);
        weir_buffer_append_bytes(&self->token, token);
        self->moved = true;
    }
}

/* An event that does not fit its schema: errors.tolerance says what becomes of it. */
static bool reject(struct mongodb_source *self, struct weir_bytes event, struct weir_batch *batch,
                   struct weir_error *err)
{
    struct weir_record record;
    if (err->action != WEIR_ERROR_REJECT) {
        return false;
    }
    weir_event_describe(&self->writer, event, batch->arena, &record);
    const char *reason = weir_arena_format(
        batch->arena, "Exception creating Source record for: Key=%.*s Value=%.*s: %s",
        SHOWN(record.key.len), (const char *)record.key.data, SHOWN(record.value.len),
        record.value.data ? (const char *)record.value.data : "", err->message);
    weir_error_clear(err);
    return self->context->reject(self->context, &record, reason, err);
}

static bool write_one(struct mongodb_source *self, struct weir_bytes document,
                      struct weir_batch *batch, struct weir_error *err)
{
    const struct weir_reading_chunk *chunk = self->chunk;
    struct weir_bytes event = document;
    if (chunk->kind == WEIR_CHUNK_COPIED && !chunk->events) {
        event = weir_event_of_copied(&self->writer, chunk->database, chunk->collection, document);
    }
    if (chunk->too_large) {
        weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_MONGO, 0,
                  "the event has more than 16 MB, which the server cannot send");
        return reject(self, event, batch, err);
    }
    if (!weir_split_event_add(&self->split, event, &event)) {
        return true; /* the rest of it comes */
    }
    return weir_event_write(&self->writer, event, batch, err) || reject(self, event, batch, err);
}

/* An idle stream's position; with heartbeat.interval.ms also as a record. */
static bool write_idle(struct mongodb_source *self, struct weir_batch *batch,
                       struct weir_error *err)
{
    const struct weir_config *config = self->context->config;
    struct weir_bytes token = self->chunk->position.token;
    if (weir_bytes_is_null(token) || weir_config_long(config, "heartbeat.interval.ms") == 0) {
        return true;
    }
    return weir_event_write_heartbeat(weir_config_string(config, "heartbeat.topic.name"), token,
                                      batch, err);
}

/* The _id that a copied document has in its collection. */
static struct weir_bson_element copied_id(const struct weir_reading_chunk *chunk,
                                          struct weir_bytes document)
{
    struct weir_bson_element id = weir_bson_get(document, WEIR_BYTES("_id"));
    return chunk->events ? weir_bson_get(id.value, WEIR_BYTES("_id")) : id;
}

/* Moves the position behind the last document that became a record; whole: behind the chunk. */
static void advance(struct mongodb_source *self, struct weir_bytes last, bool whole)
{
    const struct weir_reading_chunk *chunk = self->chunk;
    if (chunk->kind == WEIR_CHUNK_COPIED) {
        self->moved = true;
        if (!weir_bytes_is_null(last)) {
            weir_copy_ranges_advance(&self->copy.ranges, chunk->range, copied_id(chunk, last));
        }
        if (whole && chunk->range_done) {
            weir_copy_ranges_finish(&self->copy.ranges, chunk->range);
        }
    } else if (self->split.pending) {
        return; /* not behind some of an event's fragments */
    } else if (whole) {
        set_token(self, chunk->position.token);
    } else if (!weir_bytes_is_null(last)) {
        set_token(self, weir_bson_get(last, WEIR_BYTES("_id")).value);
    }
}

/* Documents of the chunk until the batch is full; a chunk that is used up is gone afterwards. */
static bool drain_documents(struct mongodb_source *self, size_t record_count_max,
                            struct weir_batch *batch, struct weir_error *err)
{
    struct weir_bson_element element;
    struct weir_bytes last = WEIR_BYTES_NULL;
    int64_t count = 0;
    bool more = true;
    while (batch->record_count < record_count_max && batch->bytes < POLL_BYTES_MAX &&
           (more = weir_bson_next(&self->at, &element))) {
        last = element.value;
        count++;
        if (!write_one(self, last, batch, err)) {
            return false;
        }
    }
    advance(self, last, !more);
    if (self->chunk->kind == WEIR_CHUNK_COPIED) {
        weir_copy_progress_add(&self->copy, self->context, count);
    }
    if (!more) {
        weir_reading_chunk_destroy(self->chunk);
        self->chunk = NULL;
    }
    return true;
}

static void enter_collection(struct mongodb_source *self)
{
    const struct weir_reading_chunk *chunk = self->chunk;
    weir_buffer_reset(&self->namespace);
    weir_buffer_append_bytes(&self->namespace, chunk->position.namespace);
    weir_copy_progress_enter(&self->copy, self->context, chunk);
    self->copying = true;
    set_token(self, chunk->position.token);
}

static void leave_copy(struct mongodb_source *self)
{
    if (self->copying) {
        weir_copy_progress_end(&self->copy, self->context);
        self->copying = false;
    }
}

static bool drain_chunk(struct mongodb_source *self, size_t record_count_max,
                        struct weir_batch *batch, struct weir_error *err)
{
    bool done = true;
    switch (self->chunk->kind) {
    case WEIR_CHUNK_FAILED:
        *err = self->chunk->err;
        return false;
    case WEIR_CHUNK_EVENTS:
        leave_copy(self);
        return drain_documents(self, record_count_max, batch, err);
    case WEIR_CHUNK_COPIED:
        return drain_documents(self, record_count_max, batch, err);
    case WEIR_CHUNK_ENTER:
        enter_collection(self);
        break;
    case WEIR_CHUNK_IDLE:
        set_token(self, self->chunk->position.token);
        done = self->copying || write_idle(self, batch, err);
        leave_copy(self);
        break;
    }
    weir_reading_chunk_destroy(self->chunk);
    self->chunk = NULL;
    return done;
}

static bool take_chunk(struct mongodb_source *self, int64_t deadline_ms)
{
    if (!self->chunk) {
        self->chunk = weir_reader_next(self->reader, deadline_ms);
        if (self->chunk && self->chunk->batch) {
            weir_bson_iterator_init(&self->at, self->chunk->batch->documents);
        } else {
            self->at = (struct weir_bson_iterator){0};
        }
    }
    return self->chunk != NULL;
}

static void publish_headroom(struct mongodb_source *self)
{
    int64_t headroom_s = weir_reader_headroom_s(self->reader);
    if (headroom_s >= 0 && headroom_s != self->headroom_s) {
        self->headroom_s = headroom_s;
        self->context->metric_set(self->context, "weir_source_oplog_headroom_seconds",
                                  (double)headroom_s);
    }
}

static bool poll(void *state, struct weir_batch *batch, int64_t deadline_ms, struct weir_error *err)
{
    struct mongodb_source *self = state;
    size_t count_max = (size_t)weir_config_int(self->context->config, "poll.max.batch.size");
    while (batch->record_count < count_max && batch->bytes < POLL_BYTES_MAX &&
           take_chunk(self, batch->record_count || self->moved ? weir_clock_ms() : deadline_ms)) {
        if (!drain_chunk(self, count_max, batch, err)) {
            return false;
        }
    }
    write_offset(self, batch);
    publish_headroom(self);
    return true;
}

static void close_source(void *state)
{
    struct mongodb_source *self = state;
    weir_reader_close(self->reader);
    weir_reading_chunk_destroy(self->chunk);
    weir_mongo_connection_close(self->connection);
    weir_event_writer_fini(&self->writer);
    weir_buffer_fini(&self->partition);
    weir_buffer_fini(&self->offset);
    weir_buffer_fini(&self->token);
    weir_buffer_fini(&self->namespace);
    weir_copy_progress_fini(&self->copy);
    weir_split_event_fini(&self->split);
    memset(self, 0, sizeof(*self));
}

const struct weir_source_ops weir_mongodb_source = {
    .name = "mongodb",
    .class_names = (const char *const[]){"com.mongodb.kafka.connect.MongoSourceConnector",
                                         "MongoSourceConnector", "MongoDbAtlasSource", NULL},
    .version = WEIR_VERSION,
    .documentation = "Change streams of a MongoDB collection, database or deployment, and copies "
                     "of what is there, as records. "
                     "Records and resume token are written in one transaction; the token is taken "
                     "before the copy, so no "
                     "change is lost between the two. The copy reads ranges of `_id` side by side "
                     "and goes on after a restart where it was.",
    .properties = weir_mongodb_source_properties,
    .state_bytes = sizeof(struct mongodb_source),
    .validate = validate,
    .open = open,
    .poll = poll,
    .close = close_source,
};
