/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/like.h"

#include "connectors/processor/values/utf8.h"

enum token { TOKEN_END, TOKEN_CHARACTER, TOKEN_ANY_TEXT, TOKEN_ANY_CHARACTER, TOKEN_BAD };

struct scan {
    struct weir_bytes bytes;
    size_t at;
};

static uint32_t next_character(struct scan *scan)
{
    size_t length;
    uint32_t code = weir_utf8_get(scan->bytes.data + scan->at, scan->bytes.len - scan->at, &length);
    scan->at += length;
    return code;
}

static enum token next_token(struct scan *pattern, uint32_t escape, uint32_t *character_out)
{
    if (pattern->at == pattern->bytes.len) {
        return TOKEN_END;
    }
    uint32_t character = next_character(pattern);
    if (escape != 0 && character == escape) {
        if (pattern->at == pattern->bytes.len) {
            return TOKEN_BAD;
        }
        *character_out = next_character(pattern);
        return TOKEN_CHARACTER;
    }
    *character_out = character;
    return character == '%'   ? TOKEN_ANY_TEXT
           : character == '_' ? TOKEN_ANY_CHARACTER
                              : TOKEN_CHARACTER;
}

static bool is_line_end(uint32_t code)
{
    return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

static bool ends_with_escape(struct weir_bytes pattern, uint32_t escape)
{
    struct scan scan = {pattern, 0};
    uint32_t character;
    for (;;) {
        enum token token = next_token(&scan, escape, &character);
        if (token == TOKEN_END || token == TOKEN_BAD) {
            return token == TOKEN_BAD;
        }
    }
}

/* Goes back to the last % only: linear in practice, never exponential. */
static bool match(struct weir_bytes text_bytes, struct weir_bytes pattern_bytes, uint32_t escape)
{
    struct scan text = {text_bytes, 0}, pattern = {pattern_bytes, 0};
    struct scan text_mark = text, pattern_mark = pattern;
    bool marked = false;
    for (;;) {
        uint32_t wanted = 0;
        struct scan before = text;
        enum token token = next_token(&pattern, escape, &wanted);
        bool at_end = text.at == text.bytes.len;
        if (token == TOKEN_ANY_TEXT) {
            text_mark = text;
            pattern_mark = pattern;
            marked = true;
            continue;
        }
        if (token == TOKEN_END && at_end) {
            return true;
        }
        if (token != TOKEN_END && !at_end) {
            uint32_t character = next_character(&text);
            if (token == TOKEN_CHARACTER ? character == wanted : !is_line_end(character)) {
                continue;
            }
            text = before;
        }
        if (!marked || text_mark.at == text_mark.bytes.len ||
            is_line_end(next_character(&text_mark))) {
            return false;
        }
        text = text_mark;
        pattern = pattern_mark;
    }
}

bool weir_like(struct weir_bytes text, struct weir_bytes pattern, const char *escape,
               bool *matches_out)
{
    uint32_t escape_code = 0;
    if (escape && escape[0] != '\0') {
        struct scan scan = {weir_bytes_of(escape), 0};
        escape_code = next_character(&scan);
        if (ends_with_escape(pattern, escape_code)) {
            return false;
        }
    }
    *matches_out = match(text, pattern, escape_code);
    return true;
}
