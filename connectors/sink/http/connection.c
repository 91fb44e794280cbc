/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/connection.h"

#include "core/base/alloc.h"

#include <string.h>
#include <strings.h>

static const char *given(const struct weir_config *config, const char *name)
{
    const char *value = weir_config_string(config, name);
    return value && *value ? value : NULL;
}

/* Returns owned, or NULL: no proxy. */
static char *proxy_url(const struct weir_config *config)
{
    const char *host = given(config, "http.proxy.host");
    if (!host || weir_config_int(config, "http.proxy.port") < 0 ||
        !weir_config_boolean(config, "http.proxy.enabled")) {
        return NULL;
    }
    const char *scheme = strstr(host, "://") ? "" : "http://";
    return weir_format("%s%s:%d", scheme, host, weir_config_int(config, "http.proxy.port"));
}

static bool address_allowed(const struct sockaddr *address, const void *context)
{
    const struct address_rules *rules = context;
    return weir_address_rules_allow_address(rules, address);
}

struct weir_http_client *weir_http_sink_connect(const struct weir_config *config,
                                                const struct http_sink_settings *settings,
                                                size_t in_flight_max, struct weir_error *err)
{
    weir_autofree char *proxy = proxy_url(config);
    weir_auto_arena *arena = weir_arena_create(4096);
    struct weir_http_client_options options = {
        .in_flight_max = in_flight_max,
        .connect_timeout_ms = weir_config_int(config, "http.connect.timeout.ms"),
        .total_timeout_ms = weir_config_int(config, "http.request.timeout.ms"),
        .accept_compressed = weir_config_boolean(config, "api1.http.response.compression.enabled"),
        .address_allowed = weir_address_rules_empty(&settings->addresses) ? NULL : address_allowed,
        .address_context = &settings->addresses,
        .proxy_url = proxy,
        .proxy_user = given(config, "http.proxy.user"),
        .proxy_password = given(config, "http.proxy.password"),
    };
    if (weir_config_has(config, "http.timeout")) {
        options.total_timeout_ms = weir_config_int(config, "http.timeout") * 1000;
    }
    if (strcasecmp(weir_config_string(config, "auth.type"), "BASIC") == 0) {
        const char *password = given(config, "connection.password");
        options.user = given(config, "connection.user");
        options.password = password ? password : "";
    }
    weir_http_sink_set_tls(config, arena, &options);
    return weir_http_client_create(&options, err);
}
