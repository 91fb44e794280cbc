/* change_write.h - what the handlers of change events build their writes from.
 *
 * Every document is made in scratch and then added behind the event. The event itself may move with
 * that: views of it are taken anew afterwards.
 * Threads: the task's. Allocates: only as buffers grow. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_CHANGE_WRITE_H
#define WEIR_SINK_MONGODB_CHANGE_WRITE_H

#include "connectors/sink/mongodb/work.h"
#include "core/mongo/bson_view.h"

/* REJECT with "change event: problem"; false. */
bool weir_change_reject(struct weir_error *err, const char *problem);

/* A field of the event that is a document; null data = it has none. */
struct weir_bytes weir_change_document(const struct work *work, struct weir_bytes name);
bool weir_change_is_empty(struct weir_bytes document);

struct planned_write *weir_change_add(struct plan *plan, enum weir_mongo_write_kind kind,
                                      bool upsert);
/* Empties scratch and opens a document in it, to be closed by weir_change_close. */
struct weir_buffer *weir_change_open(struct work *work);
/* scratch holds one document without its end; the copy. */
struct span weir_change_close(struct work *work);
/* A copy of the document. */
struct span weir_change_copy(struct work *work, struct weir_bytes document);
/* {"_id": id}, as a filter. */
struct span weir_change_id_filter(struct work *work, struct weir_bson_element id);

/* Nulls leave replacements and what $set sets; a write that is left empty leaves the plan. */
void weir_change_drop_nulls(struct work *work, struct plan *plan);

#endif
