/* lanes.h - a batch's undecided records, sorted into lanes whose records must not overtake each
 * other.
 * Threads: one owner. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_LANES_H
#define WEIR_SINK_HTTP_LANES_H

#include "connectors/sink/http/windowed_key.h"
#include "core/base/arena.h"
#include "core/record/batch.h"
#include "core/record/sink.h"

#include <stdbool.h>
#include <stddef.h>

#define LANE_END SIZE_MAX

struct lane {
    size_t next, last; /* indexes into the batch; LANE_END = none */
    bool blocked;      /* something ahead must be tried again first */
    struct lane *next_ready;
};

struct lanes {
    size_t *behind;     /* of each record: the next one of its lane */
    struct lane *ready; /* a queue of lanes that may go on */
    struct lane *ready_last;
};

/* by_key: a lane for each key and not only for each partition. */
void weir_lanes_make(struct lanes *lanes, const struct weir_batch *batch,
                     const struct weir_outcome *outcomes, bool by_key, enum key_shape shape,
                     struct weir_arena *arena);
void weir_lanes_push(struct lanes *lanes, struct lane *lane);
/* NULL: none is ready. */
struct lane *weir_lanes_pop(struct lanes *lanes);

#endif
