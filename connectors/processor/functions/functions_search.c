/* SPDX-License-Identifier: Apache-2.0 */
/* Text in text: found, replaced, split at, compared with a list. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>

/* ---- INSTR ---- */

/* The byte where the occurrence-th match begins, matches may overlap, going on from byte `from`;
 * SIZE_MAX: there is none. */
static size_t find_forward(struct weir_bytes text, struct weir_bytes part, size_t from,
                           int32_t occurrence)
{
    for (;;) {
        const uint8_t *at = from <= text.len
                                ? memmem(text.data + from, text.len - from, part.data, part.len)
                                : NULL;
        if (!at) {
            return SIZE_MAX;
        }
        size_t found = (size_t)(at - text.data);
        if (--occurrence == 0) {
            return found;
        }
        from = found + 1;
    }
}

/* As before, for matches that end at byte `end` or before it, from the last to the first. */
static size_t find_backward(struct weir_bytes text, struct weir_bytes part, size_t end,
                            int32_t occurrence)
{
    for (size_t at = end < part.len ? SIZE_MAX : end - part.len; at != SIZE_MAX; at--) {
        if (memcmp(text.data + at, part.data, part.len) == 0 && --occurrence == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

WEIR_KERNEL(eval_instr)
{
    if (weir_value_is_null(&arguments[0]) || weir_value_is_null(&arguments[1])) {
        return weir_return_integer(result, 0);
    }
    struct weir_bytes text = weir_text_of(&arguments[0]), part = weir_text_of(&arguments[1]);
    int64_t position = 1, length = (int64_t)weir_utf16_length(text);
    int32_t occurrence = 1;
    for (size_t i = 2; i < call->argument_count; i++) {
        if (weir_value_is_null(&arguments[i])) {
            return weir_return_null(result);
        }
    }
    if (call->argument_count > 2) {
        position = arguments[2].integer;
    }
    if (call->argument_count > 3) {
        occurrence = arguments[3].integer;
    }
    if (position > length || position < -length || position == 0 || occurrence <= 0) {
        return weir_return_integer(result, 0);
    }
    if (part.len == 0) {
        return weir_return_integer(result, (int32_t)(position < 0 ? length + 1 : position));
    }
    size_t from =
        weir_utf16_offset(text, (size_t)(position < 0 ? length + position + 1 : position - 1));
    size_t found = position < 0 ? find_backward(text, part, from, occurrence)
                                : find_forward(text, part, from, occurrence);
    if (found == SIZE_MAX) {
        return weir_return_integer(result, 0);
    }
    text.len = found;
    return weir_return_integer(result, (int32_t)weir_utf16_length(text) + 1);
}

/* ---- REPLACE ---- */

/* Java: an empty old text is before and after every character. */
static void replace_everywhere(struct weir_bytes text, struct weir_bytes by,
                               struct weir_buffer *out)
{
    weir_buffer_append_bytes(out, by);
    for (size_t i = 0, bytes; i < text.len; i += bytes) {
        weir_utf8_get(text.data + i, text.len - i, &bytes);
        weir_buffer_append(out, text.data + i, bytes);
        weir_buffer_append_bytes(out, by);
    }
}

WEIR_KERNEL(eval_replace)
{
    struct weir_bytes text = weir_text_of(&arguments[0]), old = weir_text_of(&arguments[1]);
    struct weir_bytes by = weir_text_of(&arguments[2]);
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    if (old.len == 0) {
        replace_everywhere(text, by, out);
        return weir_return_buffer(evaluation, result, out);
    }
    size_t done = 0;
    for (size_t at; (at = find_forward(text, old, done, 1)) != SIZE_MAX; done = at + old.len) {
        weir_buffer_append(out, text.data + done, at - done);
        weir_buffer_append_bytes(out, by);
    }
    if (done == 0) {
        return weir_return_text(result, text);
    }
    weir_buffer_append(out, text.data + done, text.len - done);
    return weir_return_buffer(evaluation, result, out);
}

/* ---- SPLIT ---- */

static struct weir_value part_of(const struct weir_value *whole, size_t from, size_t to)
{
    return (struct weir_value){
        .bytes = whole->bytes + from, .length = (uint32_t)(to - from), .kind = whole->kind};
}

/* Each character, or byte, alone; an empty text is one empty part. */
static bool split_all(struct weir_evaluation *evaluation, const struct weir_value *whole,
                      struct weir_value *result)
{
    struct weir_value *items =
        weir_arena_calloc(evaluation->arena, (size_t)whole->length + 1, sizeof *items);
    size_t count = 0;
    for (size_t i = 0, bytes = 1; i < whole->length; i += bytes) {
        if (whole->kind == WEIR_TYPE_STRING) {
            weir_utf8_get(whole->bytes + i, whole->length - i, &bytes);
        }
        items[count++] = part_of(whole, i, i + bytes);
    }
    if (count == 0) {
        items[count++] = *whole;
    }
    return weir_return_array(result, items, count);
}

WEIR_KERNEL(eval_split)
{
    struct weir_bytes text = weir_text_of(&arguments[0]), delimiter = weir_text_of(&arguments[1]);
    if (delimiter.len == 0) {
        return split_all(evaluation, &arguments[0], result);
    }
    size_t count = 1, done = 0;
    for (size_t at; (at = find_forward(text, delimiter, done, 1)) != SIZE_MAX;
         done = at + delimiter.len) {
        count++;
    }
    struct weir_value *items = weir_arena_alloc(evaluation->arena, count * sizeof *items);
    done = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        size_t at = find_forward(text, delimiter, done, 1);
        items[i] = part_of(&arguments[0], done, at);
        done = at + delimiter.len;
    }
    items[count - 1] = part_of(&arguments[0], done, text.len);
    return weir_return_array(result, items, count);
}

/* ---- ELT, FIELD ---- */

WEIR_KERNEL(eval_elt)
{
    int32_t place = arguments[0].integer;
    bool there =
        !weir_value_is_null(&arguments[0]) && place >= 1 && (size_t)place < call->argument_count;
    *result = there ? arguments[place] : WEIR_VALUE_NULL;
    return true;
}

WEIR_KERNEL(eval_field)
{
    int32_t place = 0;
    for (size_t i = 1; place == 0 && i < call->argument_count; i++) {
        if (!weir_value_is_null(&arguments[0]) && weir_value_equal(&arguments[0], &arguments[i])) {
            place = (int32_t)i;
        }
    }
    return weir_return_integer(result, place);
}

static const struct weir_signature instr_signatures[] = {
    {.text = "(STRING text, STRING part) INTEGER", .scalar = eval_instr},
    {.text = "(STRING text, STRING part, INTEGER position) INTEGER", .scalar = eval_instr},
    {.text = "(STRING text, STRING part, INTEGER position, INTEGER occurrence) INTEGER",
     .scalar = eval_instr},
};
static const struct weir_signature replace_signatures[] = {
    {.text = "(STRING text, STRING old, STRING new) STRING", .scalar = eval_replace}};
static const struct weir_signature split_signatures[] = {
    {.text = "(STRING text, STRING delimiter) ARRAY<STRING>", .scalar = eval_split},
    {.text = "(BYTES bytes, BYTES delimiter) ARRAY<BYTES>", .scalar = eval_split},
};
static const struct weir_signature elt_signatures[] = {
    {.text = "(INTEGER place, STRING... texts) STRING", .scalar = eval_elt}};
static const struct weir_signature field_signatures[] = {
    {.text = "(STRING text, STRING... texts) INTEGER", .scalar = eval_field}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("INSTR", "STRING", instr_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "Where a part occurs in the text, from 1; 0 when it does not."),
    WEIR_SCALAR("REPLACE", "STRING", replace_signatures, 0,
                "The text with all occurrences of one part replaced by another."),
    WEIR_SCALAR("SPLIT", "STRING", split_signatures, 0,
                "The parts of the text, or bytes, between delimiters."),
    WEIR_SCALAR("ELT", "STRING", elt_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text at a place of the list, from 1."),
    WEIR_SCALAR("FIELD", "STRING", field_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The place of the text in the list, from 1; 0 when it is not there."),
};

WEIR_FAMILY(weir_functions_search, functions);
