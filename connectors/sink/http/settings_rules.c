/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/rewrite.h"
#include "connectors/sink/http/settings_internal.h"
#include "connectors/sink/http/signature.h"

#include <string.h>
#include <strings.h>

void weir_settings_read_answers(struct reading *reading)
{
    const struct weir_config *config = reading->config;
    struct answer_settings *answer = &reading->settings->answer;
    struct weir_error checked = {0};
    weir_status_codes_read(weir_config_string(config, "success.status.codes"), &answer->success,
                           &checked);
    weir_status_codes_read(weir_config_string(config, "retry.on.status.codes"), &answer->retried,
                           &checked);
    weir_status_codes_read(weir_config_string(config, "circuit.breaker.on.status.codes"),
                           &answer->broken, &checked);
    weir_status_codes_read(weir_config_string(config, "oauth2.token.renew.on.status.codes"),
                           &reading->settings->token_refused, &checked);
    answer->breaker_failure_count_max = weir_config_int(config, "circuit.breaker.failures");
    answer->breaker_pause_ms = weir_config_int(config, "circuit.breaker.pause.ms");
    answer->retry_count_max = weir_config_int(config, "max.retries");
    answer->backoff_ms = weir_config_int(config, "retry.backoff.ms");
    answer->backoff_max_ms = weir_config_int(config, "retry.backoff.max.ms");
    answer->backoff_grows =
        weir_settings_is(config, "retry.backoff.policy", "EXPONENTIAL_WITH_JITTER");
    answer->retry_after_max_ms = weir_config_int(config, "retry.after.max.ms");
    answer->error_behavior = weir_settings_is(config, "behavior.on.error", "fail") ? ERROR_FAIL
                             : weir_settings_is(config, "behavior.on.error", "ignore")
                                 ? ERROR_IGNORE
                                 : ERROR_LOG;
}

bool weir_settings_read_events(struct reading *reading, struct weir_error *err)
{
    const struct weir_config *config = reading->config;
    struct request_settings *request = &reading->settings->request;
    struct cloud_event_settings *event = &request->event;
    event->mode = weir_settings_is(config, "cloudevents.mode", "binary") ? CLOUD_EVENT_BINARY
                  : weir_settings_is(config, "cloudevents.mode", "structured")
                      ? CLOUD_EVENT_STRUCTURED
                      : CLOUD_EVENT_NONE;
    event->source =
        weir_settings_template(reading, weir_settings_given(config, "cloudevents.source"));
    event->type = weir_settings_template(reading, weir_settings_given(config, "cloudevents.type"));
    event->subject =
        weir_settings_template(reading, weir_settings_given(config, "cloudevents.subject"));
    if (event->mode == CLOUD_EVENT_NONE) {
        return true;
    }
    if (!event->source || !event->type) {
        return weir_config_fail(config, event->source ? "cloudevents.type" : "cloudevents.source",
                                err, "a CloudEvent cannot do without");
    }
    if (event->mode == CLOUD_EVENT_BINARY && request->record_count_max > 1) {
        return weir_config_fail(config, "batch.max.size", err,
                                "a binary CloudEvent is one record; structured ones are batched");
    }
    if (event->mode == CLOUD_EVENT_BINARY) {
        request->wraps_array = false;
        return true;
    }
    if (*request->prefix || *request->suffix) {
        return weir_config_fail(config, *request->prefix ? "batch.prefix" : "batch.suffix", err,
                                "structured CloudEvents have a form of their own");
    }
    request->wraps_array = request->record_count_max > 1;
    return true;
}

/* One "Name: value"; Content-Type is the form's own, as in Confluent's. */
static bool add_token_header(struct reading *reading, struct weir_http_header *headers, char *text,
                             struct weir_error *err)
{
    struct http_sink_settings *settings = reading->settings;
    char *colon = strchr(text, ':');
    if (!colon || settings->token_header_count == WEIR_OAUTH_HEADERS_MAX) {
        return *text == '\0' ||
               weir_config_fail(reading->config, "oauth2.client.headers", err,
                                colon ? "more than %d headers" : "expected Name:value",
                                WEIR_OAUTH_HEADERS_MAX);
    }
    *colon = '\0';
    const char *name = text + strspn(text, " \t");
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    if (!weir_http_header_name_valid(name) || !weir_http_header_value_valid(value)) {
        return weir_config_fail(reading->config, "oauth2.client.headers", err,
                                "'%s' is not a header's name, or its value is not one line", name);
    }
    if (strcasecmp(name, "Content-Type") != 0) {
        headers[settings->token_header_count++] = (struct weir_http_header){name, value};
    }
    return true;
}

bool weir_settings_read_token(struct reading *reading, struct weir_error *err)
{
    const char *given = weir_settings_given(reading->config, "oauth2.client.headers");
    const char *separator = weir_settings_given(reading->config, "oauth2.client.header.separator");
    struct weir_http_header *headers =
        weir_arena_calloc(reading->arena, WEIR_OAUTH_HEADERS_MAX, sizeof(*headers));
    reading->settings->token_headers = headers;
    char *rest = given ? weir_arena_strdup(reading->arena, given) : NULL;
    while (rest) {
        char *next = separator ? strstr(rest, separator) : NULL;
        if (next) {
            *next = '\0';
            next += strlen(separator);
        }
        if (!add_token_header(reading, headers, rest, err)) {
            return false;
        }
        rest = next;
    }
    if (weir_config_boolean(reading->config, "oauth2.jwt.enabled") &&
        !weir_settings_given(reading->config, "oauth2.jwt.keystore.path")) {
        return weir_config_fail(reading->config, "oauth2.jwt.keystore.path", err,
                                "oauth2.jwt.enabled needs it");
    }
    return true;
}

static bool read_ranges(struct reading *reading, const char *name,
                        void (*add)(struct address_rules *, struct weir_arena *,
                                    const struct address_range *),
                        struct weir_error *err)
{
    for (const char *const *text = weir_config_list(reading->config, name); *text; text++) {
        struct address_range range;
        if (!weir_address_range_read(*text, &range, err)) {
            return false;
        }
        add(&reading->settings->addresses, reading->arena, &range);
    }
    return true;
}

bool weir_settings_read_addresses(struct reading *reading, struct weir_error *err)
{
    const struct weir_config *config = reading->config;
    struct address_rules *rules = &reading->settings->addresses;
    if (weir_config_boolean(config, "connection.disallow.local.ips")) {
        weir_address_rules_refuse_local(rules, reading->arena);
    }
    if (weir_config_boolean(config, "connection.disallow.private.ips")) {
        weir_address_rules_refuse_private(rules, reading->arena);
    }
    if (weir_config_boolean(config, "connection.disallow.class.e.ips")) {
        weir_address_rules_refuse_class_e(rules, reading->arena);
    }
    return read_ranges(reading, "connection.disallow.cidr.ranges", weir_address_rules_refuse,
                       err) &&
           read_ranges(reading, "connection.allow.cidr.ranges", weir_address_rules_allow, err);
}

struct rewrite *weir_http_sink_rewrite(const struct weir_config *config, struct weir_arena *arena,
                                       struct weir_error *err)
{
    const char *patterns = weir_settings_given(config, "regex.patterns");
    const char *separator = weir_settings_given(config, "regex.separator");
    if (!patterns) {
        return NULL;
    }
    if (!separator) {
        weir_config_fail(config, "regex.separator", err, "must not be empty");
        return NULL;
    }
    struct weir_error problem = {0};
    struct rewrite *rewrite = weir_rewrite_create(
        patterns, weir_config_string(config, "regex.replacements"), separator, arena, &problem);
    if (!rewrite) {
        weir_config_fail(config, "regex.patterns", err, "%s", problem.message);
    }
    return rewrite;
}

bool weir_http_sink_check_statuses(const struct weir_property *property, const char *value,
                                   struct weir_error *err)
{
    (void)property;
    struct status_codes codes;
    return weir_status_codes_read(value, &codes, err);
}

bool weir_http_sink_check_secret(const struct weir_property *property, const char *value,
                                 struct weir_error *err)
{
    (void)property;
    return weir_signature_check_secret(value, err);
}

bool weir_http_sink_check_ranges(const struct weir_property *property, const char *value,
                                 struct weir_error *err)
{
    (void)property;
    weir_auto_arena *arena = weir_arena_create(1024);
    char *rest = weir_arena_strdup(arena, value);
    for (char *text; (text = strsep(&rest, ",")) != NULL;) {
        struct address_range range;
        text += strspn(text, " ");
        text[strcspn(text, " ")] = '\0';
        if (*text && !weir_address_range_read(text, &range, err)) {
            return false;
        }
    }
    return true;
}

bool weir_http_sink_check_template(const struct weir_property *property, const char *value,
                                   struct weir_error *err)
{
    (void)property;
    weir_auto_arena *arena = weir_arena_create(4096);
    return weir_template_read(value, arena, err) != NULL;
}
