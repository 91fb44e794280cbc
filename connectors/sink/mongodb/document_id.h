/* document_id.h - the strategies of document.id.strategy.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_DOCUMENT_ID_H
#define WEIR_SINK_MONGODB_DOCUMENT_ID_H

#include "connectors/sink/mongodb/work.h"

/* Writes {"_id": ...} to buffers->id. Fails with REJECT when the record does not have what the
 * strategy needs. */
bool weir_document_id_make(struct work *work, struct weir_error *err);
/* Gives the value its _id, unless it has one that stays. */
bool weir_document_id_add(struct work *work, struct weir_error *err);

#endif
