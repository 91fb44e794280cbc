/* restore.h - fills the stores of instances up to what is committed for their inputs: from their
 * changelogs, or from the source topics where a store has none.
 * Threads: the instances' owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_RESTORE_H
#define WEIR_PROCESSOR_ENGINE_RESTORE_H

#include "connectors/processor/engine/instance.h"
#include "core/kafka/consumer.h"

struct weir_restore {
    struct weir_instance *const *instances; /* with committed offsets, and the note of the commit */
    size_t instance_count;
    const atomic_bool *stop; /* any thread: it ends soon, as if late; NULL: none */
    int64_t deadline_ms;
    size_t partition_count; /* filled: that there is something to read of */
    uint64_t record_count;  /* filled: read */
};

/* Goes on where an earlier restore of an instance ended, however it did: a RETRY failure keeps what
 * was read. After any other one the instances are to be destroyed. */
bool weir_restore_run(struct weir_restore *restore, struct weir_reader *reader,
                      struct weir_error *err);

#endif
