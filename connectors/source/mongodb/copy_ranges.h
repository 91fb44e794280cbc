/* copy_ranges.h - what is still to be copied of a collection: ranges of `_id`, each behind the last
 * document that became a record.
 *
 * As a document, which is also what is stored: {"left": [{"from": id, "to": id}, ...]}; a range
 * holds what is greater than from, up to and with to. Without from: from the beginning; without to:
 * to the end.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_COPY_RANGES_H
#define WEIR_SOURCE_MONGODB_COPY_RANGES_H

#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"

enum { WEIR_COPY_RANGES_MAX = 64 };

struct weir_copy_range {
    struct weir_buffer from, to; /* documents {"_id": id}; empty = open */
    bool done;
};

/* Zeroed = nothing to copy. */
struct weir_copy_ranges {
    struct weir_copy_range items[WEIR_COPY_RANGES_MAX];
    size_t count;
};

void weir_copy_ranges_fini(struct weir_copy_ranges *ranges);
/* Replaces all by those of the document. What is more than WEIR_COPY_RANGES_MAX is joined with the
 * last. */
void weir_copy_ranges_load(struct weir_copy_ranges *ranges, struct weir_bytes document);
/* Everything up to and with id is copied. */
void weir_copy_ranges_advance(struct weir_copy_ranges *ranges, size_t index,
                              struct weir_bson_element id);
void weir_copy_ranges_finish(struct weir_copy_ranges *ranges, size_t index);
size_t weir_copy_ranges_left(const struct weir_copy_ranges *ranges);
/* Appends the document; ranges that are done are not in it. */
void weir_copy_ranges_write(const struct weir_copy_ranges *ranges, struct weir_buffer *out);

/* Appends a document of ranges between the bounds: elements in order of _id, of which equal
 * neighbours count once. */
void weir_copy_ranges_between(const struct weir_bson_element *bounds, size_t bound_count,
                              struct weir_buffer *out);
/* The range at index of a document; null when there are not so many. */
struct weir_bytes weir_copy_ranges_at(struct weir_bytes document, size_t index);

#endif
