/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/settings_internal.h"

#include "connectors/sink/http/connection.h"
#include "connectors/sink/http/rewrite.h"
#include "core/http/client.h"

#include <string.h>
#include <strings.h>

enum { HEADER_COUNT_MAX = 256, SEPARATOR_BYTES_MAX = 64, HEADER_BYTES_MAX = 65536 };

const char *weir_settings_given(const struct weir_config *config, const char *name)
{
    const char *value = weir_config_string(config, name);
    return value && *value ? value : NULL;
}

bool weir_settings_is(const struct weir_config *config, const char *name, const char *value)
{
    const char *text = weir_config_string(config, name);
    return text && strcasecmp(text, value) == 0;
}

const struct template *weir_settings_template(const struct reading *reading, const char *text)
{
    struct weir_error problem = {0};
    return text ? weir_template_read(text, reading->arena, &problem) : NULL;
}

/* V2's query parameters behind the URL. */
static const char *with_parameters(const struct reading *reading, const char *url)
{
    const char *parameters = weir_settings_given(reading->config, "api1.http.request.parameters");
    const char *separator =
        weir_settings_given(reading->config, "api1.http.request.parameters.separator");
    while (parameters) {
        const char *end = separator ? strstr(parameters, separator) : NULL;
        int len = (int)(end ? (size_t)(end - parameters) : strlen(parameters));
        url = weir_arena_format(reading->arena, "%s%c%.*s", url, strchr(url, '?') ? '&' : '?', len,
                                parameters);
        parameters = end ? end + strlen(separator) : NULL;
    }
    return url;
}

static bool read_url(struct reading *reading, struct weir_error *err)
{
    const struct weir_config *config = reading->config;
    const char *url = weir_settings_given(config, "http.api.url");
    const char *base = weir_settings_given(config, "http.api.base.url");
    if (!url && !base) {
        return weir_config_fail(config, "http.api.url", err, "missing required property");
    }
    if (url && base) {
        return weir_config_fail(config, "http.api.base.url", err,
                                "give it or http.api.url, not both");
    }
    if (base) {
        url = weir_arena_format(reading->arena, "%s%s", base,
                                weir_config_string(config, "api1.http.api.path"));
    }
    bool usable = strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0 ||
                  strncmp(url, "${", 2) == 0;
    if (!usable) {
        return weir_config_fail(config, base ? "http.api.base.url" : "http.api.url", err,
                                "'%s' does not begin with http:// or https://", url);
    }
    reading->settings->request.url = weir_settings_template(reading, with_parameters(reading, url));
    return true;
}

static bool add_header(struct reading *reading, const char *property, const char *name,
                       const char *value, struct weir_error *err)
{
    struct request_settings *request = &reading->settings->request;
    if (request->header_count == HEADER_COUNT_MAX) {
        return weir_config_fail(reading->config, property, err, "more than %d headers",
                                HEADER_COUNT_MAX);
    }
    if (!weir_http_header_name_valid(name) || !weir_http_header_value_valid(value)) {
        return weir_config_fail(reading->config, property, err,
                                "'%s' is not a header's name, or its value is not one line", name);
    }
    struct weir_error problem = {0};
    const struct template *template = weir_template_read(value, reading->arena, &problem);
    if (!template) {
        return weir_config_fail(reading->config, property, err, "%s", problem.message);
    }
    reading->headers[request->header_count++] = (struct header_template){name, template};
    return true;
}

/* One "Name: value". */
static bool read_header(struct reading *reading, const char *property, char *text,
                        struct weir_error *err)
{
    text += strspn(text, " \t");
    size_t end = strlen(text);
    while (end > 0 && strchr(" \t\n", text[end - 1])) {
        text[--end] = '\0';
    }
    char *colon = strchr(text, ':');
    if (!colon) {
        return *text == '\0' ||
               weir_config_fail(reading->config, property, err, "'%s' is not Name:value", text);
    }
    *colon = '\0';
    return add_header(reading, property, text, colon + 1 + strspn(colon + 1, " \t"), err);
}

static bool read_headers(struct reading *reading, const char *property, const char *separator,
                         struct weir_error *err)
{
    const char *value = weir_settings_given(reading->config, property);
    char *rest = value ? weir_arena_strdup(reading->arena, value) : NULL;
    while (rest) {
        char *next = strstr(rest, separator);
        if (next) {
            *next = '\0';
            next += strlen(separator);
        }
        if (!read_header(reading, property, rest, err)) {
            return false;
        }
        rest = next;
    }
    return true;
}

/* Text of a header that is no template, whatever it holds. */
static bool add_literal(struct reading *reading, const char *property, const char *name,
                        const char *value, struct weir_error *err)
{
    weir_auto_buffer escaped;
    weir_buffer_init(&escaped, HEADER_BYTES_MAX);
    for (const char *at = value; *at; at++) {
        if (at[0] == '$' && at[1] == '{') {
            weir_buffer_append_byte(&escaped, '$');
        }
        weir_buffer_append_byte(&escaped, (uint8_t)*at);
    }
    return add_header(reading, property, name, weir_buffer_text(&escaped), err);
}

static bool missing(const struct reading *reading, const char *property, const char *type,
                    struct weir_error *err)
{
    return weir_config_fail(reading->config, property, err, "auth.type %s needs it", type);
}

static bool read_api_key(struct reading *reading, struct weir_error *err)
{
    const char *name = weir_config_string(reading->config, "api.key.name");
    const char *value = weir_settings_given(reading->config, "api.key.value");
    if (!value) {
        return missing(reading, "api.key.value", "API_KEY", err);
    }
    if (weir_settings_is(reading->config, "api.key.location", "HEADER")) {
        return add_literal(reading, "api.key.value", name, value, err);
    }
    weir_auto_buffer query;
    weir_buffer_init(&query, 65536);
    weir_percent_encode(weir_bytes_of(name), &query);
    weir_buffer_append_byte(&query, '=');
    weir_percent_encode(weir_bytes_of(value), &query);
    reading->settings->request.query_api_key =
        weir_arena_strdup(reading->arena, weir_buffer_text(&query));
    return true;
}

bool weir_http_sink_uses_oauth(const struct weir_config *config)
{
    return weir_settings_is(config, "auth.type", "OAUTH2") ||
           weir_settings_is(config, "http.authorization.type", "oauth2");
}

static bool read_authentication(struct reading *reading, struct weir_error *err)
{
    const struct weir_config *config = reading->config;
    const char *fixed = weir_settings_given(config, "http.headers.authorization");
    if (fixed) {
        return add_literal(reading, "http.headers.authorization", "Authorization", fixed, err);
    }
    if (weir_settings_is(config, "auth.type", "BEARER")) {
        const char *token = weir_settings_given(config, "bearer.token");
        return token ? add_literal(reading, "bearer.token", "Authorization",
                                   weir_arena_format(reading->arena, "Bearer %s", token), err)
                     : missing(reading, "bearer.token", "BEARER", err);
    }
    if (weir_settings_is(config, "auth.type", "BASIC") &&
        !weir_settings_given(config, "connection.user")) {
        return missing(reading, "connection.user", "BASIC", err);
    }
    if (weir_http_sink_uses_oauth(config) && !weir_settings_given(config, "oauth2.token.url")) {
        return missing(reading, "oauth2.token.url", "OAUTH2", err);
    }
    return !weir_settings_is(config, "auth.type", "API_KEY") || read_api_key(reading, err);
}

static bool has_header(const struct reading *reading, const char *name)
{
    const struct request_settings *request = &reading->settings->request;
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(reading->headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_content_type(struct reading *reading, struct weir_error *err)
{
    const struct request_settings *request = &reading->settings->request;
    const char *type = weir_settings_given(reading->config, "http.headers.content.type");
    bool is_event = request->event.mode == CLOUD_EVENT_STRUCTURED;
    bool is_json = request->body_is_json || request->value_format == WEIR_DATA_JSON;
    bool is_text = request->value_format == WEIR_DATA_STRING;
    if (has_header(reading, "Content-Type")) {
        return true;
    }
    if (!type) {
        type = is_event && request->wraps_array
                   ? "application/cloudevents-batch+json; charset=UTF-8"
               : is_event ? "application/cloudevents+json; charset=UTF-8"
               : is_json  ? "application/json"
               : is_text  ? "text/plain; charset=UTF-8"
                          : "application/octet-stream";
    }
    return add_literal(reading, "http.headers.content.type", "Content-Type", type, err);
}

static bool read_all_headers(struct reading *reading, struct weir_error *err)
{
    const char *separator = weir_settings_given(reading->config, "header.separator");
    if (!separator || strlen(separator) > SEPARATOR_BYTES_MAX) {
        return weir_config_fail(reading->config, "header.separator", err,
                                "must be 1 to %d characters", SEPARATOR_BYTES_MAX);
    }
    reading->headers =
        weir_arena_calloc(reading->arena, HEADER_COUNT_MAX, sizeof(*reading->headers));
    reading->settings->request.headers = reading->headers;
    return read_headers(reading, "headers", separator, err) &&
           read_headers(reading, "sensitive.headers", separator, err) &&
           read_headers(reading, "http.headers.additional", ",", err) &&
           read_authentication(reading, err) && add_content_type(reading, err);
}

static enum null_behavior null_behavior(const struct weir_config *config)
{
    static const char *const names[] = {"ignore", "delete", "log", "fail"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (weir_settings_is(config, "behavior.on.null.values", names[i])) {
            return (enum null_behavior)i;
        }
    }
    return NULL_IGNORE;
}

static enum key_shape key_shape(const struct weir_config *config)
{
    static const char *const names[] = {"auto", "plain", "windowed", "session"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (weir_settings_is(config, "key.format", names[i])) {
            return (enum key_shape)i;
        }
    }
    return KEY_SHAPE_AUTO;
}

static const char *method_of(const struct weir_config *config)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE", "GET"};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (weir_settings_is(config, "request.method", methods[i])) {
            return methods[i];
        }
    }
    return "POST";
}

static bool read_body(struct reading *reading, struct weir_error *err)
{
    const struct weir_config *config = reading->config;
    struct request_settings *request = &reading->settings->request;
    request->body_is_json = weir_settings_is(config, "request.body.format", "json");
    request->wraps_array =
        request->body_is_json && weir_config_boolean(config, "batch.json.as.array");
    request->body = weir_settings_template(reading, weir_settings_given(config, "request.body"));
    request->prefix = weir_config_string(config, "batch.prefix");
    request->suffix = weir_config_string(config, "batch.suffix");
    request->separator = weir_config_string(config, "batch.separator");
    request->compresses = weir_settings_is(config, "request.compression", "gzip");
    request->get_has_body = weir_config_boolean(config, "api1.allow.get.request.body");
    request->body_bytes_max = (size_t)weir_config_int(config, "batch.max.bytes");
    request->batch_key =
        weir_settings_template(reading, weir_settings_given(config, "batch.key.pattern"));
    request->record_count_max = weir_config_boolean(config, "batching.enabled")
                                    ? (size_t)weir_config_int(config, "batch.max.size")
                                    : 1;
    if (request->body_is_json && !request->wraps_array && request->record_count_max > 1 &&
        !*request->prefix) {
        return weir_config_fail(config, "batch.json.as.array", err,
                                "a body of several JSON records must be an array; only "
                                "batch.max.size 1 can do without");
    }
    if (request->body_is_json && request->value_format == WEIR_DATA_BYTES) {
        return weir_config_fail(config, "request.body.format", err,
                                "raw bytes cannot be sent as JSON");
    }
    return true;
}

const struct http_sink_settings *weir_http_sink_settings(const struct weir_config *config,
                                                         struct weir_arena *arena,
                                                         struct weir_error *err)
{
    struct http_sink_settings *settings = weir_arena_calloc(arena, 1, sizeof(*settings));
    struct reading reading = {config, arena, settings, NULL};
    settings->request.method = method_of(config);
    settings->request.forward_headers = weir_config_boolean(config, "forward.kafka.headers");
    settings->request.forward_trace = weir_config_boolean(config, "trace.context.forward");
    settings->linger_ms = weir_config_long(config, "batch.linger.ms");
    settings->request.idempotency_header = weir_settings_given(config, "idempotency.header.name");
    settings->request.idempotency_key =
        weir_settings_template(&reading, weir_settings_given(config, "idempotency.key"));
    settings->request.key_shape = key_shape(config);
    settings->request.value_format = weir_value_format(config);
    settings->request.null_behavior = null_behavior(config);
    settings->in_flight_max = (size_t)weir_config_int(config, "max.in.flight.requests");
    settings->tolerates_all = !weir_settings_is(config, "errors.tolerance", "none");
    settings->trigger = (struct trigger_options){
        .once_per_window = weir_settings_is(config, "trigger.once.per", "window"),
        .cooldown_ms = weir_config_long(config, "trigger.cooldown.ms"),
        .retention_ms = weir_config_long(config, "trigger.retention.ms"),
    };
    weir_settings_read_answers(&reading);
    bool good = read_url(&reading, err) && read_body(&reading, err) &&
                weir_settings_read_events(&reading, err) && read_all_headers(&reading, err) &&
                weir_settings_read_addresses(&reading, err) &&
                weir_settings_read_token(&reading, err);
    return good ? settings : NULL;
}

bool weir_http_sink_validate(const struct weir_config *config, struct weir_error *err)
{
    weir_auto_arena *arena = weir_arena_create(16384);
    struct weir_error problem = {0};
    if (!weir_http_sink_settings(config, arena, err) || !weir_http_sink_check_tls(config, err)) {
        return false;
    }
    weir_rewrite_destroy(weir_http_sink_rewrite(config, arena, &problem));
    *err = problem;
    return problem.action == WEIR_ERROR_NONE;
}
