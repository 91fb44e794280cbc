/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/json_valid.h"

enum { DEPTH_MAX = 512 };

struct reader {
    const uint8_t *at, *end;
    int depth;
};

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\r' || *reader->at == '\t')) {
        reader->at++;
    }
}

static bool take(struct reader *reader, uint8_t byte)
{
    bool there = reader->at < reader->end && *reader->at == byte;
    reader->at += there;
    return there;
}

static bool take_word(struct reader *reader, struct weir_bytes word)
{
    bool there = (size_t)(reader->end - reader->at) >= word.len &&
                 memcmp(reader->at, word.data, word.len) == 0;
    reader->at += there ? word.len : 0;
    return there;
}

static bool is_hex(uint8_t byte)
{
    uint8_t letter = byte | 0x20;
    return (byte >= '0' && byte <= '9') || (letter >= 'a' && letter <= 'f');
}

/* Behind the backslash. */
static bool take_escape(struct reader *reader)
{
    if (reader->at == reader->end) {
        return false;
    }
    uint8_t letter = *reader->at++;
    if (letter != 'u') {
        return letter && strchr("\"\\/bfnrt", letter);
    }
    for (int i = 0; i < 4; i++) {
        if (reader->at == reader->end || !is_hex(*reader->at++)) {
            return false;
        }
    }
    return true;
}

/* Behind the opening quote. */
static bool take_text(struct reader *reader)
{
    while (reader->at < reader->end) {
        uint8_t byte = *reader->at++;
        if (byte == '"') {
            return true;
        }
        if (byte < 0x20 || (byte == '\\' && !take_escape(reader))) {
            return false;
        }
    }
    return false;
}

static bool take_digits(struct reader *reader)
{
    const uint8_t *first = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        reader->at++;
    }
    return reader->at > first;
}

static bool take_number(struct reader *reader)
{
    take(reader, '-');
    if (!take(reader, '0') && !take_digits(reader)) {
        return false;
    }
    if (take(reader, '.') && !take_digits(reader)) {
        return false;
    }
    if (take(reader, 'e') || take(reader, 'E')) {
        if (!take(reader, '+')) {
            take(reader, '-');
        }
        return take_digits(reader);
    }
    return true;
}

static bool take_value(struct reader *reader);

static bool take_member(struct reader *reader)
{
    skip_blanks(reader);
    if (!take(reader, '"') || !take_text(reader)) {
        return false;
    }
    skip_blanks(reader);
    return take(reader, ':') && take_value(reader);
}

/* Behind the opening brace or bracket. */
static bool take_list(struct reader *reader, uint8_t close, bool (*take_one)(struct reader *reader))
{
    if (++reader->depth > DEPTH_MAX) {
        return false;
    }
    skip_blanks(reader);
    bool more = !take(reader, close);
    while (more) {
        if (!take_one(reader)) {
            return false;
        }
        skip_blanks(reader);
        more = take(reader, ',');
        if (!more && !take(reader, close)) {
            return false;
        }
    }
    reader->depth--;
    return true;
}

static bool take_value(struct reader *reader)
{
    skip_blanks(reader);
    if (reader->at == reader->end) {
        return false;
    }
    switch (*reader->at) {
    case '{':
        reader->at++;
        return take_list(reader, '}', take_member);
    case '[':
        reader->at++;
        return take_list(reader, ']', take_value);
    case '"':
        reader->at++;
        return take_text(reader);
    case 't':
        return take_word(reader, WEIR_BYTES("true"));
    case 'f':
        return take_word(reader, WEIR_BYTES("false"));
    case 'n':
        return take_word(reader, WEIR_BYTES("null"));
    default:
        return take_number(reader);
    }
}

bool weir_json_valid(struct weir_bytes text)
{
    struct reader reader = {text.data, text.data + text.len, 0};
    if (!take_value(&reader)) {
        return false;
    }
    skip_blanks(&reader);
    return reader.at == reader.end;
}
