/* scan.h - single values out of JSON text without a tree: for records that pass through and are not
 * otherwise read.
 *
 * The text is only checked as far as it is walked.
 * Threads: any. Allocates: never, but where an arena is given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_JSON_SCAN_H
#define WEIR_JSON_SCAN_H

#include "core/base/arena.h"

#include <stdbool.h>

enum weir_json_scan {
    WEIR_JSON_FOUND,
    WEIR_JSON_ABSENT,     /* an object without the member */
    WEIR_JSON_NOT_OBJECT, /* another value, or broken text */
};

/* The raw text of a member of a top-level object; the last one of that name counts, as in
 * Jackson. */
enum weir_json_scan weir_json_member(struct weir_bytes text, struct weir_bytes name,
                                     struct weir_bytes *value_out);

/* Walks the members of a top-level object: position starts at 0; name_out is raw, without its
 * quotes, escapes as written. False: no more, or *broken_out. */
bool weir_json_next_member(struct weir_bytes text, size_t *position, struct weir_bytes *name_out,
                           struct weir_bytes *value_out, bool *broken_out);

/* The text that a raw value stands for: a string's content with its escapes resolved (in the arena
 * if there are any), other values as they are, null becomes null bytes. */
struct weir_bytes weir_json_plain_text(struct weir_bytes raw, struct weir_arena *arena);

#endif
