/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/oauth.h"

#include "connectors/sink/http/connection.h"
#include "connectors/sink/http/template.h"
#include "core/base/alloc.h"
#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/http/jwt.h"
#include "core/json/scan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A token is renewed so long before its end; one that does not say when it ends is used until it is
 * refused. */
enum { MARGIN_MS = 60000, TEXT_BYTES_MAX = 65536, OWN_HEADERS = 3 };

struct weir_oauth {
    const struct weir_config *config;
    struct weir_http_client *client;
    struct weir_buffer header;
    int64_t renew_at_ms; /* 0 = there is no token */
    uint64_t token_number;
    const struct weir_http_header *headers;
    size_t header_count;
    struct weir_jwt *jwt; /* NULL = none is sent */
};

static bool load_jwt(struct weir_oauth *oauth, struct weir_error *err)
{
    const struct weir_config *config = oauth->config;
    if (!weir_config_boolean(config, "oauth2.jwt.enabled")) {
        return true;
    }
    const struct weir_jwt_options options = {
        .key_file = weir_config_string(config, "oauth2.jwt.keystore.path"),
        .password = weir_config_string(config, "oauth2.jwt.keystore.password"),
        .is_pkcs12 =
            strcasecmp(weir_config_string(config, "oauth2.jwt.keystore.type"), "PKCS12") == 0,
        .claims = weir_bytes_of(weir_config_string(config, "oauth2.jwt.claimset")),
    };
    oauth->jwt = weir_jwt_create(&options, err);
    return oauth->jwt != NULL;
}

struct weir_oauth *weir_oauth_create(const struct weir_config *config,
                                     const struct http_sink_settings *settings,
                                     struct weir_error *err)
{
    struct weir_oauth *oauth = weir_alloc(sizeof(*oauth));
    oauth->config = config;
    weir_buffer_init(&oauth->header, TEXT_BYTES_MAX);
    oauth->headers = settings->token_headers;
    oauth->header_count = settings->token_header_count;
    oauth->client = weir_http_sink_connect(config, settings, 1, err);
    if (!oauth->client || !load_jwt(oauth, err)) {
        weir_oauth_destroy(oauth);
        return NULL;
    }
    return oauth;
}

void weir_oauth_destroy(struct weir_oauth *oauth)
{
    if (oauth) {
        weir_http_client_destroy(oauth->client);
        weir_jwt_destroy(oauth->jwt);
        weir_buffer_fini(&oauth->header);
        weir_free(oauth);
    }
}

static const char *given(const struct weir_oauth *oauth, const char *name)
{
    const char *value = weir_config_string(oauth->config, name);
    return value ? value : "";
}

static void add_field(struct weir_buffer *form, const char *name, const char *value)
{
    if (*value) {
        weir_buffer_append_format(form, "%s%s=", form->len ? "&" : "", name);
        weir_percent_encode(weir_bytes_of(value), form);
    }
}

/* A new one for each request: it says when it was made. */
static bool add_jwt(const struct weir_oauth *oauth, struct weir_buffer *form,
                    struct weir_error *err)
{
    weir_auto_buffer token;
    weir_buffer_init(&token, TEXT_BYTES_MAX);
    if (!weir_jwt_write(oauth->jwt, weir_clock_wall_ms() / 1000, &token, err)) {
        return false;
    }
    add_field(form, "jwt_token", weir_buffer_text(&token));
    return true;
}

static bool in_header(const struct weir_oauth *oauth)
{
    return strcasecmp(given(oauth, "oauth2.client.auth.mode"), "header") == 0;
}

static bool make_form(const struct weir_oauth *oauth, struct weir_buffer *form,
                      struct weir_error *err)
{
    add_field(form, given(oauth, "oauth2.request.grant.type.property"),
              given(oauth, "oauth2.grant.type"));
    add_field(form, "scope", given(oauth, "oauth2.client.scope"));
    add_field(form, "audience", given(oauth, "oauth2.client.audience"));
    if (!in_header(oauth)) {
        add_field(form, given(oauth, "oauth2.request.client.id.property"),
                  given(oauth, "oauth2.client.id"));
        add_field(form, given(oauth, "oauth2.request.client.secret.property"),
                  given(oauth, "oauth2.client.secret"));
    }
    return !oauth->jwt || add_jwt(oauth, form, err);
}

/* RFC 6749, 2.3.1: id and secret are form-encoded before they are joined. */
static void make_basic(const struct weir_oauth *oauth, struct weir_buffer *basic)
{
    weir_auto_buffer pair;
    weir_buffer_init(&pair, TEXT_BYTES_MAX);
    weir_percent_encode(weir_bytes_of(given(oauth, "oauth2.client.id")), &pair);
    weir_buffer_append_byte(&pair, ':');
    weir_percent_encode(weir_bytes_of(given(oauth, "oauth2.client.secret")), &pair);
    weir_buffer_append_text(basic, "Basic ");
    weir_base64_write(weir_buffer_view(&pair), basic);
}

bool weir_oauth_read_answer(struct weir_bytes body, const char *token_property,
                            struct weir_buffer *out, int64_t *lifetime_ms_out)
{
    struct weir_bytes raw;
    weir_auto_arena *arena = weir_arena_create(1024);
    if (weir_json_member(body, weir_bytes_of(token_property), &raw) != WEIR_JSON_FOUND ||
        raw.len < 3 || raw.data[0] != '"') {
        return false;
    }
    weir_buffer_append_text(out, "Bearer ");
    weir_buffer_append_bytes(out, weir_json_plain_text(raw, arena));
    *lifetime_ms_out = 0;
    if (weir_json_member(body, WEIR_BYTES("expires_in"), &raw) == WEIR_JSON_FOUND) {
        struct weir_bytes text = weir_json_plain_text(raw, arena);
        const char *digits =
            weir_arena_strndup(arena, (const char *)text.data, text.data ? text.len : 0);
        long long seconds = strtoll(digits, NULL, 10);
        *lifetime_ms_out = seconds > 0 && seconds < INT64_MAX / 1000 ? seconds * 1000 : 0;
    }
    return true;
}

static bool take_answer(struct weir_oauth *oauth, const struct weir_http_response *response,
                        int64_t now_ms, struct weir_error *err)
{
    int status = response->status;
    if (status < 200 || status > 299) {
        bool away = status >= 500 || status == 429 || status == 408;
        return weir_fail(err, away ? WEIR_ERROR_RETRY : WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, status,
                         "the token server answered %d", status);
    }
    int64_t lifetime_ms;
    weir_buffer_reset(&oauth->header);
    if (!weir_oauth_read_answer(response->body, given(oauth, "oauth2.token.property"),
                                &oauth->header, &lifetime_ms)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, status,
                         "the token server's answer has no %s",
                         given(oauth, "oauth2.token.property"));
    }
    /* A short-lived token is renewed when a tenth of its time is left. */
    int64_t margin_ms = lifetime_ms / 10 < MARGIN_MS ? lifetime_ms / 10 : MARGIN_MS;
    oauth->renew_at_ms = lifetime_ms > 0 ? now_ms + lifetime_ms - margin_ms : INT64_MAX;
    oauth->token_number++;
    return true;
}

static bool fetch(struct weir_oauth *oauth, int64_t now_ms, struct weir_error *err)
{
    weir_auto_buffer form, basic;
    weir_buffer_init(&form, TEXT_BYTES_MAX);
    weir_buffer_init(&basic, TEXT_BYTES_MAX);
    if (!make_form(oauth, &form, err)) {
        return false;
    }
    make_basic(oauth, &basic);
    struct weir_http_header headers[OWN_HEADERS + WEIR_OAUTH_HEADERS_MAX] = {
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Accept", "application/json"},
    };
    size_t count = 2;
    if (in_header(oauth)) {
        headers[count++] = (struct weir_http_header){"Authorization", weir_buffer_text(&basic)};
    }
    for (size_t i = 0; i < oauth->header_count; i++) {
        headers[count++] = oauth->headers[i];
    }
    struct weir_http_request request = {
        .method = "POST",
        .url = given(oauth, "oauth2.token.url"),
        .headers = headers,
        .header_count = count,
        .body = weir_buffer_view(&form),
    };
    const struct weir_http_response *response = weir_http_client_call(oauth->client, &request, err);
    return response && take_answer(oauth, response, now_ms, err);
}

const char *weir_oauth_header(struct weir_oauth *oauth, int64_t now_ms, struct weir_error *err)
{
    if (now_ms >= oauth->renew_at_ms && !fetch(oauth, now_ms, err)) {
        weir_fail_within(err, "OAuth");
        return NULL;
    }
    return weir_buffer_text(&oauth->header);
}

uint64_t weir_oauth_token_number(const struct weir_oauth *oauth)
{
    return oauth->token_number;
}

void weir_oauth_expire(struct weir_oauth *oauth, uint64_t token_number)
{
    if (token_number == oauth->token_number) {
        oauth->renew_at_ms = 0;
    }
}
