/* copy_progress.h - how far the copy of a collection is: what is stored, and what is logged and
 * measured.
 * Threads: one owner, the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_COPY_PROGRESS_H
#define WEIR_SOURCE_MONGODB_COPY_PROGRESS_H

#include "connectors/source/mongodb/copy_ranges.h"
#include "connectors/source/mongodb/reader.h"
#include "core/base/log.h"
#include "core/record/source.h"

struct weir_copy_progress {
    struct weir_copy_ranges ranges;
    char *namespace;
    int64_t document_count;     /* became records since the collection was entered */
    int64_t document_count_all; /* of the collection, about; -1: a copy that goes on */
    int64_t entered_ms;
    struct weir_log_limit log_limit;
};

void weir_copy_progress_fini(struct weir_copy_progress *progress);
/* chunk is of kind ENTER. */
void weir_copy_progress_enter(struct weir_copy_progress *progress,
                              const struct weir_source_context *context,
                              const struct weir_reading_chunk *chunk);
/* count more documents became records. Sets the metrics; logs now and then. */
void weir_copy_progress_add(struct weir_copy_progress *progress,
                            const struct weir_source_context *context, int64_t count);
void weir_copy_progress_end(struct weir_copy_progress *progress,
                            const struct weir_source_context *context);

#endif
