/* json_path_fuzz.c - any path into any JSON: a step finds a value inside of the text, or nothing.
 * The first line is the path, the rest the JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/json_path.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(struct weir_bytes whole, struct weir_bytes part)
{
    return part.data >= whole.data && part.data + part.len <= whole.data + whole.len;
}

static void walk_members(struct weir_bytes json, struct weir_json_cursor cursor,
                         struct weir_arena *arena)
{
    struct weir_json_members members;
    struct weir_bytes name, value;
    if (!weir_json_members_begin(cursor, &members)) {
        return;
    }
    while (weir_json_members_next(&members, arena, &name, &value)) {
        weir_assert(inside(json, value));
        weir_assert(weir_json_is_valid(value));
    }
}

static void follow(struct weir_bytes path_text, struct weir_bytes json, struct weir_arena *arena)
{
    struct weir_json_path path;
    struct weir_bytes name;
    struct weir_json_cursor cursor = {.at = json.data, .end = json.data + json.len};
    if (!weir_json_path_begin(path_text, &path)) {
        return;
    }
    while (weir_json_path_next(&path, arena, &name) == WEIR_JSON_STEP) {
        if (!weir_json_descend(&cursor, name, arena)) {
            return;
        }
        weir_assert(cursor.at >= json.data && cursor.at <= json.data + json.len);
    }
    walk_members(json, cursor, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    if (!end) {
        return 0;
    }
    size_t length = (size_t)(end - data);
    struct weir_bytes json = {end + 1, size - length - 1};
    weir_auto_arena *arena = weir_arena_create(4096);
    if (weir_json_is_valid(json)) {
        follow((struct weir_bytes){data, length}, json, arena);
    }
    return 0;
}
