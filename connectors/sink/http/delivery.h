/* delivery.h - a batch's records to requests, in order, several at a time, each record to its
 * outcome.
 *
 * Records that must not overtake each other form a lane: those of one partition, or, with more than
 * one request in flight, those of one key. A lane has one request under way at most, and stops
 * where a request must be tried again. Waits between tries are the runtime's: a record asks for
 * them by its outcome. How often it was tried is kept here.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_DELIVERY_H
#define WEIR_SINK_HTTP_DELIVERY_H

#include "connectors/sink/http/settings.h"
#include "connectors/sink/http/trigger.h"
#include "core/http/client.h"
#include "core/record/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct delivery;
struct reports;
struct rewrite;
struct signature;
struct weir_oauth;

/* All borrowed. */
struct delivery_parts {
    struct weir_http_client *client;
    struct trigger *trigger;
    struct weir_oauth *oauth; /* the rest may be NULL */
    struct signature *signature;
    struct rewrite *rewrite;
    struct reports *reports;
};

/* Borrows all but parts, which is copied. */
struct delivery *weir_delivery_create(const struct http_sink_settings *settings,
                                      const struct weir_sink_context *context,
                                      const struct delivery_parts *parts);
void weir_delivery_destroy(struct delivery *delivery);

/* The partition goes to another task, or comes anew: its tries no longer count. */
void weir_delivery_forget(struct delivery *delivery, const char *topic, int32_t partition);

/* The sink's write(). No request is started behind the deadline; those under way are waited for. */
bool weir_delivery_run(struct delivery *delivery, const struct weir_batch *batch,
                       struct weir_outcome *outcomes, int64_t deadline_ms, struct weir_error *err);

#endif
