/* debezium.h - change events of Debezium, applied.
 *
 *   c, r  the document or row is there now
 *   u     it looks like this now
 *   d     it is gone
 * Tombstones and changes of a table's definition are no write.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_DEBEZIUM_H
#define WEIR_SINK_MONGODB_DEBEZIUM_H

#include "connectors/sink/mongodb/work.h"

enum debezium_operation {
    DEBEZIUM_NONE, /* of a table's definition */
    DEBEZIUM_CREATE,
    DEBEZIUM_READ,
    DEBEZIUM_UPDATE,
    DEBEZIUM_DELETE,
};

/* The event's op. */
bool weir_debezium_operation(const struct work *work, enum debezium_operation *operation_out,
                             struct weir_error *err);

/* Of Debezium's MongoDB connector: key {"id": "<JSON>"}; `after` and `patch` hold JSON text. by_after:
 * an update replaces the document with `after` (change streams); else `patch` is applied (oplog). */
bool weir_debezium_document_plan(struct work *work, struct plan *plan, bool by_after,
                                 struct weir_error *err);
/* Of its relational connectors: _id is the record's key. */
bool weir_debezium_row_plan(struct work *work, struct plan *plan, struct weir_error *err);

#endif
