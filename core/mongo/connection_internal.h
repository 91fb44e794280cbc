/* connection_internal.h - the library's client behind a connection. Only for core/mongo. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_CONNECTION_INTERNAL_H
#define WEIR_MONGO_CONNECTION_INTERNAL_H

#include "core/mongo/connection.h"

#include <mongoc/mongoc.h>

struct weir_mongo_connection {
    mongoc_client_t *client;
    char *name;
    mongoc_client_session_t *session; /* of its transactions; NULL before the first */
};

#endif
