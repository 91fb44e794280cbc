/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/mongodb.h"

#include "connectors/source/mongodb/event.h"
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/properties.h"
#include "connectors/source/mongodb/reader.h"
#include "core/base/clock.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/connection.h"

#include <regex.h>
#include <string.h>

enum { OFFSET_BYTES_MAX = 1 << 20 };

struct mongodb_source {
    const struct weir_source_context *context;
    struct weir_mongo_connection *connection;
    struct weir_event_writer writer;
    struct weir_reader *reader;
    struct weir_buffer partition, offset;
    struct weir_reading_chunk *chunk; /* being turned into records */
    struct weir_bson_iterator at;
    struct weir_bytes last_copied; /* the last document of chunk that became a record */
};

static bool check_regex(const struct weir_config *config, const char *name, struct weir_error *err)
{
    regex_t regex;
    char reason[128];
    int problem = regcomp(&regex, weir_config_string(config, name), REG_EXTENDED | REG_NOSUB);
    if (problem != 0) {
        regerror(problem, &regex, reason, sizeof(reason));
        return weir_config_fail(config, name, err, "not a regular expression: %s", reason);
    }
    regfree(&regex);
    return true;
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
    if (!weir_event_writer_init(&self->writer, context->config, err)) {
        return false;
    }
    self->connection = weir_mongo_connection_open(context->config, "weir-source", err);
    return self->connection && open_reader(self, err);
}

/* Stores where the source stands once everything up to here is in Kafka. */
static void set_offset(struct mongodb_source *self, struct weir_position *position,
                       struct weir_batch *batch)
{
    if (position->copying) {
        weir_auto_buffer id;
        weir_buffer_init(&id, OFFSET_BYTES_MAX);
        size_t start = weir_bson_begin(&id);
        struct weir_bson_element last = weir_bson_get(self->last_copied, WEIR_BYTES("_id"));
        if (self->chunk->events) { /* {_id: {_id: ..., copyingData: true}, ...} */
            last = weir_bson_get(last.value, WEIR_BYTES("_id"));
        }
        if (weir_bson_found(last)) {
            last.name = WEIR_BYTES("_id");
            weir_bson_add_element(&id, last);
        }
        weir_bson_end(&id, start);
        position->last_id = weir_arena_copy(self->chunk->arena, weir_buffer_view(&id));
    }
    if (!position->copying && weir_bytes_is_null(position->token)) {
        return;
    }
    weir_buffer_reset(&self->offset);
    weir_position_write(position, &self->offset);
    weir_batch_offset_set(batch, weir_buffer_view(&self->partition),
                          weir_buffer_view(&self->offset));
}

static bool write_one(struct mongodb_source *self, struct weir_bytes document,
                      struct weir_batch *batch, struct weir_error *err)
{
    const struct weir_reading_chunk *chunk = self->chunk;
    self->last_copied = document;
    if (chunk->database && !chunk->events) {
        return weir_event_write_copied(&self->writer, chunk->database, chunk->collection, document,
                                       batch, err);
    }
    return weir_event_write(&self->writer, document, batch, err);
}

/* An idle stream's position; with heartbeat.interval.ms also as a record. */
static bool write_idle(struct mongodb_source *self, struct weir_batch *batch,
                       struct weir_error *err)
{
    const struct weir_config *config = self->context->config;
    const struct weir_position *position = &self->chunk->position;
    if (position->copying || weir_bytes_is_null(position->token) ||
        weir_config_long(config, "heartbeat.interval.ms") == 0) {
        return true;
    }
    return weir_event_write_heartbeat(weir_config_string(config, "heartbeat.topic.name"),
                                      position->token, batch, err);
}

/* Documents of the chunk until the batch is full; a chunk that is used up is gone afterwards. */
static bool drain_chunk(struct mongodb_source *self, size_t record_count_max,
                        struct weir_batch *batch, struct weir_error *err)
{
    struct weir_bson_element element;
    bool more = true;
    if (!self->chunk->batch && !write_idle(self, batch, err)) {
        return false;
    }
    while (batch->record_count < record_count_max && (more = weir_bson_next(&self->at, &element))) {
        if (!write_one(self, element.value, batch, err)) {
            return false;
        }
    }
    struct weir_position position = self->chunk->position;
    struct weir_bson_iterator ahead = self->at; /* used up is told now, not by an empty batch */
    more = more && weir_bson_next(&ahead, &element);
    if (more && !position.copying) { /* inside the chunk: behind the last event, by its token */
        position.token = weir_bson_get(self->last_copied, WEIR_BYTES("_id")).value;
    }
    set_offset(self, &position, batch);
    if (!more) {
        weir_reading_chunk_destroy(self->chunk);
        self->chunk = NULL;
    }
    return true;
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

static bool poll(void *state, struct weir_batch *batch, int64_t deadline_ms, struct weir_error *err)
{
    struct mongodb_source *self = state;
    size_t count_max = (size_t)weir_config_int(self->context->config, "poll.max.batch.size");
    while (batch->record_count < count_max &&
           take_chunk(self, batch->record_count ? weir_clock_ms() : deadline_ms)) {
        if (self->chunk->err.action != WEIR_ERROR_NONE) {
            *err = self->chunk->err;
            return false;
        }
        if (!drain_chunk(self, count_max, batch, err)) {
            return false;
        }
        if (batch->record_count == 0 && batch->offset_count > 0) {
            break; /* an idle stream's position */
        }
    }
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
                     "change is lost between the two. The copy runs in order of `_id` and goes on "
                     "after a restart where "
                     "it was.",
    .properties = weir_mongodb_source_properties,
    .state_bytes = sizeof(struct mongodb_source),
    .validate = validate,
    .open = open,
    .poll = poll,
    .close = close_source,
};
