/* sink_progress.h - how far each partition of a sink task is delivered, and committed.
 *
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SINK_PROGRESS_H
#define WEIR_RUNTIME_SINK_PROGRESS_H

#include "core/base/buffer.h"
#include "core/kafka/consumer.h"
#include "core/record/sink.h"

struct weir_sink_partition {
    char *topic; /* owned */
    int32_t partition;
    int64_t delivered_offset; /* next to deliver; -1: nothing was delivered yet */
    int64_t committed_offset;
};

struct weir_sink_progress {
    struct weir_sink_partition *partitions;
    size_t count;
    size_t last; /* of the last find: records of one partition stand together */
};

void weir_sink_progress_assign(struct weir_sink_progress *progress,
                               const struct weir_topic_partition *partitions, size_t count);
void weir_sink_progress_clear(struct weir_sink_progress *progress);
/* NULL: not ours (any more). */
struct weir_sink_partition *weir_sink_progress_find(struct weir_sink_progress *progress,
                                                    const char *topic, int32_t partition);
/* Moves each partition over its records up to the first that is not DONE. */
void weir_sink_progress_advance(struct weir_sink_progress *progress,
                                const struct weir_record *records, size_t record_count,
                                const struct weir_outcome *outcomes);
/* Something is delivered that is not committed. */
bool weir_sink_progress_pending(const struct weir_sink_progress *progress);

#endif
