/* write_model.h - from a record to the writes that it means: the strategies of writemodel.strategy,
 * tombstones and change events.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_WRITE_MODEL_H
#define WEIR_SINK_MONGODB_WRITE_MODEL_H

#include "connectors/sink/mongodb/work.h"

/* The work was begun. Runs post processors, makes filter and document, and fills plan. Fails with
 * REJECT. */
bool weir_write_model_plan(struct work *work, struct plan *plan, struct weir_error *err);

#endif
