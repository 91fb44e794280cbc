/* json_path.h - JSON text searched without a tree: the value at a path, members one by one.
 *
 * The text must have been checked (weir_json_is_valid) before. Threads: any. Allocates: unescaped
 * names, in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_JSON_PATH_H
#define WEIR_PROCESSOR_FUNCTIONS_JSON_PATH_H

#include "connectors/processor/values/json_scan.h"

#include <stdbool.h>

/* Whether text begins with one JSON value; what follows it does not matter, as in Jackson. Blank
 * text is valid too: a missing value. */
bool weir_json_is_valid(struct weir_bytes text);

/* One of the path's steps: $.name, [0], ["name"]. Zeroed but for rest: the start. */
struct weir_json_path {
    struct weir_bytes rest;
};
/* False: the path does not begin with $. */
bool weir_json_path_begin(struct weir_bytes path, struct weir_json_path *steps);
enum weir_json_step { WEIR_JSON_STEP, WEIR_JSON_STEP_END, WEIR_JSON_STEP_WRONG };
enum weir_json_step weir_json_path_next(struct weir_json_path *steps, struct weir_arena *arena,
                                        struct weir_bytes *name_out);

/* Moves the cursor from a value to the member of that name, or at that index; of a name that occurs
 * twice, the last one. False: there is none. */
bool weir_json_descend(struct weir_json_cursor *cursor, struct weir_bytes name,
                       struct weir_arena *arena);

/* The members of the object (the items of the array) at the cursor, one by one. */
struct weir_json_members {
    struct weir_json_cursor cursor;
    bool named, begun;
};
/* False: the value at the cursor is neither. */
bool weir_json_members_begin(struct weir_json_cursor cursor, struct weir_json_members *members);
/* False: there are no more. The value's text, from its first byte to its last. */
bool weir_json_members_next(struct weir_json_members *members, struct weir_arena *arena,
                            struct weir_bytes *name_out, struct weir_bytes *value_out);

#endif
