/* projection.h - keeps or drops fields of a document by name patterns.
 *
 * A pattern is a dotted path. A step may end in `*` (any name with that beginning); a step `**`
 * stands for every field from there down. Arrays are looked through: the documents in them count as
 * if they stood in their place.
 *   allow list: a field stays when a pattern names it, or leads through it; a document that is named keeps only what is
 *               named inside of it, unless by `**`.
 *   block list: a field goes when a pattern names it; a pattern that ends in `*` takes no documents, unless it is `**`.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_PROJECTION_H
#define WEIR_SINK_MONGODB_PROJECTION_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

#include <stdbool.h>

enum projection_kind { PROJECTION_NONE, PROJECTION_ALLOW, PROJECTION_BLOCK };

struct projection {
    enum projection_kind kind;
    const char *const *patterns; /* ends with NULL */
};

/* Appends the projected copy of document to out. _id is not special. */
void weir_projection_apply(const struct projection *projection, struct weir_bytes document,
                           struct weir_buffer *out);
/* "a, b.c" to patterns in the arena. */
const char *const *weir_projection_patterns(const char *list, struct weir_arena *arena);

#endif
