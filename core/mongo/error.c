/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/error.h"

#include "core/mongo/error_internal.h"

#include <stddef.h>

static const struct {
    int32_t code;
    enum weir_error_action action;
} server_codes[] = {
    {6, WEIR_ERROR_RETRY},     /* HostUnreachable */
    {7, WEIR_ERROR_RETRY},     /* HostNotFound */
    {11, WEIR_ERROR_STOP},     /* UserNotFound */
    {13, WEIR_ERROR_STOP},     /* Unauthorized */
    {18, WEIR_ERROR_STOP},     /* AuthenticationFailed */
    {24, WEIR_ERROR_RETRY},    /* LockTimeout */
    {43, WEIR_ERROR_RETRY},    /* CursorNotFound */
    {50, WEIR_ERROR_RETRY},    /* MaxTimeMSExpired */
    {63, WEIR_ERROR_RETRY},    /* StaleShardVersion */
    {64, WEIR_ERROR_RETRY},    /* WriteConcernFailed */
    {73, WEIR_ERROR_STOP},     /* InvalidNamespace */
    {79, WEIR_ERROR_STOP},     /* UnknownReplWriteConcern */
    {89, WEIR_ERROR_RETRY},    /* NetworkTimeout */
    {91, WEIR_ERROR_RETRY},    /* ShutdownInProgress */
    {100, WEIR_ERROR_RETRY},   /* UnsatisfiableWriteConcern */
    {112, WEIR_ERROR_RETRY},   /* WriteConflict */
    {133, WEIR_ERROR_RETRY},   /* FailedToSatisfyReadPreference */
    {150, WEIR_ERROR_RETRY},   /* StaleEpoch */
    {175, WEIR_ERROR_RETRY},   /* QueryPlanKilled */
    {189, WEIR_ERROR_RETRY},   /* PrimarySteppedDown */
    {202, WEIR_ERROR_RETRY},   /* NetworkInterfaceExceededTimeLimit */
    {234, WEIR_ERROR_RETRY},   /* RetryChangeStream */
    {237, WEIR_ERROR_RETRY},   /* CursorKilled */
    {251, WEIR_ERROR_RETRY},   /* NoSuchTransaction */
    {262, WEIR_ERROR_RETRY},   /* ExceededTimeLimit */
    {317, WEIR_ERROR_RETRY},   /* ConnectionPoolExpired */
    {365, WEIR_ERROR_RETRY},   /* TemporarilyUnavailable */
    {8000, WEIR_ERROR_STOP},   /* AtlasError: no rights */
    {9001, WEIR_ERROR_RETRY},  /* SocketException */
    {10058, WEIR_ERROR_RETRY}, /* LegacyNotPrimary */
    {10107, WEIR_ERROR_RETRY}, /* NotWritablePrimary */
    {11600, WEIR_ERROR_RETRY}, /* InterruptedAtShutdown */
    {11601, WEIR_ERROR_RETRY}, /* Interrupted */
    {11602, WEIR_ERROR_RETRY}, /* InterruptedDueToReplStateChange */
    {13388, WEIR_ERROR_RETRY}, /* StaleConfig */
    {13435, WEIR_ERROR_RETRY}, /* NotPrimaryNoSecondaryOk */
    {13436, WEIR_ERROR_RETRY}, /* NotPrimaryOrSecondary */
    {14031, WEIR_ERROR_RETRY}, /* OutOfDiskSpace */
};

enum weir_error_action weir_mongo_server_action(int32_t code)
{
    for (size_t i = 0; i < sizeof(server_codes) / sizeof(server_codes[0]); i++) {
        if (server_codes[i].code == code) {
            return server_codes[i].action;
        }
    }
    return WEIR_ERROR_REJECT;
}

enum weir_error_action weir_mongo_action(const bson_error_t *error)
{
    switch (error->domain) {
    case MONGOC_ERROR_STREAM:
    case MONGOC_ERROR_SERVER_SELECTION:
    case MONGOC_ERROR_PROTOCOL:
    case MONGOC_ERROR_WRITE_CONCERN:
        return WEIR_ERROR_RETRY;
    case MONGOC_ERROR_SERVER:
    case MONGOC_ERROR_QUERY:
    case MONGOC_ERROR_COLLECTION:
        return weir_mongo_server_action((int32_t)error->code);
    case MONGOC_ERROR_COMMAND:
    case MONGOC_ERROR_BSON:
        return WEIR_ERROR_REJECT;
    default:
        return WEIR_ERROR_STOP; /* authentication, TLS set-up, an unusable client */
    }
}

bool weir_mongo_fail(struct weir_error *err, const bson_error_t *error)
{
    return weir_fail(err, weir_mongo_action(error), WEIR_DOMAIN_MONGO, (int)error->code,
                     "MongoDB: %s", error->message);
}
