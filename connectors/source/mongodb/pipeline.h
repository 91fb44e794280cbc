/* pipeline.h - the aggregation pipelines of the source: change stream and copy. Raw BSON arrays.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_PIPELINE_H
#define WEIR_SOURCE_MONGODB_PIPELINE_H

#include "core/base/buffer.h"
#include "core/config/config.h"

#include <stdbool.h>

/* Whether `pipeline`, the copy's pipeline, `collation` and the start time can be read. */
bool weir_source_pipelines_check(const struct weir_config *config, struct weir_error *err);

/* [{$changeStream: ...}, the user's stages]. */
struct weir_stream_options {
    struct weir_bytes token; /* null: from startup.mode's timestamp, else from now */
    bool split_large;        /* the server can send events above 16 MB in fragments */
    bool slim;               /* without what makes events large, and without the user's stages */
};
void weir_stream_pipeline(const struct weir_config *config,
                          const struct weir_stream_options *stream, struct weir_buffer *out);
/* In order of _id, the range (see copy_ranges.h) alone. With a user's `pipeline` documents come out
 * as change events; *events_out says so. */
void weir_copy_pipeline(const struct weir_config *config, const char *database,
                        const char *collection, struct weir_bytes range, struct weir_buffer *out,
                        bool *events_out);
/* `count` random _ids, in order. */
void weir_sample_pipeline(int32_t count, struct weir_buffer *out);
/* The oldest entry's time of the oplog. */
void weir_oldest_pipeline(struct weir_buffer *out);
/* One document when the oplog holds at least nine tenths of its size; else none. */
void weir_oplog_full_pipeline(struct weir_buffer *out);
/* How many documents the collection has, as far as the server knows without counting. */
void weir_count_pipeline(struct weir_buffer *out);
/* Fields that the aggregate command gets besides: collation. Empty when there are none. */
void weir_stream_extra(const struct weir_config *config, struct weir_buffer *out);
void weir_copy_extra(const struct weir_config *config, struct weir_buffer *out);

#endif
