/* rest.h - the admin port's answers: health, metrics, and Kafka Connect's REST API for the one
 * connector of this process.
 *
 * Clients of Kafka Connect (kcctl, kafka-ui, AKHQ, Strimzi's dashboards) work unchanged as far as
 * one process with one connector goes. What would change the configuration is answered with 405:
 * the file is the configuration. A configuration is shown as it was written, ${...} unresolved; a
 * secret that stands in the file itself is shown as ***.
 * Threads: the admin server's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_REST_H
#define WEIR_RUNTIME_REST_H

#include "core/http/server.h"
#include "core/runtime/metrics.h"
#include "core/runtime/setup.h"
#include "core/runtime/supervisor.h"

/* The version of Connect's REST API that is spoken: clients switch features on by it. */
#define WEIR_REST_CONNECT_VERSION "4.1.0"

struct weir_rest {
    const struct weir_setup *setup;
    struct weir_supervisor *supervisor;
    struct weir_metrics *metrics;
    char worker_id[300]; /* host:port */
};

/* A handler for weir_http_server; context is a struct weir_rest. */
void weir_rest_answer(const struct weir_http_server_request *request,
                      struct weir_http_answer *answer, void *context);

#endif
