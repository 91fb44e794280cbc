/* namespace.h - which database and collection a record goes to.
 * Threads: the task's. Allocates: in the arena given, when the record's own fields decide. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_NAMESPACE_H
#define WEIR_SINK_MONGODB_NAMESPACE_H

#include "connectors/sink/mongodb/work.h"
#include "core/base/arena.h"

struct namespace
{
    const char *database, *collection;
};

/* Before post processors may change the value. REJECT: the field is missing and that is an
 * error. */
bool weir_namespace_find(struct work *work, struct weir_arena *arena,
                         struct namespace *namespace_out, struct weir_error *err);

#endif
