/* bulk_internal.h - one try of a bulk inside a transaction. Only for core/mongo. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BULK_INTERNAL_H
#define WEIR_MONGO_BULK_INTERNAL_H

#include "core/mongo/bulk.h"
#include "core/mongo/connection_internal.h"

/* True: the server answered; the first result that is not DONE says what it refused. False: err. */
bool weir_mongo_bulk_try(struct weir_mongo_connection *connection,
                         const mongoc_client_session_t *session, const struct weir_mongo_bulk *bulk,
                         struct weir_mongo_result *results, struct weir_arena *arena,
                         struct weir_error *err);

#endif
