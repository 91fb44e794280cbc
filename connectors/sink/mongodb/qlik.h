/* qlik.h - change events of Qlik Replicate, applied.
 *
 * The event may be the value itself or stand in its `message`; the operation in `headers.operation`,
 * `operation` or `headers_operation`. insert, refresh and read replace the document of the key,
 * update sets the columns that changed, delete deletes.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_QLIK_H
#define WEIR_SINK_MONGODB_QLIK_H

#include "connectors/sink/mongodb/work.h"

bool weir_qlik_plan(struct work *work, struct plan *plan, struct weir_error *err);

#endif
