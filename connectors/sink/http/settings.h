/* settings.h - the HTTP sink's configuration, read once.
 *
 * Threads: read-only once read. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_SETTINGS_H
#define WEIR_SINK_HTTP_SETTINGS_H

#include "connectors/sink/http/address_rules.h"
#include "connectors/sink/http/cloud_event.h"
#include "connectors/sink/http/status_codes.h"
#include "connectors/sink/http/template.h"
#include "connectors/sink/http/trigger.h"
#include "connectors/sink/http/windowed_key.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"
#include "core/http/client.h"
#include "core/record/converter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum null_behavior { NULL_IGNORE, NULL_DELETE, NULL_LOG, NULL_FAIL };
enum error_behavior { ERROR_FAIL, ERROR_IGNORE, ERROR_LOG };

struct header_template {
    const char *name;
    const struct template *value;
};

/* How a request is made from records. */
struct request_settings {
    const struct template *url;
    const char *method;
    const struct header_template *headers;
    size_t header_count;
    bool forward_headers, forward_trace;
    bool get_has_body;
    struct cloud_event_settings event;
    size_t body_bytes_max;                  /* 0 = no limit but the number of records */
    const char *idempotency_header;         /* NULL = none */
    const struct template *idempotency_key; /* NULL = weir's own */
    const struct template *body;            /* NULL = the records' values */
    bool body_is_json;
    bool wraps_array;
    const char *prefix, *suffix, *separator;
    size_t record_count_max;
    const struct template *batch_key; /* NULL = none */
    enum key_shape key_shape;
    enum weir_data_format value_format;
    enum null_behavior null_behavior;
    bool compresses;
    const char *query_api_key; /* "name=value", percent-encoded; NULL = none */
};

/* What becomes of an answer. */
struct answer_settings {
    struct status_codes success, retried;
    int32_t retry_count_max;
    int64_t backoff_ms, backoff_max_ms;
    bool backoff_grows;
    int64_t retry_after_max_ms;
    enum error_behavior error_behavior;
    struct status_codes broken; /* count against the circuit breaker */
    int32_t breaker_failure_count_max;
    int64_t breaker_pause_ms;
};

enum { WEIR_OAUTH_HEADERS_MAX = 32 };

struct http_sink_settings {
    struct request_settings request;
    struct answer_settings answer;
    struct trigger_options trigger;
    struct address_rules addresses;
    const struct weir_http_header *token_headers; /* of requests for a token */
    size_t token_header_count;
    struct status_codes token_refused; /* after which a new token is fetched */
    size_t in_flight_max;
    int64_t linger_ms;
    bool tolerates_all; /* errors.tolerance: a rejected record does not stop the task */
};

struct rewrite;

extern const struct weir_property weir_http_sink_properties[];

/* Everything is copied into the arena or borrowed from config. NULL: err names the property. */
const struct http_sink_settings *weir_http_sink_settings(const struct weir_config *config,
                                                         struct weir_arena *arena,
                                                         struct weir_error *err);
bool weir_http_sink_validate(const struct weir_config *config, struct weir_error *err);

/* auth.type, or Aiven's http.authorization.type. */
bool weir_http_sink_uses_oauth(const struct weir_config *config);
/* regex.*: NULL when there are none, or err. Returns owned; borrows arena. */
struct rewrite *weir_http_sink_rewrite(const struct weir_config *config, struct weir_arena *arena,
                                       struct weir_error *err);

/* Checks of single rows. */
bool weir_http_sink_check_statuses(const struct weir_property *property, const char *value,
                                   struct weir_error *err);
bool weir_http_sink_check_secret(const struct weir_property *property, const char *value,
                                 struct weir_error *err);
bool weir_http_sink_check_ranges(const struct weir_property *property, const char *value,
                                 struct weir_error *err);
bool weir_http_sink_check_protocols(const struct weir_property *property, const char *value,
                                    struct weir_error *err);
bool weir_http_sink_check_ciphers(const struct weir_property *property, const char *value,
                                  struct weir_error *err);
bool weir_http_sink_check_blob(const struct weir_property *property, const char *value,
                               struct weir_error *err);
bool weir_http_sink_check_template(const struct weir_property *property, const char *value,
                                   struct weir_error *err);

#endif
