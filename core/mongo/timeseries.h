/* timeseries.h - makes sure that a collection holds measurements.
 * Threads: the connection's owner. Blocks: for the socket time-out of the connection. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_TIMESERIES_H
#define WEIR_MONGO_TIMESERIES_H

#include "core/base/error.h"
#include "core/mongo/connection.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_mongo_timeseries {
    const char *time_field;
    const char *meta_field, *granularity; /* "" = none */
    int64_t expire_after_s;               /* 0 = never */
};

/* Creates the collection if it is not there. STOP: it is there, and an ordinary one. */
bool weir_mongo_timeseries_ensure(struct weir_mongo_connection *connection, const char *database,
                                  const char *collection,
                                  const struct weir_mongo_timeseries *options,
                                  struct weir_error *err);

#endif
