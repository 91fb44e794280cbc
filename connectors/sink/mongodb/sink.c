/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/sink.h"

#include "connectors/sink/mongodb/chunk.h"
#include "core/mongo/connection.h"

struct sink_state {
    struct chunk_writer writer;
    bool opened;
    int32_t retry_count_max, retry_delay_ms;
    int32_t failure_count; /* in a row, of the connection */
};

static bool sink_open(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                      struct weir_error *err)
{
    (void)deadline_ms;
    struct sink_state *sink = state;
    sink->retry_count_max = weir_config_int(context->config, "max.num.retries");
    sink->retry_delay_ms = weir_config_int(context->config, "retries.defer.timeout");
    sink->opened = weir_chunk_writer_init(&sink->writer, context, err);
    return sink->opened;
}

/* A record that the runtime asks for again after the pause that the user chose. */
static void ask_again(const struct weir_batch *batch, struct weir_outcome *outcomes,
                      int32_t delay_ms, const char *reason)
{
    for (size_t i = 0; i < batch->record_count; i++) {
        if (outcomes[i].kind == WEIR_OUTCOME_RETRY) {
            outcomes[i].retry_after_ms = delay_ms > 0 ? delay_ms : 1;
            outcomes[i].reason = reason;
        }
    }
}

/* MongoDB could not take the writes. The connector's own tries first, then the runtime's policy. */
static bool defer(struct sink_state *sink, const struct weir_batch *batch,
                  struct weir_outcome *outcomes, struct weir_error *err)
{
    if (err->action != WEIR_ERROR_RETRY || sink->failure_count >= sink->retry_count_max) {
        return false;
    }
    sink->failure_count++;
    ask_again(batch, outcomes, sink->retry_delay_ms,
              weir_arena_format(batch->arena, "try %d of %d: %s", sink->failure_count,
                                sink->retry_count_max, err->message));
    weir_error_clear(err);
    return true;
}

static bool sink_write(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                       int64_t deadline_ms, struct weir_error *err)
{
    struct sink_state *sink = state;
    if (!weir_chunk_write(&sink->writer, batch, outcomes, deadline_ms, err)) {
        return defer(sink, batch, outcomes, err);
    }
    sink->failure_count = 0;
    return true;
}

static void sink_revoked(void *state, const char *topic, int32_t partition)
{
    struct sink_state *sink = state;
    if (sink->writer.transacts) {
        weir_stored_offsets_forget(&sink->writer.offsets, topic, partition);
    }
}

/* No note: this is when dead letters before next_offset are known to be durable. */
static void sink_note(void *state, const char *topic, int32_t partition, int64_t next_offset,
                      struct weir_buffer *note)
{
    (void)note;
    struct sink_state *sink = state;
    if (sink->writer.transacts) {
        weir_stored_offsets_settle(&sink->writer.offsets, topic, partition, next_offset);
    }
}

static void sink_close(void *state)
{
    struct sink_state *sink = state;
    if (sink->opened) {
        weir_chunk_writer_fini(&sink->writer);
        sink->opened = false;
    }
}

static const char *const class_names[] = {
    "com.mongodb.kafka.connect.MongoSinkConnector",
    "MongoSinkConnector",
    "MongoDbAtlasSink",
    NULL,
};

const struct weir_sink_ops weir_mongodb_sink = {
    .name = "mongodb",
    .class_names = class_names,
    .version = WEIR_VERSION,
    .documentation = "Writes records to MongoDB in bulks. Values are JSON objects, extended JSON "
                     "or BSON. A record without an `_id` gets "
                     "`topic#partition#offset` as its `_id`, so that writing it again changes "
                     "nothing: what is delivered twice after "
                     "a crash is still one document. MongoDB being away loses nothing: the records "
                     "wait. A record that MongoDB refuses "
                     "is rejected alone; the ones behind it are written.",
    .properties = weir_mongodb_sink_properties,
    .state_bytes = sizeof(struct sink_state),
    .validate = weir_mongodb_sink_validate,
    .open = sink_open,
    .write = sink_write,
    .revoked = sink_revoked,
    .note = sink_note,
    .close = sink_close,
};
