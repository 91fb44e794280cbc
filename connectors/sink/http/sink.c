/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/sink.h"

#include "connectors/sink/http/connection.h"
#include "connectors/sink/http/delivery.h"
#include "connectors/sink/http/oauth.h"
#include "connectors/sink/http/reports.h"
#include "connectors/sink/http/rewrite.h"
#include "connectors/sink/http/settings.h"
#include "connectors/sink/http/signature.h"
#include "connectors/sink/http/trigger.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <inttypes.h>

enum { CLOSE_FLUSH_MS = 5000 };

struct sink_state {
    struct weir_arena *arena;
    const struct http_sink_settings *settings;
    struct weir_http_client *client;
    struct weir_oauth *oauth;
    struct signature *signature;
    struct rewrite *rewrite;
    struct reports *reports;
    struct trigger *trigger;
    struct delivery *delivery;
    struct weir_log_limit note_log;
};

/* The reports of a failure that ends the task are written, too. */
static void close_reports(struct reports *reports)
{
    struct weir_error problem = {0};
    if (reports && !weir_http_reports_flush(reports, weir_clock_ms() + CLOSE_FLUSH_MS, &problem)) {
        weir_log_warn("http", "reports not written", "reason=\"%s\"", problem.message);
    }
    weir_http_reports_destroy(reports);
}

static void sink_close(void *state)
{
    struct sink_state *sink = state;
    weir_delivery_destroy(sink->delivery);
    close_reports(sink->reports);
    weir_trigger_destroy(sink->trigger);
    weir_oauth_destroy(sink->oauth);
    weir_signature_destroy(sink->signature);
    weir_rewrite_destroy(sink->rewrite);
    weir_http_client_destroy(sink->client);
    weir_arena_destroy(sink->arena);
    *sink = (struct sink_state){0};
}

static bool open_parts(struct sink_state *sink, const struct weir_sink_context *context,
                       int64_t deadline_ms, struct weir_error *err)
{
    const struct weir_config *config = context->config;
    sink->settings = weir_http_sink_settings(config, sink->arena, err);
    if (!sink->settings) {
        return false;
    }
    sink->client =
        weir_http_sink_connect(config, sink->settings, sink->settings->in_flight_max, err);
    if (!sink->client) {
        return false;
    }
    if (weir_http_sink_uses_oauth(config) && !context->dry_run) {
        sink->oauth = weir_oauth_create(config, sink->settings, err);
        if (!sink->oauth) {
            return false;
        }
    }
    struct weir_error problem = {0};
    sink->rewrite = weir_http_sink_rewrite(config, sink->arena, &problem);
    if (problem.action != WEIR_ERROR_NONE) {
        *err = problem;
        return false;
    }
    const char *secret = weir_config_string(config, "hmac.secret");
    if (secret) {
        sink->signature =
            weir_signature_create(secret, weir_config_string(config, "hmac.secret.previous"));
    }
    if (weir_http_reports_wanted(config) && !context->dry_run) {
        sink->reports = weir_http_reports_create(context, deadline_ms, err);
        if (!sink->reports) {
            return false;
        }
    }
    sink->trigger = weir_trigger_create(&sink->settings->trigger);
    const struct delivery_parts parts = {sink->client,    sink->trigger, sink->oauth,
                                         sink->signature, sink->rewrite, sink->reports};
    sink->delivery = weir_delivery_create(sink->settings, context, &parts);
    return true;
}

/* Nothing is sent yet: a request is not something to try out, and the first record will show
 * whether the server is there. */
static bool sink_open(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                      struct weir_error *err)
{
    struct sink_state *sink = state;
    sink->arena = weir_arena_create(16384);
    if (!open_parts(sink, context, deadline_ms, err)) {
        sink_close(sink);
        return false;
    }
    return true;
}

static bool sink_write(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                       int64_t deadline_ms, struct weir_error *err)
{
    struct sink_state *sink = state;
    return weir_delivery_run(sink->delivery, batch, outcomes, deadline_ms, err);
}

static bool sink_flush(void *state, int64_t deadline_ms, struct weir_error *err)
{
    struct sink_state *sink = state;
    return !sink->reports || weir_http_reports_flush(sink->reports, deadline_ms, err);
}

static int64_t sink_linger(const void *state, size_t *record_count_out)
{
    const struct sink_state *sink = state;
    *record_count_out = sink->settings->request.record_count_max;
    return sink->settings->linger_ms;
}

static void sink_assigned(void *state, const char *topic, int32_t partition, struct weir_bytes note)
{
    struct sink_state *sink = state;
    weir_delivery_forget(sink->delivery, topic, partition);
    if (!weir_trigger_assign(sink->trigger, topic, partition, note)) {
        weir_log_warn("http", "note beside the offset is not one of this sink's",
                      "topic=%s partition=%" PRId32, topic, partition);
    }
}

static void sink_revoked(void *state, const char *topic, int32_t partition)
{
    struct sink_state *sink = state;
    weir_delivery_forget(sink->delivery, topic, partition);
    weir_trigger_revoke(sink->trigger, topic, partition);
}

static void sink_note(void *state, const char *topic, int32_t partition, int64_t next_offset,
                      struct weir_buffer *note)
{
    (void)next_offset;
    struct sink_state *sink = state;
    struct trigger_partition *remembered = weir_trigger_partition(sink->trigger, topic, partition);
    size_t left_out =
        weir_trigger_write_note(sink->trigger, remembered, WEIR_SINK_NOTE_BYTES_MAX, note);
    uint64_t suppressed = 0;
    if (left_out > 0 && weir_log_limit_pass(&sink->note_log, 3600000, &suppressed)) {
        weir_log_warn("http", "a restart would forget the oldest windows",
                      "topic=%s partition=%" PRId32 " windows=%zu", topic, partition, left_out);
    }
}

static const char *const class_names[] = {
    "io.confluent.connect.http.HttpSinkConnector",
    "HttpSinkConnector",
    "HttpSink",
    "HttpSinkV2",
    "io.aiven.kafka.connect.http.HttpSinkConnector",
    NULL,
};

const struct weir_sink_ops weir_http_sink = {
    .name = "http",
    .class_names = class_names,
    .version = WEIR_VERSION,
    .documentation = "Makes HTTP requests of records: one for each, or one for a batch, and, for "
                     "windowed tables, one for each window. "
                     "URL, headers and body are templates. A request that fails is tried again "
                     "with growing waits, or when the "
                     "server's Retry-After says; its Idempotency-Key stays the same, after a "
                     "crash, too. Defaults are those of "
                     "Confluent's self-managed HTTP sink where this page does not say otherwise.",
    .properties = weir_http_sink_properties,
    .state_bytes = sizeof(struct sink_state),
    .dry_runs = true,
    .validate = weir_http_sink_validate,
    .open = sink_open,
    .write = sink_write,
    .linger_ms = sink_linger,
    .flush = sink_flush,
    .assigned = sink_assigned,
    .revoked = sink_revoked,
    .note = sink_note,
    .close = sink_close,
};
