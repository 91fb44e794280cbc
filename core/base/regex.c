/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/regex.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    STEPS_MAX = 1000000,
    HEAP_KIB_MAX = 16384,
    DEPTH_MAX = 10000,
    PATTERN_BYTES_MAX = 65536,
};

struct weir_regex {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
    uint32_t group_count;
};

static bool is_hex(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/* Java's \uXXXX is \x{XXXX} here. */
static void translate(struct weir_bytes pattern, struct weir_buffer *out)
{
    for (size_t i = 0; i < pattern.len; i++) {
        const uint8_t *at = pattern.data + i;
        if (*at != '\\' || i + 1 == pattern.len) {
            weir_buffer_append_byte(out, *at);
            continue;
        }
        bool unit = i + 5 < pattern.len && at[1] == 'u' && is_hex(at[2]) && is_hex(at[3]) &&
                    is_hex(at[4]) && is_hex(at[5]);
        if (unit) {
            weir_buffer_append_format(out, "\\x{%.4s}", (const char *)at + 2);
            i += 5;
        } else {
            weir_buffer_append(out, at, 2);
            i++;
        }
    }
}

static pcre2_code *compile(struct weir_bytes pattern, struct weir_error *err)
{
    int code;
    PCRE2_SIZE offset;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *compiled =
        pcre2_compile(pattern.data, pattern.len, PCRE2_UTF, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (!compiled) {
        PCRE2_UCHAR message[120];
        pcre2_get_error_message(code, message, sizeof message);
        weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                  "Invalid regular expression pattern: %s", (const char *)message);
    }
    return compiled;
}

struct weir_regex *weir_regex_create(struct weir_bytes pattern, struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, PATTERN_BYTES_MAX);
    translate(pattern, &text);
    if (text.overflow) {
        weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                  "The regular expression is too long");
        return NULL;
    }
    pcre2_code *code =
        compile((struct weir_bytes){(const uint8_t *)weir_buffer_text(&text), text.len}, err);
    if (!code) {
        return NULL;
    }
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where it cannot, matching is only slower */
    struct weir_regex *regex = weir_alloc(sizeof *regex);
    *regex = (struct weir_regex){.code = code,
                                 .match = pcre2_match_data_create_from_pattern(code, NULL),
                                 .limits = pcre2_match_context_create(NULL)};
    weir_assert(regex->match && regex->limits);
    pcre2_set_match_limit(regex->limits, STEPS_MAX);
    pcre2_set_heap_limit(regex->limits, HEAP_KIB_MAX);
    pcre2_set_depth_limit(regex->limits, DEPTH_MAX);
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &regex->group_count);
    return regex;
}

struct weir_regex *weir_regex_create_whole(const char *pattern, struct weir_error *err)
{
    weir_autofree char *whole = weir_format("\\A(?:%s)\\z", pattern);
    return weir_regex_create(weir_bytes_of(whole), err);
}

void weir_regex_destroy(struct weir_regex *regex)
{
    if (regex) {
        pcre2_match_context_free(regex->limits);
        pcre2_match_data_free(regex->match);
        pcre2_code_free(regex->code);
        weir_free(regex);
    }
}

size_t weir_regex_group_count(const struct weir_regex *regex)
{
    return regex->group_count;
}

bool weir_regex_group_number(const struct weir_regex *regex, const char *name, size_t *number_out)
{
    int number = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)name);
    *number_out = number > 0 ? (size_t)number : 0;
    return number > 0;
}

enum weir_regex_result weir_regex_find(struct weir_regex *regex, struct weir_bytes text,
                                       size_t from)
{
    const uint8_t *data = text.data ? text.data : (const uint8_t *)"";
    int count = pcre2_match(regex->code, data, text.len, from, 0, regex->match, regex->limits);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) {
        count = pcre2_match(regex->code, data, text.len, from, PCRE2_NO_JIT, regex->match,
                            regex->limits);
    }
    return count == PCRE2_ERROR_NOMATCH ? WEIR_REGEX_NONE
           : count < 0                  ? WEIR_REGEX_FAILED
                                        : WEIR_REGEX_FOUND;
}

bool weir_regex_group(const struct weir_regex *regex, size_t number, size_t *start_out,
                      size_t *end_out)
{
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(regex->match);
    *start_out = places[2 * number];
    *end_out = places[2 * number + 1];
    /* \K may put a start behind its end. */
    return *start_out != PCRE2_UNSET && *start_out <= *end_out;
}
