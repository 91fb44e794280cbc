/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/delivery.h"

#include "connectors/sink/http/delivery_internal.h"
#include "connectors/sink/http/rehearsal.h"
#include "connectors/sink/http/signature.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <inttypes.h>
#include <string.h>

enum { ARENA_BYTES = 64 * 1024 };

static void release(struct delivery *delivery, struct slot *slot)
{
    slot->lane = NULL;
    delivery->free[delivery->free_count++] = slot;
}

struct delivery *weir_delivery_create(const struct http_sink_settings *settings,
                                      const struct weir_sink_context *context,
                                      const struct delivery_parts *parts)
{
    struct delivery *delivery = weir_alloc(sizeof(*delivery));
    delivery->settings = settings;
    delivery->context = context;
    delivery->parts = *parts;
    delivery->breaker =
        (struct breaker){.failure_count_max = settings->answer.breaker_failure_count_max,
                         .pause_ms = settings->answer.breaker_pause_ms};
    delivery->arena = weir_arena_create(ARENA_BYTES);
    delivery->retries.random_state = (uint64_t)weir_clock_us();
    delivery->slots = weir_alloc_array(settings->in_flight_max, sizeof(*delivery->slots));
    delivery->free = weir_alloc_array(settings->in_flight_max, sizeof(struct slot *));
    weir_request_init(&delivery->scratch);
    delivery->scratch.rewrite = parts->rewrite;
    for (size_t i = 0; i < settings->in_flight_max; i++) {
        weir_request_init(&delivery->slots[i].request);
        delivery->slots[i].request.rewrite = parts->rewrite;
        release(delivery, &delivery->slots[i]);
    }
    return delivery;
}

void weir_delivery_destroy(struct delivery *delivery)
{
    if (!delivery) {
        return;
    }
    for (size_t i = 0; i < delivery->settings->in_flight_max; i++) {
        weir_request_fini(&delivery->slots[i].request);
    }
    weir_request_fini(&delivery->scratch);
    weir_free(delivery->slots);
    weir_free(delivery->free);
    weir_retries_fini(&delivery->retries);
    weir_arena_destroy(delivery->arena);
    weir_free(delivery);
}

void weir_delivery_forget(struct delivery *delivery, const char *topic, int32_t partition)
{
    weir_retries_forget_partition(&delivery->retries, topic, partition);
}

void weir_delivery_count(const struct delivery *delivery, const char *name, double amount)
{
    if (delivery->context->metric_add) {
        delivery->context->metric_add(delivery->context, name, amount);
    }
}

/* NULL: all are busy. */
static struct slot *free_slot(const struct delivery *delivery)
{
    return delivery->free_count > 0 ? delivery->free[delivery->free_count - 1] : NULL;
}

static void occupy(struct delivery *delivery, struct slot *slot, struct lane *lane)
{
    slot->lane = lane;
    slot->renewed = false;
    delivery->free_count--;
}

/* Adds the token; the caller's headers stand in the request's arena, so that adding is cheap. */
static bool authorize(struct delivery *delivery, struct request *request, struct weir_error *err)
{
    if (!delivery->parts.oauth) {
        return true;
    }
    const char *header = weir_oauth_header(delivery->parts.oauth, weir_clock_ms(), err);
    if (header) {
        weir_request_add_header(request, "Authorization", header);
    }
    return header != NULL;
}

/* Sends what stands in the slot. A request that cannot be sent at all is its records' fault. */
static bool start(struct delivery *delivery, struct slot *slot, struct weir_error *err)
{
    struct request *request = &slot->request;
    size_t header_count = request->header_count;
    if (!authorize(delivery, request, err)) {
        return false;
    }
    if (delivery->parts.oauth) {
        slot->token_number = weir_oauth_token_number(delivery->parts.oauth);
    }
    if (delivery->parts.signature) {
        weir_signature_add(delivery->parts.signature, request, weir_clock_wall_ms());
    }
    struct weir_http_request wire = {
        .method = request->method,
        .url = weir_buffer_text(&request->url),
        .headers = request->headers,
        .header_count = request->header_count,
        .body = weir_request_wire(request),
        .context = slot,
    };
    delivery->request_count++;
    bool started = weir_http_client_start(delivery->parts.client, &wire, err);
    request->header_count = header_count; /* token and signature are those of one try */
    return started;
}

static bool may_start(const struct delivery *delivery)
{
    const struct breaker *breaker = &delivery->breaker;
    return !breaker->open ||
           weir_breaker_may_start(breaker, weir_http_client_in_flight(delivery->parts.client),
                                  weir_clock_ms());
}

/* Fills the slots with the next requests of lanes that are ready. */
static bool start_more(struct delivery *delivery, int64_t deadline_ms, struct weir_error *err)
{
    struct slot *slot;
    struct lane *lane;
    if (weir_clock_ms() >= deadline_ms) {
        return true;
    }
    while ((slot = free_slot(delivery)) != NULL && may_start(delivery) &&
           (lane = weir_lanes_pop(&delivery->lanes)) != NULL) {
        if (!weir_delivery_prepare(delivery, lane, &slot->request)) {
            continue;
        }
        occupy(delivery, slot, lane);
        struct weir_error problem = {0};
        if (start(delivery, slot, &problem)) {
            continue;
        }
        release(delivery, slot);
        if (problem.action != WEIR_ERROR_REJECT) {
            *err = problem;
            return false;
        }
        weir_delivery_reject(delivery, lane, &slot->request, &problem);
        weir_delivery_go_on(delivery, lane);
    }
    return true;
}

/* A token that was refused is renewed, once for all requests that went with it; each request goes
 * again once, and it costs no try. */
static bool renew(struct delivery *delivery, struct slot *slot,
                  const struct weir_http_response *response, bool *renewed_out,
                  struct weir_error *err)
{
    *renewed_out = delivery->parts.oauth && response->answered && !slot->renewed &&
                   weir_status_codes_has(&delivery->settings->token_refused, response->status);
    if (!*renewed_out) {
        return true;
    }
    slot->renewed = true;
    weir_oauth_expire(delivery->parts.oauth, slot->token_number);
    return start(delivery, slot, err);
}

static bool take_answer(struct delivery *delivery, const struct weir_http_response *response,
                        struct weir_error *err)
{
    struct slot *slot = response->context;
    struct lane *lane = slot->lane;
    bool renewed;
    if (!renew(delivery, slot, response, &renewed, err)) {
        release(delivery, slot);
        return false;
    }
    if (renewed) {
        return true;
    }
    bool good = weir_delivery_settle(delivery, lane, &slot->request, response, err);
    release(delivery, slot);
    weir_delivery_go_on(delivery, lane);
    return good;
}

/* While the circuit breaker is open every record that was not decided waits for it. */
static void wait_for_breaker(struct delivery *delivery)
{
    int64_t wait_ms = weir_breaker_wait_ms(&delivery->breaker, weir_clock_ms());
    for (size_t i = 0; wait_ms > 0 && i < delivery->batch->record_count; i++) {
        struct weir_outcome *outcome = &delivery->outcomes[i];
        if (outcome->kind == WEIR_OUTCOME_RETRY) {
            outcome->retry_after_ms =
                outcome->retry_after_ms > wait_ms ? outcome->retry_after_ms : wait_ms;
            outcome->reason = outcome->reason ? outcome->reason : "the circuit breaker is open";
        }
    }
}

/* Nothing may be under way when the batch goes away. */
static void abandon(struct delivery *delivery)
{
    weir_http_client_cancel(delivery->parts.client);
    for (size_t i = 0; i < delivery->settings->in_flight_max; i++) {
        if (delivery->slots[i].lane) {
            release(delivery, &delivery->slots[i]);
        }
    }
}

/* Every request is shown, and counts as answered. */
static void rehearse(struct delivery *delivery)
{
    struct request *request = &free_slot(delivery)->request;
    struct lane *lane;
    while ((lane = weir_lanes_pop(&delivery->lanes)) != NULL) {
        if (!weir_delivery_prepare(delivery, lane, request)) {
            continue;
        }
        if (delivery->parts.signature) {
            weir_signature_add(delivery->parts.signature, request, weir_clock_wall_ms());
        }
        weir_rehearsal_print(request, delivery->settings, delivery->context->config, stdout);
        weir_delivery_succeed(delivery, request);
        weir_delivery_go_on(delivery, lane);
    }
}

bool weir_delivery_run(struct delivery *delivery, const struct weir_batch *batch,
                       struct weir_outcome *outcomes, int64_t deadline_ms, struct weir_error *err)
{
    const struct http_sink_settings *settings = delivery->settings;
    delivery->batch = batch;
    delivery->request_count = 0;
    delivery->outcomes = outcomes;
    weir_arena_reset(delivery->arena);
    weir_lanes_make(&delivery->lanes, batch, outcomes, settings->in_flight_max > 1,
                    settings->request.key_shape, delivery->arena);
    if (delivery->context->dry_run) {
        rehearse(delivery);
        return true;
    }
    bool good = start_more(delivery, deadline_ms, err);
    while (good && weir_http_client_in_flight(delivery->parts.client) > 0) {
        const struct weir_http_response *response =
            weir_http_client_next(delivery->parts.client, INT64_MAX);
        good = !response || take_answer(delivery, response, err);
        good = good && start_more(delivery, deadline_ms, err);
    }
    abandon(delivery);
    weir_delivery_count(delivery, "weir_sink_http_requests_total", (double)delivery->request_count);
    wait_for_breaker(delivery);
    return good;
}
