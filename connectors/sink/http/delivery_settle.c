/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/delivery_internal.h"
#include "connectors/sink/http/reports.h"
#include "core/base/clock.h"

#include <inttypes.h>
#include <string.h>

enum { LOG_EVERY_MS = 10000, EXCERPT_BYTES = 200 };

static void set_reject(struct delivery *delivery, size_t index, const char *exception,
                       const char *reason)
{
    delivery->outcomes[index] = (struct weir_outcome){
        .kind = WEIR_OUTCOME_REJECT,
        .reason = weir_arena_strdup(delivery->batch->arena, reason),
        .exception = exception,
    };
}

/* A rejected record may end the task: nothing of its lane is sent behind it before the runtime has
 * decided. */
static void block_unless_tolerated(const struct delivery *delivery, struct lane *lane)
{
    lane->blocked = lane->blocked || !delivery->settings->tolerates_all;
}

void weir_delivery_reject_one(struct delivery *delivery, struct lane *lane, size_t index,
                              const char *reason)
{
    set_reject(delivery, index, DATA_EXCEPTION, reason);
    block_unless_tolerated(delivery, lane);
}

void weir_delivery_reject(struct delivery *delivery, struct lane *lane,
                          const struct request *request, const struct weir_error *problem)
{
    for (size_t i = 0; i < request->member_count; i++) {
        weir_delivery_reject_one(delivery, lane, request->members[i], problem->message);
    }
}

static void log_failure(struct delivery *delivery, const struct weir_record *record,
                        const char *reason)
{
    uint64_t suppressed = 0;
    if (weir_log_limit_pass(&delivery->failure_log, LOG_EVERY_MS, &suppressed)) {
        weir_log_warn("http", "request failed, record left out",
                      "topic=%s partition=%" PRId32 " offset=%" PRId64
                      " reason=\"%s\" more=%" PRIu64,
                      record->topic, record->partition, record->offset, reason, suppressed);
    }
}

void weir_delivery_fail(struct delivery *delivery, struct lane *lane, const size_t *members,
                        size_t member_count, const char *reason)
{
    enum error_behavior behavior = delivery->settings->answer.error_behavior;
    for (size_t i = 0; i < member_count; i++) {
        if (behavior == ERROR_FAIL) {
            set_reject(delivery, members[i], CONNECT_EXCEPTION, reason);
            block_unless_tolerated(delivery, lane);
            continue;
        }
        delivery->outcomes[members[i]].kind = WEIR_OUTCOME_DONE;
        weir_delivery_count(delivery, "weir_sink_http_left_out_total", 1);
        if (behavior == ERROR_LOG) {
            log_failure(delivery, &delivery->batch->records[members[i]], reason);
        }
    }
}

/* What the server said, in one printable line. */
static const char *excerpt(struct weir_arena *arena, struct weir_bytes body)
{
    size_t len = body.len < EXCERPT_BYTES ? body.len : EXCERPT_BYTES;
    char *text =
        weir_arena_strndup(arena, body.data ? (const char *)body.data : "", body.data ? len : 0);
    for (char *at = text; *at; at++) {
        *at = (unsigned char)*at < 0x20 || *at == '"' ? ' ' : *at;
    }
    return text;
}

/* Without its query, which may hold a secret. */
static const char *shown_url(struct weir_arena *arena, struct request *request)
{
    const char *url = weir_buffer_text(&request->url);
    return weir_arena_strndup(arena, url, strcspn(url, "?"));
}

/* Whole, unless the key to the API is in it. */
static const char *reported_url(const struct delivery *delivery, struct request *request)
{
    return delivery->settings->request.query_api_key ? shown_url(delivery->arena, request)
                                                     : weir_buffer_text(&request->url);
}

static const char *reason_of(struct delivery *delivery, struct request *request,
                             const struct weir_http_response *response, int32_t failure_count)
{
    struct weir_arena *arena = delivery->arena;
    const char *url = shown_url(arena, request);
    if (!response->answered) {
        return weir_arena_format(
            arena, "%s %s: %s%s (try %d)", request->method, url, response->error.message,
            response->ambiguous ? "; the server may have acted on it" : "", failure_count);
    }
    return weir_arena_format(arena, "%s %s: status %d, body '%s' (try %d)", request->method, url,
                             response->status, excerpt(arena, response->body), failure_count);
}

/* Every member's window is done, and its key's cool-down begins. */
static void remember(struct delivery *delivery, const struct request *request)
{
    const struct trigger_options *options = &delivery->settings->trigger;
    int64_t now_ms = weir_clock_wall_ms();
    if (!request->has_body || (options->cooldown_ms == 0 && !options->once_per_window)) {
        return;
    }
    for (size_t i = 0; i < request->member_count; i++) {
        const struct weir_record *record = &delivery->batch->records[request->members[i]];
        struct windowed_key key =
            weir_windowed_key_read(record->key, delivery->settings->request.key_shape);
        if (options->cooldown_ms > 0 || key.has_window) {
            weir_trigger_succeeded(
                delivery->parts.trigger,
                weir_trigger_partition(delivery->parts.trigger, record->topic, record->partition),
                &key, now_ms);
        }
    }
}

void weir_delivery_succeed(struct delivery *delivery, const struct request *request)
{
    for (size_t i = 0; i < request->member_count; i++) {
        delivery->outcomes[request->members[i]].kind = WEIR_OUTCOME_DONE;
    }
    remember(delivery, request);
}

static void try_again(struct delivery *delivery, struct lane *lane, const struct request *request,
                      int64_t wait_ms, const char *reason)
{
    const char *kept = weir_arena_strdup(delivery->batch->arena, reason);
    for (size_t i = 0; i < request->member_count; i++) {
        struct weir_outcome *outcome = &delivery->outcomes[request->members[i]];
        outcome->retry_after_ms = wait_ms;
        outcome->reason = kept;
    }
    lane->blocked = true;
}

/* Whether another try may bring another answer. */
static bool may_retry(const struct delivery *delivery, const struct weir_http_response *response)
{
    if (!response->answered) {
        return response->error.action == WEIR_ERROR_RETRY;
    }
    return weir_status_codes_has(&delivery->settings->answer.retried, response->status);
}

static void show_breaker(const struct delivery *delivery)
{
    if (delivery->context->metric_set) {
        delivery->context->metric_set(delivery->context, "weir_sink_http_circuit_open",
                                      delivery->breaker.open);
    }
}

static void close_breaker(struct delivery *delivery)
{
    bool was_open = delivery->breaker.open;
    weir_breaker_succeeded(&delivery->breaker);
    if (was_open) {
        weir_log_info("http", "circuit breaker closed", "requests are sent again");
        show_breaker(delivery);
    }
}

/* Whether the circuit breaker is open, after this failure. */
static bool breaks(struct delivery *delivery, const struct weir_http_response *response)
{
    bool counts = response->answered
                      ? weir_status_codes_has(&delivery->settings->answer.broken, response->status)
                      : response->error.action == WEIR_ERROR_RETRY;
    bool was_open = delivery->breaker.open;
    bool open = counts && weir_breaker_failed(&delivery->breaker, weir_clock_ms());
    if (open && !was_open) {
        weir_log_warn("http", "circuit breaker opened", "failures=%d pause_ms=%" PRId64,
                      delivery->breaker.failure_count, delivery->breaker.pause_ms);
        show_breaker(delivery);
    }
    return open;
}

bool weir_delivery_settle(struct delivery *delivery, struct lane *lane, struct request *request,
                          const struct weir_http_response *response, struct weir_error *err)
{
    const struct answer_settings *settings = &delivery->settings->answer;
    const struct weir_record *first = request->first.record;
    if (response->answered && weir_status_codes_has(&settings->success, response->status)) {
        weir_retries_forget(&delivery->retries, first);
        close_breaker(delivery);
        if (delivery->parts.reports &&
            !weir_http_reports_success(delivery->parts.reports, delivery->batch, request, response,
                                       err)) {
            return false;
        }
        weir_delivery_succeed(delivery, request);
        return true;
    }
    if (!response->answered && response->error.action == WEIR_ERROR_STOP) {
        *err = response->error;
        return false;
    }
    weir_delivery_count(delivery, "weir_sink_http_failures_total", 1);
    if (breaks(delivery, response)) {
        try_again(delivery, lane, request,
                  weir_breaker_wait_ms(&delivery->breaker, weir_clock_ms()),
                  reason_of(delivery, request, response, delivery->breaker.failure_count));
        return true;
    }
    int32_t failure_count = weir_retries_count(&delivery->retries, first);
    const char *reason = reason_of(delivery, request, response, failure_count);
    if (may_retry(delivery, response) && failure_count <= settings->retry_count_max) {
        int64_t wait_ms = weir_retries_wait_ms(&delivery->retries, settings, failure_count,
                                               response->answered ? response->retry_after_ms : 0);
        try_again(delivery, lane, request, wait_ms, reason);
        return true;
    }
    weir_retries_forget(&delivery->retries, first);
    if (delivery->parts.reports &&
        !weir_http_reports_failure(delivery->parts.reports, delivery->batch, request,
                                   reported_url(delivery, request), response, err)) {
        return false;
    }
    weir_delivery_fail(delivery, lane, request->members, request->member_count, reason);
    return true;
}
