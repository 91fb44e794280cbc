/* SPDX-License-Identifier: Apache-2.0 */
/* MASK and its kin: letters become X and x, digits n, all else a dash. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/utf8.h"

struct mask {
    uint32_t upper, lower, digit, other; /* KEEP: as it is */
};
enum { KEEP = 0x7fffffff };

static uint32_t mask_character(const struct mask *mask, uint32_t code)
{
    uint32_t by = mask->other;
    if (weir_unicode_is_letter(code)) {
        bool upper = weir_unicode_lower(code) != code, lower = weir_unicode_upper(code) != code;
        by = upper ? mask->upper : lower ? mask->lower : mask->other;
    } else if (code >= '0' && code <= '9') {
        by = mask->digit;
    }
    return by == KEEP ? code : by;
}

/* The four arguments from `first` on: NULL keeps. */
static bool read_mask(struct weir_evaluation *evaluation, const struct weir_value *arguments,
                      struct mask *mask)
{
    uint32_t codes[4];
    for (size_t i = 0; i < 4; i++) {
        struct weir_bytes text = weir_text_of(&arguments[i]);
        size_t bytes;
        codes[i] = KEEP;
        if (weir_value_is_null(&arguments[i])) {
            continue;
        }
        if (weir_utf16_length(text) != 1) {
            return weir_evaluation_fail(evaluation,
                                        "Invalid mask character. Must be only single character");
        }
        codes[i] = weir_utf8_get(text.data, text.len, &bytes);
    }
    *mask = (struct mask){codes[0], codes[1], codes[2], codes[3]};
    return true;
}

/* Masks the characters from byte `from` up to `to`. */
static bool mask_part(struct weir_evaluation *evaluation, const struct mask *mask,
                      struct weir_bytes text, size_t from, size_t to, struct weir_value *result)
{
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    weir_buffer_append(out, text.data, from);
    for (size_t i = from, bytes; i < to; i += bytes) {
        uint8_t character[4];
        uint32_t code = weir_utf8_get(text.data + i, text.len - i, &bytes);
        weir_buffer_append(out, character, weir_utf8_put(mask_character(mask, code), character));
    }
    weir_buffer_append(out, text.data + to, text.len - to);
    return weir_return_buffer(evaluation, result, out);
}

enum part { ALL, LEFT, RIGHT, ALL_BUT_LEFT, ALL_BUT_RIGHT };

static bool eval_part(struct weir_evaluation *evaluation, const struct weir_call *call,
                      const struct weir_value *arguments, enum part part, struct weir_value *result)
{
    struct mask mask = {'X', 'x', 'n', '-'};
    size_t before = part == ALL ? 1 : 2; /* arguments before the mask's */
    if (call->argument_count > before && !read_mask(evaluation, arguments + before, &mask)) {
        return false;
    }
    if (weir_value_is_null(&arguments[0]) || weir_value_is_null(&arguments[before - 1])) {
        return weir_return_null(result);
    }
    struct weir_bytes text = weir_text_of(&arguments[0]);
    if (part == ALL) {
        return mask_part(evaluation, &mask, text, 0, text.len, result);
    }
    int64_t count = arguments[1].integer, length = (int64_t)weir_utf16_length(text);
    if (count < 0) {
        return weir_evaluation_fail(
            evaluation, "masking requires a non-negative number of characters to mask or skip");
    }
    count = count < length ? count : length;
    size_t border = weir_utf16_offset(
        text, (size_t)(part == LEFT || part == ALL_BUT_LEFT ? count : length - count));
    bool front = part == LEFT || part == ALL_BUT_RIGHT;
    return mask_part(evaluation, &mask, text, front ? 0 : border, front ? border : text.len,
                     result);
}

WEIR_KERNEL(eval_mask)
{
    return eval_part(evaluation, call, arguments, ALL, result);
}

WEIR_KERNEL(eval_left)
{
    return eval_part(evaluation, call, arguments, LEFT, result);
}

WEIR_KERNEL(eval_right)
{
    return eval_part(evaluation, call, arguments, RIGHT, result);
}

WEIR_KERNEL(eval_keep_left)
{
    return eval_part(evaluation, call, arguments, ALL_BUT_LEFT, result);
}

WEIR_KERNEL(eval_keep_right)
{
    return eval_part(evaluation, call, arguments, ALL_BUT_RIGHT, result);
}

#define MASKS "STRING upper, STRING lower, STRING digit, STRING other"
static const struct weir_signature mask_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_mask},
    {.text = "(STRING text, " MASKS ") STRING", .scalar = eval_mask},
};
#define PARTLY(kernel) \
    { \
        {.text = "(STRING text, INTEGER count) STRING", .scalar = kernel}, \
            {.text = "(STRING text, INTEGER count, " MASKS ") STRING", .scalar = kernel}, \
    }
static const struct weir_signature left_signatures[] = PARTLY(eval_left);
static const struct weir_signature right_signatures[] = PARTLY(eval_right);
static const struct weir_signature keep_left_signatures[] = PARTLY(eval_keep_left);
static const struct weir_signature keep_right_signatures[] = PARTLY(eval_keep_right);

static const struct weir_function functions[] = {
    WEIR_SCALAR("MASK", "STRING", mask_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text with every character masked; a mask that is NULL masks nothing."),
    WEIR_SCALAR("MASK_LEFT", "STRING", left_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text with its first characters masked."),
    WEIR_SCALAR("MASK_RIGHT", "STRING", right_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text with its last characters masked."),
    WEIR_SCALAR("MASK_KEEP_LEFT", "STRING", keep_left_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text with all but its first characters masked."),
    WEIR_SCALAR("MASK_KEEP_RIGHT", "STRING", keep_right_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The text with all but its last characters masked."),
};

WEIR_FAMILY(weir_functions_mask, functions);
