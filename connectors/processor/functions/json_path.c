/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/json_path.h"

#include "connectors/processor/values/number_text.h"

bool weir_json_is_valid(struct weir_bytes text)
{
    struct weir_json_cursor cursor = {text.data, text.data + text.len};
    weir_json_space(&cursor);
    return cursor.at == cursor.end || weir_json_skip(&cursor, WEIR_JSON_DEPTH_MAX);
}

/* ---- paths ---- */

static void step_over(struct weir_bytes *text, size_t bytes)
{
    text->data += bytes;
    text->len -= bytes;
}

bool weir_json_path_begin(struct weir_bytes path, struct weir_json_path *steps)
{
    *steps = (struct weir_json_path){path};
    if (path.len == 0 || path.data[0] != '$') {
        return false;
    }
    step_over(&steps->rest, 1);
    return true;
}

/* Up to a dot or a bracket. */
static enum weir_json_step take_segment(struct weir_bytes *rest, struct weir_bytes *name_out)
{
    size_t length = 0;
    while (length < rest->len && rest->data[length] != '.' && rest->data[length] != '[') {
        length++;
    }
    *name_out = (struct weir_bytes){rest->data, length};
    step_over(rest, length);
    return length > 0 ? WEIR_JSON_STEP : WEIR_JSON_STEP_WRONG;
}

/* After the bracket. */
static enum weir_json_step take_subscript(struct weir_bytes *rest, struct weir_arena *arena,
                                          struct weir_bytes *name_out)
{
    uint8_t quote =
        rest->len > 0 && (rest->data[0] == '"' || rest->data[0] == '\'') ? rest->data[0] : 0;
    step_over(rest, quote != 0);
    uint8_t *name = weir_arena_alloc(arena, rest->len + 1);
    size_t length = 0;
    while (rest->len > 0 && rest->data[0] != (quote != 0 ? quote : ']')) {
        if (quote != 0 && rest->data[0] == '\\' && rest->len > 1) {
            step_over(rest, 1);
        }
        name[length++] = rest->data[0];
        step_over(rest, 1);
    }
    if (quote != 0 && rest->len > 0) {
        step_over(rest, 1);
    }
    if (rest->len == 0 || rest->data[0] != ']' || (length == 0 && quote == 0)) {
        return WEIR_JSON_STEP_WRONG;
    }
    step_over(rest, 1);
    *name_out = (struct weir_bytes){name, length};
    return WEIR_JSON_STEP;
}

enum weir_json_step weir_json_path_next(struct weir_json_path *steps, struct weir_arena *arena,
                                        struct weir_bytes *name_out)
{
    if (steps->rest.len == 0) {
        return WEIR_JSON_STEP_END;
    }
    uint8_t first = steps->rest.data[0];
    step_over(&steps->rest, 1);
    if (first == '.') {
        return take_segment(&steps->rest, name_out);
    }
    return first == '[' ? take_subscript(&steps->rest, arena, name_out) : WEIR_JSON_STEP_WRONG;
}

/* ---- members ---- */

bool weir_json_members_begin(struct weir_json_cursor cursor, struct weir_json_members *members)
{
    bool named = weir_json_take(&cursor, '{');
    *members = (struct weir_json_members){.named = named};
    bool begun = named || weir_json_take(&cursor, '[');
    members->cursor = cursor;
    return begun;
}

bool weir_json_members_next(struct weir_json_members *members, struct weir_arena *arena,
                            struct weir_bytes *name_out, struct weir_bytes *value_out)
{
    struct weir_json_cursor *cursor = &members->cursor;
    if (weir_json_take(cursor, members->named ? '}' : ']') ||
        (members->begun && !weir_json_take(cursor, ','))) {
        return false;
    }
    members->begun = true;
    if (members->named &&
        (!weir_json_take(cursor, '"') || !weir_json_string(cursor, arena, name_out) ||
         !weir_json_take(cursor, ':'))) {
        return false;
    }
    weir_json_space(cursor);
    value_out->data = cursor->at;
    bool there = weir_json_skip(cursor, WEIR_JSON_DEPTH_MAX);
    value_out->len = (size_t)(cursor->at - value_out->data);
    return there;
}

bool weir_json_descend(struct weir_json_cursor *cursor, struct weir_bytes name,
                       struct weir_arena *arena)
{
    struct weir_json_members members;
    struct weir_bytes member = WEIR_BYTES_NULL, value, found = WEIR_BYTES_NULL;
    int32_t wanted = 0;
    int64_t index = 0;
    if (!weir_json_members_begin(*cursor, &members) ||
        (!members.named && !weir_text_to_int32((const char *)name.data, name.len, &wanted))) {
        return false;
    }
    while (weir_json_members_next(&members, arena, &member, &value)) {
        if (members.named ? weir_bytes_equal(member, name) : index++ == wanted) {
            found = value;
        }
    }
    cursor->at = found.data;
    return !weir_bytes_is_null(found);
}
