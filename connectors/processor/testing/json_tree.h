/* json_tree.h - small JSON documents as trees that keep each value's own text (digits count).
 *
 * For the test runner's inputs and expectations; rows on the hot path have readers of their own.
 * Threads: any. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_JSON_TREE_H
#define WEIR_PROCESSOR_TESTING_JSON_TREE_H

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum weir_json_kind {
    WEIR_JSON_KIND_NULL,
    WEIR_JSON_KIND_BOOLEAN,
    WEIR_JSON_KIND_NUMBER,
    WEIR_JSON_KIND_STRING,
    WEIR_JSON_KIND_ARRAY,
    WEIR_JSON_KIND_OBJECT,
};

struct weir_json_tree {
    enum weir_json_kind kind;
    bool boolean;
    struct weir_bytes raw;        /* the value's text as it stands */
    struct weir_bytes name;       /* in an object */
    struct weir_bytes text;       /* STRING: content */
    struct weir_json_tree *items; /* ARRAY, OBJECT */
    size_t item_count;
};

/* Comments as in Java are taken for blanks. Borrows the text. NULL: err, with line and column. */
struct weir_json_tree *weir_json_tree_parse(struct weir_arena *arena, struct weir_bytes text,
                                            struct weir_error *err);
/* NULL: not an object, or no such member; of several the last one. */
const struct weir_json_tree *weir_json_tree_member(const struct weir_json_tree *tree,
                                                   const char *name);
/* NULL, false or 0 when it is absent or of another kind. */
const char *weir_json_tree_text(struct weir_arena *arena, const struct weir_json_tree *tree);
int64_t weir_json_tree_integer(const struct weir_json_tree *tree);
static inline bool weir_json_tree_is_null(const struct weir_json_tree *tree)
{
    return !tree || tree->kind == WEIR_JSON_KIND_NULL;
}

#endif
