/* admin_port.h - the admin port: where `listeners` says, answered by rest.h.
 * Threads: created and destroyed by main; answers from the server's thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_ADMIN_PORT_H
#define WEIR_RUNTIME_ADMIN_PORT_H

#include "core/base/error.h"
#include "core/runtime/metrics.h"
#include "core/runtime/setup.h"
#include "core/runtime/supervisor.h"

struct weir_admin_port;

/* Returns owned, or NULL when it cannot listen there. With empty `listeners` nothing listens. */
struct weir_admin_port *weir_admin_port_create(const struct weir_setup *setup,
                                               struct weir_supervisor *supervisor,
                                               struct weir_metrics *metrics,
                                               struct weir_error *err);
void weir_admin_port_destroy(struct weir_admin_port *admin);
/* "http://127.0.0.1:8083", with the port that was taken; "none". */
const char *weir_admin_port_url(const struct weir_admin_port *admin);

#endif
