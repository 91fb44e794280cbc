/* change_event.h - a change event of MongoDB's source connector, applied.
 *
 *   insert, replace  replaces the document, with upsert
 *   update           replaces it when the event holds the document, else $set and $unset what changed; arrays that were cut
 *                    short are cut first ($push with $slice), in a write of their own
 *   delete           deletes it
 * Any other operation (drop, rename, invalidate ...) is no write. Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_CHANGE_EVENT_H
#define WEIR_SINK_MONGODB_CHANGE_EVENT_H

#include "connectors/sink/mongodb/work.h"

bool weir_change_event_plan(struct work *work, struct plan *plan, struct weir_error *err);

#endif
