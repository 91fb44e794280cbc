/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/connection.h"

#include "core/base/alloc.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum store_kind {
    STORE_UNREADABLE,
    STORE_PEM,
    STORE_PKCS12,
    STORE_JKS,
};

static const char *given(const struct weir_config *config, const char *name)
{
    const char *value = weir_config_string(config, name);
    return value && *value ? value : NULL;
}

static struct weir_bytes given_bytes(const struct weir_config *config, const char *name)
{
    return weir_bytes_of(given(config, name));
}

/* By its first bytes: Java's magic number, an ASN.1 sequence, else text. */
static enum store_kind look_into(const char *path)
{
    unsigned char head[4] = {0};
    FILE *file = fopen(path, "rbe");
    if (!file) {
        return STORE_UNREADABLE;
    }
    size_t got = fread(head, 1, sizeof(head), file);
    fclose(file);
    static const unsigned char java_magic[] = {0xFE, 0xED, 0xFE, 0xED};
    if (got == sizeof(head) && memcmp(head, java_magic, sizeof(head)) == 0) {
        return STORE_JKS;
    }
    return got > 1 && head[0] == 0x30 && head[1] >= 0x80 ? STORE_PKCS12 : STORE_PEM;
}

/* What the configuration says, else what the file shows. */
static enum store_kind kind_of(const struct weir_config *config, const char *location_name,
                               const char *type_name)
{
    const char *type = given(config, type_name);
    enum store_kind found = look_into(weir_config_string(config, location_name));
    if (type && strcasecmp(type, "JKS") == 0 && found != STORE_PKCS12) {
        return STORE_JKS;
    }
    return found;
}

static bool check_store(const struct weir_config *config, const char *location_name,
                        const char *type_name, bool takes_pkcs12, struct weir_error *err)
{
    const char *path = given(config, location_name);
    if (!path) {
        return true;
    }
    switch (kind_of(config, location_name, type_name)) {
    case STORE_UNREADABLE:
        return weir_config_fail(config, location_name, err, "%s cannot be read", path);
    case STORE_JKS:
        return weir_config_fail(
            config, location_name, err,
            "%s is a Java key store, which weir does not read: `keytool -importkeystore "
            "-srckeystore "
            "%s -destkeystore store.p12 -deststoretype pkcs12`, then `openssl pkcs12 -in store.p12 "
            "-out store.pem -nodes`, make a PEM file of it",
            path, path);
    case STORE_PKCS12:
        return takes_pkcs12 || weir_config_fail(config, location_name, err,
                                                "%s is a PKCS12 file; authorities are read from "
                                                "PEM: `openssl pkcs12 -in %s -nokeys -out "
                                                "authorities.pem` makes one",
                                                path, path);
    case STORE_PEM:
        break;
    }
    return true;
}

bool weir_http_sink_check_tls(const struct weir_config *config, struct weir_error *err)
{
    return check_store(config, "https.ssl.truststore.location", "https.ssl.truststore.type", false,
                       err) &&
           check_store(config, "https.ssl.keystore.location", "https.ssl.keystore.type", true, err);
}

static void set_tls(const struct weir_config *config, struct weir_http_client_options *options)
{
    const char *key_password = given(config, "https.ssl.key.password");
    const char *identification =
        weir_config_string(config, "https.ssl.endpoint.identification.algorithm");
    options->tls_verify_off = weir_config_boolean(config, "http.ssl.trust.all.certs");
    options->tls_verify_host_off = !*identification;
    options->ca_file = given(config, "https.ssl.truststore.location");
    options->ca_pem = given_bytes(config, "https.ssl.truststore.certificates");
    options->certificate_file = given(config, "https.ssl.keystore.location");
    options->certificate_data = given_bytes(config, "https.ssl.keystore.certificate.chain");
    options->key_data = given_bytes(config, "https.ssl.keystore.key");
    options->key_password =
        key_password ? key_password : given(config, "https.ssl.keystore.password");
    options->certificate_is_pkcs12 =
        options->certificate_file &&
        kind_of(config, "https.ssl.keystore.location", "https.ssl.keystore.type") == STORE_PKCS12;
}

/* Returns owned, or NULL: no proxy. */
static char *proxy_url(const struct weir_config *config)
{
    const char *host = given(config, "http.proxy.host");
    if (!host || weir_config_int(config, "http.proxy.port") < 0) {
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
    struct weir_http_client_options options = {
        .in_flight_max = in_flight_max,
        .connect_timeout_ms = weir_config_int(config, "http.connect.timeout.ms"),
        .total_timeout_ms = weir_config_int(config, "http.request.timeout.ms"),
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
    set_tls(config, &options);
    return weir_http_client_create(&options, err);
}
