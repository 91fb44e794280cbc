/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/java_properties.h"

struct reader {
    const uint8_t *at, *end;
    uint32_t high_surrogate; /* of \uD83D\uDE00, until its second half is there */
};

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\f';
}

static bool is_line_end(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at)) {
        reader->at++;
    }
}

/* Behind the one that is at; \r\n is one line end. */
static void skip_line_end(struct reader *reader)
{
    if (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n') {
        reader->at++;
    }
    reader->at++;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    uint8_t letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static void append_utf8(struct weir_buffer *out, uint32_t code)
{
    static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    int following = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    weir_buffer_append_byte(out, (uint8_t)(leads[following] | (code >> (6 * following))));
    while (following-- > 0) {
        weir_buffer_append_byte(out, (uint8_t)(0x80 | ((code >> (6 * following)) & 0x3f)));
    }
}

/* A UTF-16 unit, as \uXXXX names them. */
static void append_unit(struct reader *reader, struct weir_buffer *out, uint32_t unit)
{
    bool is_low = unit >= 0xdc00 && unit < 0xe000;
    if (reader->high_surrogate && is_low) {
        append_utf8(out, 0x10000 + ((reader->high_surrogate - 0xd800) << 10) + (unit - 0xdc00));
        reader->high_surrogate = 0;
    } else if (unit >= 0xd800 && unit < 0xdc00) {
        reader->high_surrogate = unit;
    } else if (!is_low) {
        append_utf8(out, unit);
    }
}

/* What follows a backslash. */
static void append_escaped(struct reader *reader, struct weir_buffer *out)
{
    static const char letters[] = "tnrf", meanings[] = "\t\n\r\f";
    uint8_t byte = *reader->at++;
    const char *letter = byte ? strchr(letters, byte) : NULL;
    if (byte != 'u') {
        weir_buffer_append_byte(out, letter ? (uint8_t)meanings[letter - letters] : byte);
        return;
    }
    uint32_t unit = 0;
    for (int digits = 0; digits < 4 && reader->at < reader->end; digits++) {
        int digit = hex_digit(*reader->at);
        if (digit < 0) {
            break;
        }
        unit = unit * 16 + (uint32_t)digit;
        reader->at++;
    }
    append_unit(reader, out, unit);
}

/* Appends one byte or escape. False: the logical line has ended. A backslash before a line end
 * joins two lines. */
static bool append_next(struct reader *reader, struct weir_buffer *out)
{
    while (reader->at < reader->end && !is_line_end(*reader->at)) {
        if (*reader->at != '\\') {
            weir_buffer_append_byte(out, *reader->at++);
            return true;
        }
        if (++reader->at == reader->end) {
            return false;
        }
        if (!is_line_end(*reader->at)) {
            append_escaped(reader, out);
            return true;
        }
        skip_line_end(reader);
        skip_blanks(reader);
    }
    return false;
}

static bool at_separator(const struct reader *reader)
{
    return reader->at < reader->end &&
           (is_blank(*reader->at) || *reader->at == '=' || *reader->at == ':');
}

static void read_key(struct reader *reader, struct weir_buffer *key)
{
    weir_buffer_reset(key);
    while (!at_separator(reader) && append_next(reader, key)) {
    }
    skip_blanks(reader);
    if (at_separator(reader)) {
        reader->at++;
        skip_blanks(reader);
    }
}

static void skip_line(struct reader *reader)
{
    while (reader->at < reader->end && !is_line_end(*reader->at)) {
        reader->at++;
    }
}

/* Stands at the next key; false at the end. */
static bool next_entry(struct reader *reader)
{
    while (reader->at < reader->end) {
        uint8_t byte = *reader->at;
        if (byte == '#' || byte == '!') {
            skip_line(reader);
        } else if (is_blank(byte) || is_line_end(byte)) {
            reader->at++;
        } else {
            return true;
        }
    }
    return false;
}

bool weir_java_properties_find(struct weir_bytes text, struct weir_bytes key,
                               struct weir_buffer *value_out)
{
    struct reader reader = {.at = text.data, .end = text.data + text.len};
    weir_auto_buffer name, value;
    weir_buffer_init(&name, text.len + 1);
    weir_buffer_init(&value, text.len + 1);
    bool found = false;
    while (next_entry(&reader)) {
        read_key(&reader, &name);
        weir_buffer_reset(&value);
        while (append_next(&reader, &value)) {
        }
        if (weir_bytes_equal(weir_buffer_view(&name), key)) {
            weir_buffer_reset(value_out);
            weir_buffer_append_bytes(value_out, weir_buffer_view(&value));
            found = true;
        }
    }
    return found;
}
