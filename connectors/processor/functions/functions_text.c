/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, and BYTES where they do as well: joined, cut, changed in case. Positions count UTF-16
 * units, as Java's. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>

/* ---- CONCAT, CONCAT_WS ---- */

/* All values but NULLs, from `first` on. */
static bool join(struct weir_evaluation *evaluation, const struct weir_call *call,
                 const struct weir_value *arguments, size_t first, struct weir_bytes separator,
                 struct weir_value *result)
{
    size_t length = 0;
    for (size_t i = first; i < call->argument_count; i++) {
        length += arguments[i].length + separator.len;
    }
    if (length > WEIR_TEXT_BYTES_MAX) {
        return weir_evaluation_fail(evaluation, "the result would be too long");
    }
    uint8_t *text = weir_arena_alloc(evaluation->arena, length + 1), *at = text;
    bool any = false;
    for (size_t i = first; i < call->argument_count; i++) {
        if (weir_value_is_null(&arguments[i])) {
            continue;
        }
        if (any && separator.len > 0) {
            at = mempcpy(at, separator.data, separator.len);
        }
        at = arguments[i].length > 0 ? mempcpy(at, arguments[i].bytes, arguments[i].length) : at;
        any = true;
    }
    *result = (struct weir_value){
        .bytes = text, .length = (uint32_t)(at - text), .kind = (uint8_t)call->type->kind};
    return true;
}

WEIR_KERNEL(eval_concat)
{
    return join(evaluation, call, arguments, 0, WEIR_BYTES(""), result);
}

WEIR_KERNEL(eval_concat_ws)
{
    if (weir_value_is_null(&arguments[0])) {
        return weir_return_null(result);
    }
    return join(evaluation, call, arguments, 1, weir_text_of(&arguments[0]), result);
}

/* ---- LEN, SUBSTRING ---- */

static int64_t length_of(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_BYTES ? value->length
                                          : (int64_t)weir_utf16_length(weir_text_of(value));
}

WEIR_KERNEL(eval_len)
{
    return weir_return_integer(result, (int32_t)length_of(&arguments[0]));
}

/* The part from position start (from 0) up to end. */
static bool return_part(const struct weir_value *value, int64_t start, int64_t end,
                        struct weir_value *result)
{
    struct weir_bytes text = weir_text_of(value);
    size_t from = (size_t)start, to = (size_t)end;
    if (value->kind == WEIR_TYPE_STRING) {
        from = weir_utf16_offset(text, (size_t)start);
        to = from + weir_utf16_offset((struct weir_bytes){text.data + from, text.len - from},
                                      (size_t)(end - start));
    }
    *result = (struct weir_value){
        .bytes = text.data + from, .length = (uint32_t)(to - from), .kind = value->kind};
    return true;
}

static int64_t clamp(int64_t number, int64_t low, int64_t high)
{
    return number < low ? low : number > high ? high : number;
}

/* As it was before ksqlDB 5.1: start and end count from 0. */
static bool substring_legacy(struct weir_evaluation *evaluation, const struct weir_call *call,
                             const struct weir_value *arguments, struct weir_value *result)
{
    int64_t length = length_of(&arguments[0]), start = arguments[1].integer;
    int64_t end = call->argument_count == 3 ? arguments[2].integer : length;
    if (start < 0 || end > length || start > end) {
        return weir_evaluation_fail(evaluation, "SUBSTRING: index out of range");
    }
    return return_part(&arguments[0], start, end, result);
}

/* SUBSTRING(value, position[, length]): positions count from 1, negative ones from the end. */
WEIR_KERNEL(eval_substring)
{
    if (call->options && call->options->substring_legacy) {
        return substring_legacy(evaluation, call, arguments, result);
    }
    int64_t length = length_of(&arguments[0]), position = arguments[1].integer;
    int64_t start = clamp(position < 0 ? length + position : position - 1, 0, length);
    int64_t end = length;
    if (call->argument_count == 3) {
        end = clamp(start + arguments[2].integer, start, length);
    }
    return return_part(&arguments[0], start, end, result);
}

/* ---- cases, blanks ---- */

WEIR_KERNEL(eval_ucase)
{
    return weir_return_text(result,
                            weir_text_upper(weir_text_of(&arguments[0]), evaluation->arena));
}

WEIR_KERNEL(eval_lcase)
{
    return weir_return_text(result,
                            weir_text_lower(weir_text_of(&arguments[0]), evaluation->arena));
}

/* Java's trim: everything up to the blank. */
WEIR_KERNEL(eval_trim)
{
    struct weir_bytes text = weir_text_of(&arguments[0]);
    while (text.len > 0 && text.data[text.len - 1] <= ' ') {
        text.len--;
    }
    while (text.len > 0 && text.data[0] <= ' ') {
        text.data++;
        text.len--;
    }
    return weir_return_text(result, text);
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Blanks before the first word are dropped, as ksqlDB does. */
WEIR_KERNEL(eval_initcap)
{
    struct weir_bytes text = weir_text_lower(weir_text_of(&arguments[0]), evaluation->arena);
    while (text.len > 0 && is_space(text.data[0])) {
        text.data++;
        text.len--;
    }
    enum { GROWTH = 2 }; /* an upper case letter may take more bytes */
    uint8_t *out = weir_arena_alloc(evaluation->arena, GROWTH * text.len + 4), *at = out;
    bool begins = true;
    for (size_t i = 0, bytes; i < text.len; i += bytes) {
        uint32_t code = weir_utf8_get(text.data + i, text.len - i, &bytes);
        at += weir_utf8_put(begins ? weir_unicode_upper(code) : code, at);
        begins = is_space(text.data[i]);
    }
    return weir_return_text(result, (struct weir_bytes){out, (size_t)(at - out)});
}

/* ---- CHR ---- */

/* A lone surrogate has no UTF-8: '?', as Java writes it. */
static size_t put_character(uint32_t code, uint8_t *out)
{
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return weir_utf8_put(surrogate ? '?' : code, out);
}

enum { CHARACTER_BYTES_MAX = 4, ESCAPE_BYTES = 6 };

WEIR_KERNEL(eval_chr)
{
    int32_t code = arguments[0].integer;
    if (code < 0 || code > 0x10ffff) {
        return weir_return_null(result);
    }
    uint8_t *out = weir_arena_alloc(evaluation->arena, CHARACTER_BYTES_MAX);
    return weir_return_text(result, (struct weir_bytes){out, put_character((uint32_t)code, out)});
}

/* The unit that the \uXXXX at text says; -1: it is none. */
static int32_t escaped_unit(struct weir_bytes text)
{
    if (text.len < ESCAPE_BYTES || text.data[0] != '\\' || text.data[1] != 'u') {
        return -1;
    }
    int32_t unit = 0;
    for (size_t i = 2; i < ESCAPE_BYTES; i++) {
        uint8_t letter = text.data[i] | 0x20;
        int32_t digit = text.data[i] >= '0' && text.data[i] <= '9' ? text.data[i] - '0'
                        : letter >= 'a' && letter <= 'f'           ? letter - 'a' + 10
                                                                   : -1;
        if (digit < 0) {
            return -1;
        }
        unit = unit << 4 | digit;
    }
    return unit;
}

static struct weir_bytes skip(struct weir_bytes text, size_t bytes)
{
    return (struct weir_bytes){text.data + bytes, text.len - bytes};
}

/* Of \uXXXX and what follows it. */
WEIR_KERNEL(eval_chr_escape)
{
    struct weir_bytes text = weir_text_of(&arguments[0]);
    if (escaped_unit(text) < 0) {
        return weir_return_null(result);
    }
    uint8_t *out = weir_arena_alloc(evaluation->arena, text.len + 1), *at = out;
    while (text.len > 0) {
        int32_t unit = escaped_unit(text);
        if (unit < 0) {
            *at++ = text.data[0];
            text = skip(text, 1);
            continue;
        }
        text = skip(text, ESCAPE_BYTES);
        int32_t low = unit >= 0xd800 && unit < 0xdc00 ? escaped_unit(text) : -1;
        if (low >= 0xdc00 && low < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00));
            text = skip(text, ESCAPE_BYTES);
        }
        at += put_character((uint32_t)unit, at);
    }
    return weir_return_text(result, (struct weir_bytes){out, (size_t)(at - out)});
}

static const struct weir_signature concat_signatures[] = {
    {.text = "(STRING... parts) STRING", .scalar = eval_concat},
    {.text = "(BYTES... parts) BYTES", .scalar = eval_concat},
};
static const struct weir_signature concat_ws_signatures[] = {
    {.text = "(STRING separator, STRING... parts) STRING", .scalar = eval_concat_ws},
    {.text = "(BYTES separator, BYTES... parts) BYTES", .scalar = eval_concat_ws},
};
static const struct weir_signature len_signatures[] = {
    {.text = "(STRING text) INTEGER", .scalar = eval_len},
    {.text = "(BYTES bytes) INTEGER", .scalar = eval_len},
};
static const struct weir_signature substring_signatures[] = {
    {.text = "(STRING text, INTEGER position) STRING", .scalar = eval_substring},
    {.text = "(STRING text, INTEGER position, INTEGER length) STRING", .scalar = eval_substring},
    {.text = "(BYTES bytes, INTEGER position) BYTES", .scalar = eval_substring},
    {.text = "(BYTES bytes, INTEGER position, INTEGER length) BYTES", .scalar = eval_substring},
};
static const struct weir_signature ucase_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_ucase}};
static const struct weir_signature lcase_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_lcase}};
static const struct weir_signature trim_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_trim}};
static const struct weir_signature initcap_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_initcap}};
static const struct weir_signature chr_signatures[] = {
    {.text = "(INTEGER code) STRING", .scalar = eval_chr},
    {.text = "(STRING escape) STRING", .scalar = eval_chr_escape},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("CONCAT", "STRING", concat_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "All values in a row; NULL counts as nothing."),
    WEIR_SCALAR("CONCAT_WS", "STRING", concat_ws_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "All values that are not NULL, with the separator between them."),
    WEIR_SCALAR("LEN", "STRING", len_signatures, 0, "The number of characters, or of bytes."),
    WEIR_SCALAR("SUBSTRING", "STRING", substring_signatures, 0,
                "The part from a position (from 1; negative: from the end) of a length."),
    WEIR_SCALAR("UCASE", "STRING", ucase_signatures, 0, "The text in upper case."),
    WEIR_SCALAR("LCASE", "STRING", lcase_signatures, 0, "The text in lower case."),
    WEIR_SCALAR("TRIM", "STRING", trim_signatures, 0, "The text without blanks at its ends."),
    WEIR_SCALAR("INITCAP", "STRING", initcap_signatures, 0,
                "The text with the first letter of each word in upper case, all others in lower."),
    WEIR_SCALAR("CHR", "STRING", chr_signatures, 0,
                "The character of a code, or of a text such as '\\u004b'."),
};

WEIR_FAMILY(weir_functions_text, functions);
