/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/connection.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"
#include "core/base/log.h"
#include "core/mongo/connection_internal.h"
#include "core/mongo/error_internal.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    SOCKET_TIMEOUT_MS = 60000,
    SERVER_SELECTION_TIMEOUT_MS = 10000,
    URI_BYTES_MAX = 16384,
    HOSTS_MAX = 64
};

const char *const weir_mongo_server_api_versions[] = {"", "1", NULL};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

/* The library's own lines become debug lines of ours: what matters comes back as an error, too. */
static void log_library_line(mongoc_log_level_t level, const char *domain, const char *message,
                             void *context)
{
    (void)level, (void)context;
    weir_log_debug("mongo", "libmongoc", "domain=%s message=\"%s\"", domain, message);
}

static void start_library(void)
{
    mongoc_init();
    mongoc_log_set_handler(log_library_line, NULL);
}

bool weir_mongo_uri_check(const struct weir_property *property, const char *value,
                          struct weir_error *err)
{
    (void)property;
    pthread_once(&library_once, start_library);
    bson_error_t error;
    mongoc_uri_t *uri = mongoc_uri_new_with_error(value, &error);
    if (!uri) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "not a MongoDB connection string: %s", error.message);
    }
    mongoc_uri_destroy(uri);
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

bool weir_mongo_store_check(const struct weir_property *property, const char *value,
                            struct weir_error *err)
{
    (void)property;
    static const char *const java_stores[] = {".jks", ".p12", ".pfx", ".keystore", ".truststore"};
    for (size_t i = 0; i < sizeof(java_stores) / sizeof(java_stores[0]); i++) {
        if (ends_with(value, java_stores[i])) {
            return weir_fail(
                err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                "%s is a keystore; weir reads PEM: `openssl pkcs12 -in %s -out store.pem -nodes` "
                "makes one "
                "(a .jks first becomes .p12 by `keytool -importkeystore -deststoretype pkcs12`)",
                value, value);
        }
    }
    return true;
}

bool weir_mongo_java_class_check(const struct weir_property *property, const char *value,
                                 struct weir_error *err)
{
    (void)property;
    return !*value ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "a Java class cannot be loaded; leave it out and name a mechanism in "
                     "connection.uri by authMechanism=");
}

bool weir_mongo_java_check(const struct weir_property *property, const char *value,
                           struct weir_error *err)
{
    (void)property;
    if (strcasecmp(value, "true") != 0) {
        return true;
    }
    return weir_fail(
        err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
        "the mechanism would be a Java class; name one in connection.uri by authMechanism=");
}

/* The given value, or NULL when it is absent or empty. */
static const char *given(const struct weir_config *config, const char *name)
{
    const char *value = weir_config_string(config, name);
    return value && *value ? value : NULL;
}

bool weir_mongo_connection_validate(const struct weir_config *config, struct weir_error *err)
{
    if (given(config, "connection.host") && weir_config_has(config, "connection.uri")) {
        return weir_config_fail(config, "connection.host", err,
                                "give connection.uri or connection.host, not both");
    }
    if (given(config, "connection.user") && !given(config, "connection.host")) {
        return weir_config_fail(
            config, "connection.user", err,
            "needs connection.host; in connection.uri the user stands in the string itself");
    }
    return true;
}

/* A name of a host that DNS knows as a cluster, not a server by itself. */
static bool is_cluster_name(const char *host)
{
    bool has_letter = false;
    for (const char *at = host; *at; at++) {
        has_letter = has_letter || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
    }
    return has_letter && !strchr(host, ':') && !strchr(host, ',') && strchr(host, '.');
}

/* Percent-encodes what may not stand in the user part of a URI. */
static void append_encoded(struct weir_buffer *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9') || strchr("-._~", *at);
        if (plain) {
            weir_buffer_append_byte(out, (uint8_t)*at);
        } else {
            weir_buffer_append_format(out, "%%%02X", (unsigned)(uint8_t)*at);
        }
    }
}

static void append_host_uri(const struct weir_config *config, const char *host,
                            struct weir_buffer *out)
{
    if (strncmp(host, "mongodb://", 10) == 0 || strncmp(host, "mongodb+srv://", 14) == 0) {
        const char *rest = strstr(host, "://") + 3;
        weir_buffer_append(out, host, (size_t)(rest - host));
        host = rest;
    } else {
        weir_buffer_append_text(out, is_cluster_name(host) ? "mongodb+srv://" : "mongodb://");
    }
    const char *user = given(config, "connection.user");
    if (user) {
        const char *password = given(config, "connection.password");
        append_encoded(out, user);
        weir_buffer_append_byte(out, ':');
        append_encoded(out, password ? password : "");
        weir_buffer_append_byte(out, '@');
    }
    weir_buffer_append_text(out, host);
}

static void set_default_int(mongoc_uri_t *uri, const char *option, int32_t value)
{
    if (!mongoc_uri_has_option(uri, option)) {
        mongoc_uri_set_option_as_int32(uri, option, value);
    }
}

static void set_tls(const struct weir_config *config, mongoc_uri_t *uri)
{
    const char *authorities = given(config, "connection.ssl.truststore");
    const char *certificate = given(config, "connection.ssl.keystore");
    const char *password = given(config, "connection.ssl.keystorePassword");
    if (authorities || certificate) {
        mongoc_uri_set_option_as_bool(uri, MONGOC_URI_TLS, true);
    }
    if (authorities) {
        mongoc_uri_set_option_as_utf8(uri, MONGOC_URI_TLSCAFILE, authorities);
    }
    if (certificate) {
        mongoc_uri_set_option_as_utf8(uri, MONGOC_URI_TLSCERTIFICATEKEYFILE, certificate);
    }
    if (certificate && password) {
        mongoc_uri_set_option_as_utf8(uri, MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD, password);
    }
}

/* Returns owned. */
static mongoc_uri_t *make_uri(const struct weir_config *config, const char *app_name,
                              struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, URI_BYTES_MAX);
    const char *host = given(config, "connection.host");
    if (host) {
        append_host_uri(config, host, &text);
    } else {
        weir_buffer_append_text(&text, weir_config_string(config, "connection.uri"));
    }
    bson_error_t error;
    mongoc_uri_t *uri = mongoc_uri_new_with_error(weir_buffer_text(&text), &error);
    if (!uri) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "MongoDB connection string: %s",
                  error.message);
        return NULL;
    }
    /* The library's own: five minutes, in which a write to a silent server would hang. */
    set_default_int(uri, MONGOC_URI_SOCKETTIMEOUTMS, SOCKET_TIMEOUT_MS);
    set_default_int(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, SERVER_SELECTION_TIMEOUT_MS);
    if (!mongoc_uri_get_appname(uri)) {
        const char *provider = given(config, "provider");
        weir_autofree char *name =
            weir_format("%s%s%s", app_name, provider ? "|" : "", provider ? provider : "");
        mongoc_uri_set_appname(uri, name);
    }
    set_tls(config, uri);
    return uri;
}

static bool set_server_api(const struct weir_config *config, mongoc_client_t *client,
                           struct weir_error *err)
{
    if (!given(config, "server.api.version")) {
        return true;
    }
    mongoc_server_api_t *api = mongoc_server_api_new(MONGOC_SERVER_API_V1);
    mongoc_server_api_strict(api, weir_config_boolean(config, "server.api.strict"));
    mongoc_server_api_deprecation_errors(
        api, weir_config_boolean(config, "server.api.deprecation.errors"));
    bson_error_t error;
    bool good = mongoc_client_set_server_api(client, api, &error);
    mongoc_server_api_destroy(api);
    return good || weir_mongo_fail(err, &error);
}

static int compare_hosts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What the scheme, the hosts and the commas of the connection string are, hosts sorted. */
static char *deployment_name(const char *uri)
{
    const char *hosts = strstr(uri, "://") + 3;
    size_t scheme_bytes = (size_t)(hosts - uri);
    weir_autofree char *list = weir_strndup(hosts, strcspn(hosts, "/?"));
    char *at = strrchr(list, '@'), *items[HOSTS_MAX] = {NULL};
    size_t count = 0;
    weir_auto_buffer name;
    weir_buffer_init(&name, URI_BYTES_MAX);
    for (char *rest = at ? at + 1 : list; rest && count < HOSTS_MAX;) {
        items[count++] = strsep(&rest, ",");
    }
    qsort(items, count, sizeof(*items), compare_hosts);
    weir_buffer_append(&name, uri, scheme_bytes);
    for (size_t index = 0; index < count; index++) {
        weir_buffer_append_format(&name, "%s%s", index ? "," : "", items[index]);
    }
    return weir_strdup(weir_buffer_text(&name));
}

struct weir_mongo_connection *weir_mongo_connection_open(const struct weir_config *config,
                                                         const char *app_name,
                                                         struct weir_error *err)
{
    pthread_once(&library_once, start_library);
    mongoc_uri_t *uri = make_uri(config, app_name, err);
    if (!uri) {
        return NULL;
    }
    struct weir_mongo_connection *connection = weir_alloc(sizeof(*connection));
    connection->name = deployment_name(mongoc_uri_get_string(uri));
    bson_error_t error = {0};
    connection->client = mongoc_client_new_from_uri_with_error(uri, &error);
    mongoc_uri_destroy(uri);
    if (!connection->client) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, (int)error.code, "MongoDB: %s",
                  error.message);
    } else {
        mongoc_client_set_error_api(connection->client, MONGOC_ERROR_API_VERSION_2);
        if (set_server_api(config, connection->client, err) &&
            weir_mongo_connection_ping(connection, err)) {
            return connection;
        }
    }
    weir_fail_within(err, "%s", connection->name);
    weir_mongo_connection_close(connection);
    return NULL;
}

void weir_mongo_connection_close(struct weir_mongo_connection *connection)
{
    if (connection) {
        mongoc_client_session_destroy(connection->session);
        mongoc_client_destroy(connection->client);
        weir_free(connection->name);
        weir_free(connection);
    }
}

bool weir_mongo_connection_ping(struct weir_mongo_connection *connection, struct weir_error *err)
{
    bson_t command = BSON_INITIALIZER;
    bson_error_t error;
    BSON_APPEND_INT32(&command, "ping", 1);
    bool good =
        mongoc_client_command_simple(connection->client, "admin", &command, NULL, NULL, &error);
    bson_destroy(&command);
    return good || weir_mongo_fail(err, &error);
}

int32_t weir_mongo_connection_version(struct weir_mongo_connection *connection)
{
    bson_t command = BSON_INITIALIZER, reply;
    bson_iter_t iterator, part;
    int32_t numbers[3] = {0};
    BSON_APPEND_INT32(&command, "buildInfo", 1);
    bool good =
        mongoc_client_command_simple(connection->client, "admin", &command, NULL, &reply, NULL);
    if (good && bson_iter_init_find(&iterator, &reply, "versionArray") &&
        bson_iter_recurse(&iterator, &part)) {
        for (size_t index = 0; index < 3 && bson_iter_next(&part); index++) {
            numbers[index] =
                bson_iter_as_int64(&part) < 100 ? (int32_t)bson_iter_as_int64(&part) : 99;
        }
    }
    bson_destroy(&reply);
    bson_destroy(&command);
    return numbers[0] * 10000 + numbers[1] * 100 + numbers[2];
}

const char *weir_mongo_connection_name(const struct weir_mongo_connection *connection)
{
    return connection->name;
}
