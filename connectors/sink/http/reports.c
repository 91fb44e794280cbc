/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/reports.h"

#include "core/base/alloc.h"
#include "core/json/compact.h"
#include "core/runtime/report_topic.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* With these a report fits into a message of Kafka's default size. */
enum { PAYLOAD_BYTES_MAX = 256 * 1024, VALUE_BYTES_MAX = 512 * 1024 };

enum { PLACE_HEADERS = 4, ERROR_HEADERS = 7, ARENA_BYTES = 16384 };

/* One of the two topics. */
struct report_topic {
    struct weir_producer_topic *topic; /* NULL: not wanted */
    bool key_is_json, value_is_json;
};

struct reports {
    struct weir_report_topics *topics;
    struct report_topic success, error;
    bool body_as_error;    /* report.errors.as: http_response */
    bool only_status_code; /* of a success the status is the value */
    struct weir_arena *arena;
};

static const char *given(const struct weir_config *config, const char *name)
{
    const char *value = weir_config_string(config, name);
    return value && *value ? value : NULL;
}

/* The topic's name, NULL when there is to be none: named explicitly, or by the cluster being
 * given. */
static const char *topic_name(const struct weir_config *config, const char *property)
{
    bool asked =
        weir_config_has(config, property) || weir_config_has(config, "reporter.bootstrap.servers");
    return asked ? given(config, property) : NULL;
}

bool weir_http_reports_wanted(const struct weir_config *config)
{
    return topic_name(config, "reporter.result.topic.name") ||
           topic_name(config, "reporter.error.topic.name");
}

/* ${connector} in the name. */
static const char *expand(struct weir_arena *arena, const char *name, const char *connector)
{
    const char *at = strstr(name, "${connector}");
    return at ? weir_arena_format(arena, "%.*s%s%s", (int)(at - name), name, connector,
                                  at + strlen("${connector}"))
              : name;
}

static const char *property(struct reports *reports, const char *kind, const char *rest)
{
    return weir_arena_format(reports->arena, "reporter.%s.topic.%s", kind, rest);
}

static bool is_json(struct reports *reports, const struct weir_config *config, const char *kind,
                    const char *part)
{
    return strcasecmp(weir_config_string(config, property(reports, kind, part)), "json") == 0;
}

static bool open_topic(struct reports *reports, const struct weir_sink_context *context,
                       const char *kind, struct report_topic *topic, int64_t deadline_ms,
                       struct weir_error *err)
{
    const struct weir_config *config = context->config;
    const char *name = topic_name(config, property(reports, kind, "name"));
    if (!name) {
        return true;
    }
    topic->key_is_json = is_json(reports, config, kind, "key.format");
    topic->value_is_json = is_json(reports, config, kind, "value.format");
    topic->topic = weir_report_topics_open(
        reports->topics, expand(reports->arena, name, context->connector_name),
        weir_config_int(config, property(reports, kind, "partitions")),
        weir_config_int(config, property(reports, kind, "replication.factor")), deadline_ms, err);
    return topic->topic != NULL;
}

struct reports *weir_http_reports_create(const struct weir_sink_context *context,
                                         int64_t deadline_ms, struct weir_error *err)
{
    const struct weir_config *config = context->config;
    struct reports *reports = weir_alloc(sizeof(*reports));
    reports->arena = weir_arena_create(ARENA_BYTES);
    reports->body_as_error =
        strcasecmp(weir_config_string(config, "report.errors.as"), "http_response") == 0;
    reports->only_status_code =
        weir_config_boolean(config, "api1.report.only.status.code.to.success.topic");
    reports->topics = weir_report_topics_create(config, "reporter.", deadline_ms, err);
    if (!reports->topics ||
        !open_topic(reports, context, "result", &reports->success, deadline_ms, err) ||
        !open_topic(reports, context, "error", &reports->error, deadline_ms, err)) {
        weir_http_reports_destroy(reports);
        return NULL;
    }
    return reports;
}

void weir_http_reports_destroy(struct reports *reports)
{
    if (reports) {
        weir_report_topics_destroy(reports->topics);
        weir_arena_destroy(reports->arena);
        weir_free(reports);
    }
}

static struct weir_bytes formatted(struct reports *reports, struct weir_bytes text, bool json)
{
    if (!json || weir_bytes_is_null(text)) {
        return text;
    }
    weir_auto_buffer quoted;
    weir_buffer_init(&quoted, VALUE_BYTES_MAX);
    weir_json_append_string(&quoted, text);
    return weir_arena_copy(reports->arena, weir_buffer_view(&quoted));
}

static void set_place(struct reports *reports, const struct weir_record *record,
                      struct weir_header headers[PLACE_HEADERS])
{
    struct weir_arena *arena = reports->arena;
    const struct weir_header place[PLACE_HEADERS] = {
        {WEIR_BYTES("input_record_topic"), weir_bytes_of(record->topic)},
        {WEIR_BYTES("input_record_partition"),
         weir_bytes_of(weir_arena_format(arena, "%" PRId32, record->partition))},
        {WEIR_BYTES("input_record_offset"),
         weir_bytes_of(weir_arena_format(arena, "%" PRId64, record->offset))},
        {WEIR_BYTES("input_record_timestamp"),
         weir_bytes_of(weir_arena_format(arena, "%" PRId64, record->timestamp_ms))},
    };
    memcpy(headers, place, sizeof(place));
}

/* One report for each record of the request; headers has room for a place in front. */
static bool send_all(struct reports *reports, const struct report_topic *topic,
                     const struct weir_batch *batch, const struct request *request,
                     struct weir_header *headers, size_t header_count, struct weir_bytes value,
                     struct weir_error *err)
{
    for (size_t i = 0; i < request->member_count; i++) {
        const struct weir_record *record = &batch->records[request->members[i]];
        set_place(reports, record, headers);
        const struct weir_record report = {
            .partition = -1,
            .offset = -1,
            .timestamp_ms = -1,
            .key = formatted(reports, record->key, topic->key_is_json),
            .value = value,
            .headers = headers,
            .header_count = header_count,
        };
        if (!weir_report_topics_send(reports->topics, topic->topic, &report, err)) {
            return weir_fail_within(err, "report");
        }
    }
    return true;
}

static struct weir_bytes or_empty(struct weir_bytes bytes)
{
    return weir_bytes_is_null(bytes) ? WEIR_BYTES("") : bytes;
}

bool weir_http_reports_success(struct reports *reports, const struct weir_batch *batch,
                               const struct request *request,
                               const struct weir_http_response *response, struct weir_error *err)
{
    struct weir_header headers[PLACE_HEADERS];
    const struct report_topic *topic = &reports->success;
    if (!topic->topic) {
        return true;
    }
    weir_arena_reset(reports->arena);
    struct weir_bytes value = formatted(reports, or_empty(response->body), topic->value_is_json);
    if (reports->only_status_code) {
        value = weir_bytes_of(weir_arena_format(reports->arena, "%d", response->status));
    }
    return send_all(reports, topic, batch, request, headers, PLACE_HEADERS, value, err);
}

static struct weir_bytes error_text(struct reports *reports, const char *url,
                                    const struct weir_http_response *response)
{
    struct weir_bytes body = response->answered ? response->body : WEIR_BYTES_NULL;
    const char *status =
        response->answered ? weir_arena_format(reports->arena, "%d", response->status) : "null";
    return weir_bytes_of(weir_arena_format(
        reports->arena,
        "Retry time lapsed, unable to process HTTP request. HTTP Response code: %s, Reason phrase: "
        ", Url: %s, Response content: %.*s, Exception: %s, Error message: %s",
        status, url, (int)body.len, body.data ? (const char *)body.data : "",
        response->answered ? "null" : "java.io.IOException",
        response->answered ? "null" : response->error.message));
}

static struct weir_bytes payload_of(const struct request *request)
{
    struct weir_bytes body = weir_buffer_view(&request->body);
    if (!request->has_body) {
        return WEIR_BYTES("null");
    }
    return (struct weir_bytes){body.data,
                               body.len < PAYLOAD_BYTES_MAX ? body.len : PAYLOAD_BYTES_MAX};
}

bool weir_http_reports_failure(struct reports *reports, const struct weir_batch *batch,
                               struct request *request, const char *url,
                               const struct weir_http_response *response, struct weir_error *err)
{
    const struct report_topic *topic = &reports->error;
    if (!topic->topic) {
        return true;
    }
    weir_arena_reset(reports->arena);
    const struct weir_bytes none = WEIR_BYTES("null");
    bool answered = response->answered;
    struct weir_header headers[PLACE_HEADERS + ERROR_HEADERS] = {
        [PLACE_HEADERS] = {WEIR_BYTES("status_code"),
                           answered ? weir_bytes_of(
                                          weir_arena_format(reports->arena, "%d", response->status))
                                    : none},
        {WEIR_BYTES("reason_phrase"), answered ? WEIR_BYTES("") : none},
        {WEIR_BYTES("url"), weir_bytes_of(url)},
        {WEIR_BYTES("payload"), payload_of(request)},
        {WEIR_BYTES("response_content"), answered ? or_empty(response->body) : none},
        {WEIR_BYTES("error_message"), answered ? none : weir_bytes_of(response->error.message)},
        {WEIR_BYTES("exception"), answered ? none : WEIR_BYTES("java.io.IOException")},
    };
    struct weir_bytes value =
        reports->body_as_error
            ? or_empty(answered ? response->body : WEIR_BYTES_NULL)
            : formatted(reports, error_text(reports, url, response), topic->value_is_json);
    return send_all(reports, topic, batch, request, headers, PLACE_HEADERS + ERROR_HEADERS, value,
                    err);
}

bool weir_http_reports_flush(struct reports *reports, int64_t deadline_ms, struct weir_error *err)
{
    return weir_report_topics_flush(reports->topics, deadline_ms, err);
}
