/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/base/log.h"

#include <string.h>
#include <strings.h>

enum { COMMAND_BYTES_MAX = 16 << 20, IDLE_POSITION_MS = 10000, ONE_BY_ONE_MAX = 20000 };

enum {
    CODE_ILLEGAL_OPERATION = 20,
    CODE_NAMESPACE_NOT_FOUND = 26,
    CODE_INVALID_RESUME_TOKEN = 260,
    CODE_CHANGE_STREAM_FATAL = 280,
    CODE_HISTORY_LOST = 286,
    CODE_TOO_LARGE = 10334, /* an event of more than 16 MB */
    CODE_UNKNOWN_FIELD = 40415,
    CODE_NO_CHANGE_STREAMS = 40573, /* not a replica set */
};

/* Codes differ by server version; MongoDB's own connector looks at the text too. */
static bool tells_of_lost_token(const char *message)
{
    static const char *const states[] = {"not found", "does not exist", "invalid resume token",
                                         "no longer be in the oplog"};
    bool found = false;
    for (size_t index = 0; index < sizeof(states) / sizeof(states[0]); index++) {
        found = found || strcasestr(message, states[index]);
    }
    return found && (strcasestr(message, "resume token") || strcasestr(message, "resume point"));
}

static bool is_lost(const struct weir_error *err)
{
    return err->domain == WEIR_DOMAIN_MONGO &&
           (err->code == CODE_INVALID_RESUME_TOKEN || err->code == CODE_CHANGE_STREAM_FATAL ||
            err->code == CODE_HISTORY_LOST || tells_of_lost_token(err->message));
}

static bool is_too_large(const struct weir_error *err)
{
    return err->domain == WEIR_DOMAIN_MONGO && err->code == CODE_TOO_LARGE;
}

/* Server errors of a change stream say little to a user; these do. */
static const struct {
    int code;
    enum weir_error_action action;
    const char *text;
} explanations[] = {
    {CODE_NO_CHANGE_STREAMS, WEIR_ERROR_STOP,
     "this MongoDB has no change streams: make it a replica set, a single mongod with --replSet "
     "will do"},
    {CODE_NAMESPACE_NOT_FOUND, WEIR_ERROR_RETRY, "the namespace does not exist yet"},
    {CODE_ILLEGAL_OPERATION, WEIR_ERROR_STOP, "Illegal $changeStream operation"},
    {CODE_UNKNOWN_FIELD, WEIR_ERROR_STOP, "unsupported by this version of MongoDB"},
    {CODE_TOO_LARGE, WEIR_ERROR_STOP,
     "an event above 16 MB; errors.tolerance: all would leave it out, `pipeline` can take fields "
     "out of it, and MongoDB 6.0.9 and later can send it"},
};

static bool explain(struct weir_error *err)
{
    for (size_t index = 0; index < sizeof(explanations) / sizeof(explanations[0]); index++) {
        if (err->domain == WEIR_DOMAIN_MONGO && err->code == explanations[index].code) {
            err->action = explanations[index].action;
            return weir_fail_within(err, "%s", explanations[index].text);
        }
    }
    if (is_lost(err)) {
        err->action = WEIR_ERROR_STOP;
        return weir_fail_within(
            err, "ResumeToken not found. Cannot create a change stream cursor: the stored position "
                 "is no longer in the oplog, so changes since then cannot be read; set "
                 "on.resume.token.lost to `latest` (go on from now) or `copy` (copy everything "
                 "again)");
    }
    if (err->action == WEIR_ERROR_REJECT) {
        err->action = WEIR_ERROR_STOP;
        return weir_fail_within(err, "change stream refused");
    }
    return false;
}

static bool is_empty(const struct weir_mongo_batch *batch)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element event;
    weir_bson_iterator_init(&iterator, batch->documents);
    return !weir_bson_next(&iterator, &event);
}

/* How a stream is opened: as configured, one event at a time, or only what every event has. */
enum way { AS_CONFIGURED, ONE_BY_ONE, SLIM };

static bool open_way(struct weir_reader *reader, enum way way, struct weir_error *err)
{
    const char *database = weir_config_string(reader->config, "database");
    const char *collection = weir_config_string(reader->config, "collection");
    weir_auto_buffer pipeline, extra;
    weir_buffer_init(&pipeline, COMMAND_BYTES_MAX);
    weir_buffer_init(&extra, COMMAND_BYTES_MAX);
    const struct weir_stream_options stream = {
        .token = reader->position.token, .split_large = reader->split_large, .slim = way == SLIM};
    weir_stream_pipeline(reader->config, &stream, &pipeline);
    weir_stream_extra(reader->config, &extra);
    int32_t count = weir_config_int(reader->config, "batch.size");
    const struct weir_mongo_cursor_options options = {
        .database = *database ? database : "admin",
        .collection = *collection ? collection : NULL,
        .pipeline = weir_buffer_view(&pipeline),
        .batch_count = way != AS_CONFIGURED ? 1
                       : count > 0          ? count
                                            : WEIR_READER_BATCH_COUNT,
        .batch_bytes = count > 0 ? 0 : WEIR_READER_BATCH_BYTES,
        /* Events of the first batch would lie before the position that a copy ends at. */
        .first_empty = weir_bytes_is_null(reader->position.token),
        .extra = weir_buffer_view(&extra),
    };
    reader->stream = weir_mongo_cursor_open(reader->connection, &options, &reader->first, err);
    if (!reader->stream) {
        return false;
    }
    if (weir_bytes_is_null(reader->position.token) && is_empty(reader->first)) {
        weir_reader_set_token(reader, reader->first->token);
    }
    return true;
}

static bool open_once(struct weir_reader *reader, struct weir_error *err)
{
    return open_way(reader, AS_CONFIGURED, err);
}

/* on.resume.token.lost; where it is not given errors.tolerance: all means latest, as in MongoDB's
 * connector. */
static const char *lost_policy(const struct weir_reader *reader)
{
    bool given = weir_config_has(reader->config, "on.resume.token.lost");
    return !given && reader->tolerant ? "latest"
                                      : weir_config_string(reader->config, "on.resume.token.lost");
}

/* Forgets the position as on.resume.token.lost says and opens the stream from now on. False: not
 * lost, or `fail`. */
static bool start_over(struct weir_reader *reader, struct weir_error *err)
{
    const char *policy = lost_policy(reader);
    bool copy = strcasecmp(policy, "copy") == 0 ||
                reader->position.copying; /* a copy that was cut short: all again */
    if (!is_lost(err) || strcasecmp(policy, "fail") == 0) {
        return explain(err);
    }
    weir_log_error("source", "resume token lost",
                   "then=%s reason=\"%s\" lost=\"changes between the stored position and now%s\"",
                   policy, err->message, copy ? ", but for what the new copy shows" : "");
    weir_error_clear(err);
    weir_reader_close_stream(reader);
    reader->position = (struct weir_position){.copying = copy};
    return open_once(reader, err) || explain(err);
}

static bool recover(struct weir_reader *reader, struct weir_error *err);

bool weir_reader_open_stream(struct weir_reader *reader, struct weir_error *err)
{
    return open_once(reader, err) || recover(reader, err);
}

void weir_reader_close_stream(struct weir_reader *reader)
{
    weir_mongo_batch_destroy(reader->first);
    weir_mongo_cursor_close(reader->stream);
    reader->first = NULL;
    reader->stream = NULL;
}

/* The token behind the whole batch: the server's, else the last event's own. Returns whether there
 * is an event. */
static bool batch_token(const struct weir_mongo_batch *batch, struct weir_bytes *token_out)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element event, last = {0};
    weir_bson_iterator_init(&iterator, batch->documents);
    while (weir_bson_next(&iterator, &event)) {
        last = event;
    }
    *token_out = batch->token;
    if (weir_bytes_is_null(*token_out) && weir_bson_found(last)) {
        *token_out = weir_bson_get(last.value, WEIR_BYTES("_id")).value;
    }
    return weir_bson_found(last);
}

/* A batch with events goes on at once; of an idle stream only the position, now and then. */
static bool pass_on(struct weir_reader *reader, struct weir_mongo_batch *batch,
                    int64_t *idle_due_ms)
{
    struct weir_bytes token;
    bool has_events = batch_token(batch, &token);
    bool moved = !weir_bytes_is_null(token) && !weir_bytes_equal(token, reader->position.token);
    if (moved) {
        weir_reader_set_token(reader, token);
    }
    if (has_events) {
        weir_fault_point("stream-batch");
        struct weir_reading_chunk *chunk = weir_reader_chunk(reader, WEIR_CHUNK_EVENTS);
        chunk->batch = batch;
        return weir_reader_push(reader, chunk);
    }
    weir_mongo_batch_destroy(batch);
    if (weir_clock_ms() < *idle_due_ms || !moved) {
        return true;
    }
    int64_t heartbeat_ms = weir_config_long(reader->config, "heartbeat.interval.ms");
    *idle_due_ms = weir_clock_ms() + (heartbeat_ms > 0 ? heartbeat_ms : IDLE_POSITION_MS);
    return weir_reader_push(reader, weir_reader_chunk(reader, WEIR_CHUNK_IDLE));
}

static int64_t await_ms(const struct weir_reader *reader)
{
    int64_t wanted = weir_config_long(reader->config, "poll.await.time.ms");
    return wanted < WEIR_READER_AWAIT_MS_MAX ? wanted : WEIR_READER_AWAIT_MS_MAX;
}

/* The stream's next batch, its first one included; NULL: err. */
static struct weir_mongo_batch *next_batch(struct weir_reader *reader, struct weir_error *err)
{
    struct weir_mongo_batch *batch = reader->first;
    reader->first = NULL;
    return batch ? batch : weir_mongo_cursor_next(reader->stream, await_ms(reader), err);
}

/* Waits for the next event and hands it over alone. False: stopping, or err. */
static bool pass_one(struct weir_reader *reader, bool too_large, struct weir_error *err)
{
    bool passed = false;
    while (!passed && !atomic_load(&reader->stopping)) {
        struct weir_bytes token;
        struct weir_mongo_batch *batch = next_batch(reader, err);
        if (!batch) {
            return false;
        }
        passed = batch_token(batch, &token);
        if (passed) {
            weir_reader_set_token(reader, token);
            struct weir_reading_chunk *chunk = weir_reader_chunk(reader, WEIR_CHUNK_EVENTS);
            chunk->batch = batch;
            chunk->too_large = too_large;
            passed = weir_reader_push(reader, chunk);
        } else {
            weir_mongo_batch_destroy(batch);
        }
    }
    return passed;
}

/* Somewhere behind the position is an event that the server cannot send: those before it one by
 * one, of itself what every event has, and on as before. */
static bool step_over(struct weir_reader *reader, struct weir_error *err)
{
    weir_log_error("source", "event too large", "reason=\"%s\"", err->message);
    weir_error_clear(err);
    weir_reader_close_stream(reader);
    bool opened = open_way(reader, ONE_BY_ONE, err);
    for (int left = ONE_BY_ONE_MAX; opened && left > 0 && pass_one(reader, false, err); left--) {
    }
    weir_reader_close_stream(reader);
    if (!is_too_large(err)) {
        return err->action == WEIR_ERROR_NONE && weir_reader_open_stream(reader, err);
    }
    weir_error_clear(err);
    bool done = open_way(reader, SLIM, err) && pass_one(reader, true, err);
    weir_reader_close_stream(reader);
    return (done || err->action == WEIR_ERROR_NONE) && weir_reader_open_stream(reader, err);
}

/* False: nothing helps. */
static bool recover(struct weir_reader *reader, struct weir_error *err)
{
    return is_too_large(err) && reader->tolerant ? step_over(reader, err) : start_over(reader, err);
}

bool weir_reader_stream(struct weir_reader *reader, struct weir_error *err)
{
    int64_t idle_due_ms = 0;
    while (!atomic_load(&reader->stopping) && !reader->position.copying) {
        if (!reader->first && !weir_mongo_cursor_alive(reader->stream)) {
            weir_fault_point("stream-reopen");
            weir_reader_close_stream(
                reader); /* behind an invalidate event: startAfter goes on after it */
            if (!weir_reader_open_stream(reader, err)) {
                return false;
            }
            continue;
        }
        struct weir_mongo_batch *batch = next_batch(reader, err);
        if (!batch && !recover(reader, err)) {
            return false;
        }
        if (batch && !pass_on(reader, batch, &idle_due_ms)) {
            return true;
        }
        weir_reader_look_at_oplog(reader);
    }
    return true;
}
