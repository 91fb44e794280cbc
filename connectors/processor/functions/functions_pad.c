/* SPDX-License-Identifier: Apache-2.0 */
/* LPAD, RPAD of strings and bytes. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/utf8.h"

/* The first `length` characters, or bytes, of the value; and how many there are of them at most. */
static struct weir_bytes first_of(const struct weir_value *value, int64_t length,
                                  int64_t *length_out)
{
    struct weir_bytes text = weir_text_of(value);
    bool is_text = value->kind == WEIR_TYPE_STRING;
    int64_t all = is_text ? (int64_t)weir_utf16_length(text) : (int64_t)text.len;
    *length_out = all < length ? all : length;
    if (length < all) {
        text.len = is_text ? weir_utf16_offset(text, (size_t)length) : (size_t)length;
    }
    return text;
}

static void append_padding(struct weir_buffer *out, const struct weir_value *padding, int64_t count)
{
    while (count > 0 && !out->overflow) {
        int64_t used;
        weir_buffer_append_bytes(out, first_of(padding, count, &used));
        count -= used;
    }
}

static bool pad(struct weir_evaluation *evaluation, const struct weir_value *arguments, bool left,
                struct weir_value *result)
{
    int64_t wanted = arguments[1].integer, kept;
    if (wanted < 0 || arguments[2].length == 0) {
        return weir_return_null(result);
    }
    struct weir_bytes text = first_of(&arguments[0], wanted, &kept);
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    if (!left) {
        weir_buffer_append_bytes(out, text);
    }
    append_padding(out, &arguments[2], wanted - kept);
    if (left) {
        weir_buffer_append_bytes(out, text);
    }
    if (!weir_return_buffer(evaluation, result, out)) {
        return false;
    }
    result->kind = arguments[0].kind;
    return true;
}

WEIR_KERNEL(eval_lpad)
{
    return pad(evaluation, arguments, true, result);
}

WEIR_KERNEL(eval_rpad)
{
    return pad(evaluation, arguments, false, result);
}

static const struct weir_signature lpad_signatures[] = {
    {.text = "(STRING text, INTEGER length, STRING padding) STRING", .scalar = eval_lpad},
    {.text = "(BYTES bytes, INTEGER length, BYTES padding) BYTES", .scalar = eval_lpad},
};
static const struct weir_signature rpad_signatures[] = {
    {.text = "(STRING text, INTEGER length, STRING padding) STRING", .scalar = eval_rpad},
    {.text = "(BYTES bytes, INTEGER length, BYTES padding) BYTES", .scalar = eval_rpad},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("LPAD", "STRING", lpad_signatures, 0,
                "The value made exactly that long: padded at the left, or cut at the right."),
    WEIR_SCALAR("RPAD", "STRING", rpad_signatures, 0,
                "The value made exactly that long: padded, or cut, at the right."),
};

WEIR_FAMILY(weir_functions_pad, functions);
