/* connection.h - the HTTP client that the configuration asks for: time-outs, TLS, proxy, Basic
 * authentication.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_CONNECTION_H
#define WEIR_SINK_HTTP_CONNECTION_H

#include "connectors/sink/http/settings.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/http/client.h"

#include <stdbool.h>

/* Whether the stores are of a kind that weir reads; looks into the files that there are. */
bool weir_http_sink_check_tls(const struct weir_config *config, struct weir_error *err);
/* Texts that options point to live in the arena. */
void weir_http_sink_set_tls(const struct weir_config *config, struct weir_arena *arena,
                            struct weir_http_client_options *options);
/* Borrows settings for the client's life. Returns owned, or NULL. */
struct weir_http_client *weir_http_sink_connect(const struct weir_config *config,
                                                const struct http_sink_settings *settings,
                                                size_t in_flight_max, struct weir_error *err);

#endif
