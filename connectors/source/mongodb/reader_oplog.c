/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/mongo/bson_builder.h"

#include <time.h>

enum {
    LOOK_EVERY_MS = 60000,
    COMMAND_BYTES_MAX = 1 << 16,
    WARN_BELOW_S = 3600,  /* and below a quarter of the oplog */
    TOKEN_TIME_DIGITS = 8 /* of hexadecimal seconds, behind two of the type */
};

/* Seconds since the epoch in a resume token; 0: not of that form. */
static int64_t token_time_s(struct weir_bytes token)
{
    struct weir_bytes data = weir_bson_text(weir_bson_get(token, WEIR_BYTES("_data")));
    int64_t seconds = 0;
    if (data.len < 2 + TOKEN_TIME_DIGITS) {
        return 0;
    }
    for (size_t index = 2; index < 2 + TOKEN_TIME_DIGITS; index++) {
        uint8_t digit = data.data[index];
        int value = digit >= '0' && digit <= '9'   ? digit - '0'
                    : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                   : -1;
        if (value < 0) {
            return 0;
        }
        seconds = seconds * 16 + value;
    }
    return seconds;
}

/* The pipeline's first answer on the oplog; NULL: the user may not read it, or it is a sharded
 * cluster. The caller destroys it. */
static struct weir_mongo_batch *ask_oplog(struct weir_reader *reader, struct weir_bytes pipeline,
                                          struct weir_bytes extra)
{
    const struct weir_mongo_cursor_options options = {.database = "local",
                                                      .collection = "oplog.rs",
                                                      .pipeline = pipeline,
                                                      .batch_count = 2,
                                                      .extra = extra};
    struct weir_mongo_batch *batch = NULL;
    struct weir_error ignored = {0};
    weir_mongo_cursor_close(weir_mongo_cursor_open(reader->connection, &options, &batch, &ignored));
    return batch;
}

static bool first_document(struct weir_mongo_batch *batch, struct weir_bson_element *document)
{
    struct weir_bson_iterator iterator;
    if (!batch) {
        return false;
    }
    weir_bson_iterator_init(&iterator, batch->documents);
    return weir_bson_next(&iterator, document);
}

/* The oldest entry's seconds; 0: not known. */
static int64_t oldest_s(struct weir_reader *reader)
{
    weir_auto_buffer pipeline, extra;
    weir_buffer_init(&pipeline, COMMAND_BYTES_MAX);
    weir_buffer_init(&extra, COMMAND_BYTES_MAX);
    weir_oldest_pipeline(&pipeline);
    size_t start = weir_bson_begin(&extra);
    size_t hint = weir_bson_add_begin(&extra, WEIR_BSON_DOCUMENT, WEIR_BYTES("hint"));
    weir_bson_add_int32(&extra, WEIR_BYTES("$natural"), 1);
    weir_bson_end(&extra, hint);
    weir_bson_end(&extra, start);
    struct weir_mongo_batch *batch =
        ask_oplog(reader, weir_buffer_view(&pipeline), weir_buffer_view(&extra));
    struct weir_bson_element entry;
    int64_t seconds = 0;
    if (first_document(batch, &entry)) {
        struct weir_bson_element when = weir_bson_get(entry.value, WEIR_BYTES("ts"));
        seconds = (int64_t)((uint64_t)weir_bson_int64(when) >> 32);
    }
    weir_mongo_batch_destroy(batch);
    return seconds;
}

/* Whether the oplog has reached its size, so that its oldest entries go. */
static bool oplog_is_full(struct weir_reader *reader)
{
    weir_auto_buffer pipeline;
    weir_buffer_init(&pipeline, COMMAND_BYTES_MAX);
    weir_oplog_full_pipeline(&pipeline);
    struct weir_mongo_batch *batch =
        ask_oplog(reader, weir_buffer_view(&pipeline), (struct weir_bytes){0});
    struct weir_bson_element answer;
    bool full = first_document(batch, &answer);
    weir_mongo_batch_destroy(batch);
    return full;
}

void weir_reader_look_at_oplog(struct weir_reader *reader)
{
    if (weir_clock_ms() < reader->headroom_due_ms) {
        return;
    }
    reader->headroom_due_ms = weir_clock_ms() + LOOK_EVERY_MS;
    int64_t token_s = token_time_s(reader->position.token), oldest = oldest_s(reader);
    if (token_s == 0 || oldest == 0) {
        return;
    }
    int64_t headroom_s = token_s > oldest ? token_s - oldest : 0, window_s = time(NULL) - oldest;
    atomic_store(&reader->headroom_s, headroom_s);
    if (headroom_s < WARN_BELOW_S && headroom_s < window_s / 4 && oplog_is_full(reader)) {
        weir_log_warn("source", "oplog runs out",
                      "headroom_s=%lld oplog_s=%lld advice=\"a larger oplog, or fewer changes: a "
                      "position that leaves the oplog is lost\"",
                      (long long)headroom_s, (long long)window_s);
    }
}
