/* settings_internal.h - what settings.c and settings_rules.c share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_SETTINGS_INTERNAL_H
#define WEIR_SINK_HTTP_SETTINGS_INTERNAL_H

#include "connectors/sink/http/settings.h"

struct reading {
    const struct weir_config *config;
    struct weir_arena *arena;
    struct http_sink_settings *settings;
    struct header_template *headers;
};

/* The given value, NULL when it is absent or empty. */
const char *weir_settings_given(const struct weir_config *config, const char *name);
bool weir_settings_is(const struct weir_config *config, const char *name, const char *value);
/* NULL stays NULL. The row's own check has seen that it can be read. */
const struct template *weir_settings_template(const struct reading *reading, const char *text);

/* oauth2.client.headers and what else a token's request needs. */
bool weir_settings_read_token(struct reading *reading, struct weir_error *err);
/* success, retry, waits, the circuit breaker. */
void weir_settings_read_answers(struct reading *reading);
/* cloudevents.*; after the body. */
bool weir_settings_read_events(struct reading *reading, struct weir_error *err);
/* connection.allow.* and connection.disallow.*. */
bool weir_settings_read_addresses(struct reading *reading, struct weir_error *err);

#endif
