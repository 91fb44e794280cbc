/* connection.h - one connection to a MongoDB deployment, made from the properties that Kafka
 * Connect users know.
 *
 * Sources and sinks share the rows: WEIR_MONGO_CONNECTION_PROPERTIES(DEFAULT URI) expands to them inside a
 * connector's own table.
 * Threads: one owner. Blocks: in open and ping, for the server selection time-out of the URI. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_CONNECTION_H
#define WEIR_MONGO_CONNECTION_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_mongo_connection;

/* What rows cannot check alone: connection.uri or connection.host, TLS files that weir can read. */
bool weir_mongo_connection_validate(const struct weir_config *config, struct weir_error *err);

/* Connects and asks the server for a ping. app_name shows in the server's log ("weir-sink").
 * Returns owned, or NULL: RETRY when the server cannot be reached, STOP when it refuses the
 * user. */
struct weir_mongo_connection *weir_mongo_connection_open(const struct weir_config *config,
                                                         const char *app_name,
                                                         struct weir_error *err);
/* Accepts NULL. */
void weir_mongo_connection_close(struct weir_mongo_connection *connection);
bool weir_mongo_connection_ping(struct weir_mongo_connection *connection, struct weir_error *err);
/* The deployment's hosts in order, as they are written, without user and password:
 * "mongodb://host:27017". MongoDB's connector names its offsets by it. */
const char *weir_mongo_connection_name(const struct weir_mongo_connection *connection);

/* 60009 for 6.0.9; 0: not known. */
int32_t weir_mongo_connection_version(struct weir_mongo_connection *connection);

/* Checks of single rows. */
bool weir_mongo_uri_check(const struct weir_property *property, const char *value,
                          struct weir_error *err);
bool weir_mongo_store_check(const struct weir_property *property, const char *value,
                            struct weir_error *err);

#define WEIR_MONGO_CONNECTION_PROPERTIES(default_uri) \
    {.name = "connection.uri", \
     .type = WEIR_PROPERTY_PASSWORD, \
     .default_value = default_uri, \
     .check = weir_mongo_uri_check, \
     .importance = WEIR_IMPORTANCE_HIGH, \
     .group = "Connection", \
     .documentation = "The deployment, as a `mongodb://` or `mongodb+srv://` connection string. " \
                      "Its options are " \
                      "libmongoc's. Not together with `connection.host`."}, \
        {.name = "connection.host", \
         .type = WEIR_PROPERTY_STRING, \
         .importance = WEIR_IMPORTANCE_HIGH, \
         .group = "Connection", \
         .documentation = "Confluent Cloud's way to name the deployment: a host name. With a " \
                          "port, an address, or a " \
                          "name without a dot it is one server; any other name is an Atlas " \
                          "cluster (`mongodb+srv`)."}, \
        {.name = "connection.user", \
         .type = WEIR_PROPERTY_STRING, \
         .importance = WEIR_IMPORTANCE_HIGH, \
         .group = "Connection", \
         .documentation = "The user, with `connection.host`."}, \
        {.name = "connection.password", \
         .type = WEIR_PROPERTY_PASSWORD, \
         .importance = WEIR_IMPORTANCE_HIGH, \
         .group = "Connection", \
         .documentation = "The user's password, with `connection.host`."}, \
        {.name = "connection.ssl.truststore", \
         .type = WEIR_PROPERTY_STRING, \
         .default_value = "", \
         .check = weir_mongo_store_check, \
         .importance = WEIR_IMPORTANCE_MEDIUM, \
         .group = "Connection", \
         .documentation = "A PEM file of certificate authorities to trust instead of the " \
                          "system's. Turns TLS on. " \
                          "Java keystores are not read."}, \
        {.name = "connection.ssl.keystore", \
         .type = WEIR_PROPERTY_STRING, \
         .default_value = "", \
         .check = weir_mongo_store_check, \
         .importance = WEIR_IMPORTANCE_MEDIUM, \
         .group = "Connection", \
         .documentation = "A PEM file with the client's certificate and key. Turns TLS on."}, \
        {.name = "connection.ssl.keystorePassword", \
         .type = WEIR_PROPERTY_PASSWORD, \
         .importance = WEIR_IMPORTANCE_MEDIUM, \
         .group = "Connection", \
         .documentation = "Of the key in `connection.ssl.keystore`."}, \
        {.name = "connection.ssl.truststorePassword", \
         .type = WEIR_PROPERTY_PASSWORD, \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .obsolete = "a PEM file of certificates has no password", \
         .documentation = "Accepted and not needed."}, \
        {.name = "server.api.version", \
         .type = WEIR_PROPERTY_STRING, \
         .default_value = "", \
         .allowed = weir_mongo_server_api_versions, \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .documentation = "Of MongoDB's Stable API: `1`, or empty for none."}, \
        {.name = "server.api.deprecation.errors", \
         .type = WEIR_PROPERTY_BOOLEAN, \
         .default_value = "false", \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .documentation = "With `server.api.version`: deprecated commands fail."}, \
        {.name = "server.api.strict", \
         .type = WEIR_PROPERTY_BOOLEAN, \
         .default_value = "false", \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .documentation = "With `server.api.version`: commands outside of it fail."}, \
        {.name = "mongo.custom.auth.mechanism.enable", \
         .type = WEIR_PROPERTY_BOOLEAN, \
         .default_value = "false", \
         .check = weir_mongo_java_check, \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .documentation = "Only `false`: the mechanism would be a Java class. Name a mechanism " \
                          "in `connection.uri` " \
                          "(`authMechanism=`)."}, \
        {.name = "mongo.custom.auth.mechanism.providerClass", \
         .type = WEIR_PROPERTY_STRING, \
         .default_value = "", \
         .check = weir_mongo_java_class_check, \
         .importance = WEIR_IMPORTANCE_LOW, \
         .group = "Connection", \
         .documentation = "Only empty: it would be a Java class. Name a mechanism in " \
                          "`connection.uri` (`authMechanism=`)."}, \
    { \
        .name = "provider", .type = WEIR_PROPERTY_STRING, .default_value = "", \
        .importance = WEIR_IMPORTANCE_LOW, .group = "Connection", \
        .documentation = "Added to the name that the server logs for this client." \
    }

extern const char *const weir_mongo_server_api_versions[];
bool weir_mongo_java_class_check(const struct weir_property *property, const char *value,
                                 struct weir_error *err);
bool weir_mongo_java_check(const struct weir_property *property, const char *value,
                           struct weir_error *err);

#endif
