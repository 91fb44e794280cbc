/* delivery_internal.h - what delivery.c, delivery_prepare.c and delivery_settle.c share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_DELIVERY_INTERNAL_H
#define WEIR_SINK_HTTP_DELIVERY_INTERNAL_H

#include "connectors/sink/http/breaker.h"
#include "connectors/sink/http/delivery.h"
#include "connectors/sink/http/lanes.h"
#include "connectors/sink/http/oauth.h"
#include "connectors/sink/http/request.h"
#include "connectors/sink/http/retries.h"
#include "core/base/log.h"

#define CONNECT_EXCEPTION "org.apache.kafka.connect.errors.ConnectException"
#define DATA_EXCEPTION "org.apache.kafka.connect.errors.DataException"

/* A request under way. */
struct slot {
    struct request request;
    struct lane *lane;     /* NULL = free */
    bool renewed;          /* it was refused its token once */
    uint64_t token_number; /* of the token that it went with */
};

struct delivery {
    const struct http_sink_settings *settings;
    const struct weir_sink_context *context;
    struct delivery_parts parts;
    struct breaker breaker;
    struct retries retries;
    struct request scratch;
    struct slot *slots;
    struct slot **free; /* a stack */
    size_t free_count;
    size_t request_count; /* of one run */
    struct weir_log_limit null_log, late_log, failure_log;
    /* Of one run. */
    const struct weir_batch *batch;
    struct weir_outcome *outcomes;
    struct weir_arena *arena;
    struct lanes lanes;
};

void weir_delivery_count(const struct delivery *delivery, const char *name, double amount);

/* The lane's next request. False: it has none to make now; all that could be decided without one
 * is. */
bool weir_delivery_prepare(struct delivery *delivery, struct lane *lane, struct request *request);
/* The lane waits for its turn again, unless it is blocked or at its end. */
void weir_delivery_go_on(struct delivery *delivery, struct lane *lane);

/* An answer, or none: outcomes of the request's records. False: err is about all requests. */
bool weir_delivery_settle(struct delivery *delivery, struct lane *lane, struct request *request,
                          const struct weir_http_response *response, struct weir_error *err);
/* The request's records are delivered. */
void weir_delivery_succeed(struct delivery *delivery, const struct request *request);
/* The records themselves are bad. */
void weir_delivery_reject(struct delivery *delivery, struct lane *lane,
                          const struct request *request, const struct weir_error *problem);
void weir_delivery_reject_one(struct delivery *delivery, struct lane *lane, size_t index,
                              const char *reason);
/* A failure for good of these records, as behavior.on.error says. */
void weir_delivery_fail(struct delivery *delivery, struct lane *lane, const size_t *members,
                        size_t member_count, const char *reason);

#endif
