/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/connection.h"
#include "core/base/base64.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { BLOB_BYTES_MAX = 1024 * 1024 };

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

static bool speaks(const struct weir_config *config, const char *version)
{
    for (const char *const *at = weir_config_list(config, "https.ssl.enabled.protocols"); *at;
         at++) {
        if (strcasecmp(*at, version) == 0) {
            return true;
        }
    }
    return false;
}

/* OpenSSL has one list for TLS 1.3, whose suites name no key exchange, and one for what is before. */
static void set_ciphers(const struct weir_config *config, struct weir_arena *arena,
                        struct weir_http_client_options *options)
{
    for (const char *const *at = weir_config_list(config, "https.ssl.cipher.suites"); *at; at++) {
        const char **list =
            strstr(*at, "_WITH_") ? &options->tls12_ciphers : &options->tls13_ciphers;
        const char *name = weir_http_cipher_name(*at);
        *list = *list ? weir_arena_format(arena, "%s:%s", *list, name) : name;
    }
}

/* What Confluent Cloud holds files in: base64, behind a data: URI's head or not. */
static bool read_blob(const char *text, struct weir_buffer *out)
{
    const char *comma = strncmp(text, "data:", 5) == 0 ? strchr(text, ',') : NULL;
    return weir_base64_read(weir_bytes_of(comma ? comma + 1 : text), out) && out->len > 1 &&
           !out->overflow;
}

bool weir_http_sink_check_blob(const struct weir_property *property, const char *value,
                               struct weir_error *err)
{
    (void)property;
    weir_auto_buffer blob;
    weir_buffer_init(&blob, BLOB_BYTES_MAX);
    return read_blob(value, &blob) ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "no file in base64");
}

static struct weir_bytes blob_of(const struct weir_config *config, const char *name,
                                 struct weir_arena *arena)
{
    const char *text = given(config, name);
    weir_auto_buffer blob;
    weir_buffer_init(&blob, BLOB_BYTES_MAX);
    return text && read_blob(text, &blob) ? weir_arena_copy(arena, weir_buffer_view(&blob))
                                          : WEIR_BYTES_NULL;
}

static void set_blobs(const struct weir_config *config, struct weir_arena *arena,
                      struct weir_http_client_options *options)
{
    struct weir_bytes trust = blob_of(config, "https.ssl.truststorefile", arena);
    struct weir_bytes own = blob_of(config, "https.ssl.keystorefile", arena);
    if (trust.data) {
        options->ca_pem = trust;
    }
    if (own.data) {
        options->certificate_data = own;
        options->certificate_is_pkcs12 = own.data[0] == 0x30 && own.data[1] >= 0x80;
        options->key_data = options->certificate_is_pkcs12 ? WEIR_BYTES_NULL : own;
    }
}

bool weir_http_sink_check_protocols(const struct weir_property *property, const char *value,
                                    struct weir_error *err)
{
    (void)property;
    bool known = strstr(value, "TLSv1.2") || strstr(value, "TLSv1.3");
    weir_auto_arena *arena = weir_arena_create(256);
    char *rest = weir_arena_strdup(arena, value);
    for (char *text; known && (text = strsep(&rest, ", ")) != NULL;) {
        known = !*text || strcmp(text, "TLSv1.2") == 0 || strcmp(text, "TLSv1.3") == 0;
    }
    return known || weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                              "'%s' are not of TLSv1.2 and TLSv1.3", value);
}

bool weir_http_sink_check_ciphers(const struct weir_property *property, const char *value,
                                  struct weir_error *err)
{
    (void)property;
    weir_auto_arena *arena = weir_arena_create(256);
    char *rest = weir_arena_strdup(arena, value);
    for (char *text; (text = strsep(&rest, ", ")) != NULL;) {
        if (*text && !weir_http_cipher_name(text)) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                             "there is no cipher suite '%s'", text);
        }
    }
    return true;
}

void weir_http_sink_set_tls(const struct weir_config *config, struct weir_arena *arena,
                            struct weir_http_client_options *options)
{
    const char *key_password = given(config, "https.ssl.key.password");
    const char *identification =
        weir_config_string(config, "https.ssl.endpoint.identification.algorithm");
    options->tls_verify_off = weir_config_boolean(config, "http.ssl.trust.all.certs");
    options->tls_verify_host_off =
        !*identification || !weir_config_boolean(config, "https.host.verifier.enabled");
    options->tls_version_min = speaks(config, "TLSv1.2") ? 12 : 13;
    options->tls_version_max = speaks(config, "TLSv1.3") ? 13 : 12;
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
    set_ciphers(config, arena, options);
    set_blobs(config, arena, options);
}
