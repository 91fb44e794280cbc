/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/utf8.h"

#include <locale.h>
#include <pthread.h>
#include <string.h>
#include <wctype.h>

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t weir_utf8_valid_length(const uint8_t *text, size_t length)
{
    if (length == 0) {
        return 0;
    }
    uint8_t lead = text[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4 || length < 2 || !is_continuation(text[1])) {
        return 0;
    }
    if (lead < 0xe0) {
        return 2;
    }
    if (length < 3 || !is_continuation(text[2])) {
        return 0;
    }
    if (lead < 0xf0) {
        bool overlong = lead == 0xe0 && text[1] < 0xa0, surrogate = lead == 0xed && text[1] >= 0xa0;
        return overlong || surrogate ? 0 : 3;
    }
    bool overlong = lead == 0xf0 && text[1] < 0x90, too_large = lead == 0xf4 && text[1] >= 0x90;
    return length < 4 || !is_continuation(text[3]) || overlong || too_large ? 0 : 4;
}

bool weir_utf8_is_ascii(struct weir_bytes text)
{
    size_t i = 0;
    for (; i + 8 <= text.len; i += 8) {
        uint64_t word;
        memcpy(&word, text.data + i, sizeof word);
        if ((word & 0x8080808080808080u) != 0) {
            return false;
        }
    }
    for (; i < text.len; i++) {
        if (text.data[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

bool weir_utf8_is_valid(struct weir_bytes text)
{
    if (weir_utf8_is_ascii(text)) {
        return true;
    }
    for (size_t i = 0; i < text.len;) {
        size_t length = weir_utf8_valid_length(text.data + i, text.len - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

size_t weir_utf8_put(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

uint32_t weir_utf8_get(const uint8_t *text, size_t length, size_t *length_out)
{
    size_t bytes = weir_utf8_valid_length(text, length);
    *length_out = bytes > 0 ? bytes : 1;
    switch (bytes) {
    case 1:
        return text[0];
    case 2:
        return (uint32_t)(text[0] & 0x1f) << 6 | (text[1] & 0x3f);
    case 3:
        return (uint32_t)(text[0] & 0x0f) << 12 | (uint32_t)(text[1] & 0x3f) << 6 |
               (text[2] & 0x3f);
    case 4:
        return (uint32_t)(text[0] & 0x07) << 18 | (uint32_t)(text[1] & 0x3f) << 12 |
               (uint32_t)(text[2] & 0x3f) << 6 | (text[3] & 0x3f);
    default:
        return 0xfffd;
    }
}

size_t weir_utf16_length(struct weir_bytes text)
{
    if (weir_utf8_is_ascii(text)) {
        return text.len;
    }
    size_t units = 0;
    for (size_t i = 0; i < text.len; i++) {
        units += !is_continuation(text.data[i]);
        units += text.data[i] >= 0xf0;
    }
    return units;
}

size_t weir_utf16_offset(struct weir_bytes text, size_t index)
{
    size_t units = 0, i = 0;
    while (i < text.len) {
        size_t width = text.data[i] >= 0xf0 ? 2 : 1;
        if (units + width > index) {
            return i;
        }
        units += width;
        do {
            i++;
        } while (i < text.len && is_continuation(text.data[i]));
    }
    return text.len;
}

struct weir_bytes weir_utf8_repair(struct weir_bytes bytes, struct weir_arena *arena)
{
    if (weir_utf8_is_valid(bytes)) {
        return bytes;
    }
    uint8_t *out = weir_arena_alloc(arena, bytes.len * 3 + 1);
    size_t length = 0;
    for (size_t i = 0; i < bytes.len;) {
        size_t valid = weir_utf8_valid_length(bytes.data + i, bytes.len - i);
        if (valid == 0) {
            length += weir_utf8_put(0xfffd, out + length);
            i++;
            continue;
        }
        memcpy(out + length, bytes.data + i, valid);
        length += valid;
        i += valid;
    }
    return (struct weir_bytes){out, length};
}

static locale_t unicode_locale;

static void open_locale(void)
{
    unicode_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* NULL when the machine has no C.UTF-8: then only ASCII has case. */
static locale_t unicode(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_locale);
    return unicode_locale;
}

uint32_t weir_unicode_upper(uint32_t code)
{
    if (code < 0x80) {
        return code >= 'a' && code <= 'z' ? code - 32 : code;
    }
    locale_t locale = unicode();
    return locale ? (uint32_t)towupper_l((wint_t)code, locale) : code;
}

uint32_t weir_unicode_lower(uint32_t code)
{
    if (code < 0x80) {
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    }
    locale_t locale = unicode();
    return locale ? (uint32_t)towlower_l((wint_t)code, locale) : code;
}

bool weir_unicode_is_letter(uint32_t code)
{
    if (code < 0x80) {
        return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
    }
    locale_t locale = unicode();
    return locale && iswalpha_l((wint_t)code, locale) != 0;
}

static bool has_case_to_change(struct weir_bytes text, bool upper)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte >= 0x80 || (upper ? byte >= 'a' && byte <= 'z' : byte >= 'A' && byte <= 'Z')) {
            return true;
        }
    }
    return false;
}

static struct weir_bytes change_case(struct weir_bytes text, bool upper, struct weir_arena *arena)
{
    if (!has_case_to_change(text, upper)) {
        return text;
    }
    /* A character of two bytes may become one of three (or, the sharp s, two letters). */
    uint8_t *out = weir_arena_alloc(arena, text.len * 2 + 4);
    size_t length = 0;
    for (size_t i = 0; i < text.len;) {
        size_t bytes;
        uint32_t code = weir_utf8_get(text.data + i, text.len - i, &bytes);
        if (upper && code == 0xdf) {
            out[length++] = 'S';
            out[length++] = 'S';
        } else {
            code = upper ? weir_unicode_upper(code) : weir_unicode_lower(code);
            length += weir_utf8_put(code, out + length);
        }
        i += bytes;
    }
    return (struct weir_bytes){out, length};
}

struct weir_bytes weir_text_upper(struct weir_bytes text, struct weir_arena *arena)
{
    return change_case(text, true, arena);
}

struct weir_bytes weir_text_lower(struct weir_bytes text, struct weir_arena *arena)
{
    return change_case(text, false, arena);
}
