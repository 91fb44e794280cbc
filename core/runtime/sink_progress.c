/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/sink_progress.h"

#include "core/base/alloc.h"

#include <string.h>

void weir_sink_progress_assign(struct weir_sink_progress *progress,
                               const struct weir_topic_partition *partitions, size_t count)
{
    weir_sink_progress_clear(progress);
    progress->partitions = weir_alloc_array(count, sizeof(*progress->partitions));
    progress->count = count;
    for (size_t index = 0; index < count; index++) {
        progress->partitions[index] = (struct weir_sink_partition){
            weir_strdup(partitions[index].topic), partitions[index].partition, -1, -1};
    }
}

void weir_sink_progress_clear(struct weir_sink_progress *progress)
{
    for (size_t index = 0; index < progress->count; index++) {
        weir_free(progress->partitions[index].topic);
    }
    weir_free(progress->partitions);
    *progress = (struct weir_sink_progress){0};
}

struct weir_sink_partition *weir_sink_progress_find(struct weir_sink_progress *progress,
                                                    const char *topic, int32_t partition)
{
    for (size_t tried = 0; tried < progress->count; tried++) {
        size_t index = (progress->last + tried) % progress->count;
        struct weir_sink_partition *candidate = &progress->partitions[index];
        if (candidate->partition == partition && strcmp(candidate->topic, topic) == 0) {
            progress->last = index;
            return candidate;
        }
    }
    return NULL;
}

/* A partition is stuck at its first record that is not done: later ones of it do not count. A
 * reject is done only once it was tolerated; one that ends the task is not, and must come again. */
void weir_sink_progress_advance(struct weir_sink_progress *progress,
                                const struct weir_record *records, size_t record_count,
                                const struct weir_outcome *outcomes)
{
    weir_autofree bool *stuck = weir_alloc_array(progress->count, sizeof(*stuck));
    for (size_t index = 0; index < record_count; index++) {
        const struct weir_record *record = &records[index];
        struct weir_sink_partition *partition =
            weir_sink_progress_find(progress, record->topic, record->partition);
        if (!partition) {
            continue;
        }
        size_t place = (size_t)(partition - progress->partitions);
        stuck[place] = stuck[place] || outcomes[index].kind != WEIR_OUTCOME_DONE;
        if (!stuck[place] && record->offset >= partition->delivered_offset) {
            partition->delivered_offset = record->offset + 1;
        }
    }
}

bool weir_sink_progress_pending(const struct weir_sink_progress *progress)
{
    for (size_t index = 0; index < progress->count; index++) {
        if (progress->partitions[index].delivered_offset >
            progress->partitions[index].committed_offset) {
            return true;
        }
    }
    return false;
}
