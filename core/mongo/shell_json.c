/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/shell_json.h"

#include "core/mongo/bson_view.h"

#include <string.h>

enum { ARGUMENT_COUNT_MAX = 2 };

struct rewriter {
    const uint8_t *at, *end;
    struct weir_buffer *out;
    int depth;
};

static bool value(struct rewriter *self);

static void put(struct rewriter *self, const char *text)
{
    weir_buffer_append_text(self->out, text);
}

static void skip_blanks(struct rewriter *self)
{
    while (self->at < self->end && memchr(" \t\r\n", *self->at, 4)) {
        self->at++;
    }
}

static bool next_is(struct rewriter *self, char letter)
{
    skip_blanks(self);
    return self->at < self->end && *self->at == (uint8_t)letter;
}

static bool take(struct rewriter *self, char letter)
{
    bool there = next_is(self, letter);
    self->at += there;
    return there;
}

static bool is_number_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' || byte == '.';
}

static bool is_word_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '$';
}

/* Letters, digits, _ and $. */
static struct weir_bytes take_word(struct rewriter *self)
{
    skip_blanks(self);
    const uint8_t *start = self->at;
    while (self->at < self->end && is_word_byte(*self->at)) {
        self->at++;
    }
    return (struct weir_bytes){start, (size_t)(self->at - start)};
}

static bool is_word(struct weir_bytes word, const char *text)
{
    return weir_bytes_equal(word, weir_bytes_of(text));
}

/* A byte inside a string, escaped where JSON wants it. */
static void put_byte(struct rewriter *self, uint8_t byte)
{
    if (byte == '"' || byte == '\\') {
        weir_buffer_append_byte(self->out, '\\');
    }
    if (byte < 0x20) {
        weir_buffer_append_format(self->out, "\\u%04x", byte);
    } else {
        weir_buffer_append_byte(self->out, byte);
    }
}

/* The content of a string in either kind of quotes, without quotes. */
static bool string_content(struct rewriter *self)
{
    uint8_t quote = *self->at++;
    while (self->at < self->end && *self->at != quote) {
        uint8_t byte = *self->at++;
        if (byte != '\\') {
            put_byte(self, byte);
        } else if (self->at == self->end) {
            return false;
        } else if (*self->at == '\'') {
            put_byte(self, *self->at++);
        } else {
            weir_buffer_append_byte(self->out, '\\');
            weir_buffer_append_byte(self->out, *self->at++);
        }
    }
    return self->at++ < self->end;
}

static bool is_quote(struct rewriter *self)
{
    return next_is(self, '"') || next_is(self, '\'');
}

static bool string(struct rewriter *self)
{
    put(self, "\"");
    bool good = string_content(self);
    put(self, "\"");
    return good;
}

/* /pattern/options */
static bool regex(struct rewriter *self)
{
    self->at++;
    put(self, "{\"$regularExpression\": {\"pattern\": \"");
    while (self->at < self->end && *self->at != '/') {
        if (*self->at == '\\' && self->at + 1 < self->end) {
            put_byte(self, *self->at++);
        }
        put_byte(self, *self->at++);
    }
    if (self->at++ >= self->end) {
        return false;
    }
    put(self, "\", \"options\": \"");
    weir_buffer_append_bytes(self->out, self->at < self->end ? take_word(self) : WEIR_BYTES(""));
    put(self, "\"}}");
    return true;
}

/* Digits, sign, point and exponent as they are; -Infinity too. */
static bool number(struct rewriter *self)
{
    const uint8_t *start = self->at;
    while (self->at < self->end && (is_word_byte(*self->at) || is_number_byte(*self->at))) {
        self->at++;
    }
    struct weir_bytes text = {start, (size_t)(self->at - start)};
    if (is_word(text, "-Infinity")) {
        put(self, "{\"$numberDouble\": \"-Infinity\"}");
    } else {
        weir_buffer_append_bytes(self->out, text);
    }
    return text.len > 0;
}

/* ---- ISODate("...") and its kind ---- */

struct arguments {
    struct weir_bytes texts
        [ARGUMENT_COUNT_MAX]; /* content of a string, or a number, escaped as JSON; in a buffer */
    bool is_number[ARGUMENT_COUNT_MAX];
    size_t count;
};

static bool argument(struct rewriter *self)
{
    return is_quote(self) ? string_content(self) : number(self);
}

/* (a, b) into arguments, whose texts lie in buffer. */
static bool take_arguments(struct rewriter *self, struct weir_buffer *buffer,
                           struct arguments *arguments)
{
    size_t ends[ARGUMENT_COUNT_MAX] = {0};
    struct rewriter inner = *self;
    inner.out = buffer;
    bool good = take(&inner, '(') &&
                weir_buffer_reserve(buffer, 1); /* so that an empty argument has a place */
    while (good && !take(&inner, ')')) {
        good =
            arguments->count < ARGUMENT_COUNT_MAX && (arguments->count == 0 || take(&inner, ','));
        if (good) {
            arguments->is_number[arguments->count] = !is_quote(&inner);
            good = argument(&inner);
            ends[arguments->count++] = buffer->len;
        }
    }
    for (size_t index = 0; index < arguments->count; index++) {
        size_t start = index == 0 ? 0 : ends[index - 1];
        arguments->texts[index] = (struct weir_bytes){buffer->data + start, ends[index] - start};
    }
    self->at = inner.at;
    return good && !buffer->overflow;
}

/* What a call stands for: 0 and 1 between @ signs are its arguments; @x is the first as two
 * hexadecimal digits. */
static const struct function {
    const char *name;
    size_t argument_count;
    const char *of_text, *of_number; /* by the kind of the first argument; NULL = not taken */
} functions[] = {
    {"ISODate", 1, "{\"$date\": \"@0\"}", "{\"$date\": {\"$numberLong\": \"@0\"}}"},
    {"Date", 1, "{\"$date\": \"@0\"}", "{\"$date\": {\"$numberLong\": \"@0\"}}"},
    {"NumberLong", 1, "{\"$numberLong\": \"@0\"}", "{\"$numberLong\": \"@0\"}"},
    {"NumberInt", 1, "{\"$numberInt\": \"@0\"}", "{\"$numberInt\": \"@0\"}"},
    {"NumberDecimal", 1, "{\"$numberDecimal\": \"@0\"}", "{\"$numberDecimal\": \"@0\"}"},
    {"ObjectId", 1, "{\"$oid\": \"@0\"}", NULL},
    {"UUID", 1, "{\"$uuid\": \"@0\"}", NULL},
    {"Timestamp", 2, NULL, "{\"$timestamp\": {\"t\": @0, \"i\": @1}}"},
    {"BinData", 2, NULL, "{\"$binary\": {\"base64\": \"@1\", \"subType\": \"@x\"}}"},
    {"RegExp", 2, "{\"$regularExpression\": {\"pattern\": \"@0\", \"options\": \"@1\"}}", NULL},
    {"RegExp", 1, "{\"$regularExpression\": {\"pattern\": \"@0\", \"options\": \"\"}}", NULL},
    {"MinKey", 0, "{\"$minKey\": 1}", NULL},
    {"MaxKey", 0, "{\"$maxKey\": 1}", NULL},
};

static void put_hex(struct rewriter *self, struct weir_bytes digits)
{
    unsigned int number = 0;
    for (size_t index = 0; index < digits.len && number < 256; index++) {
        number = number * 10 + (unsigned int)(digits.data[index] - '0');
    }
    weir_buffer_append_format(self->out, "%02x", number);
}

static bool fill(struct rewriter *self, const char *template, const struct arguments *arguments)
{
    for (; template && *template; template ++) {
        if (*template != '@') {
            weir_buffer_append_byte(self->out, (uint8_t) * template);
        } else if (*++template == 'x') {
            put_hex(self, arguments->texts[0]);
        } else {
            weir_buffer_append_bytes(self->out, arguments->texts[*template - '0']);
        }
    }
    return template != NULL;
}

static bool call(struct rewriter *self, struct weir_bytes name)
{
    struct arguments arguments = {0};
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, self->out->bytes_max);
    bool bare = is_word(name, "MinKey") || is_word(name, "MaxKey");
    if (!(bare && !next_is(self, '(')) && !take_arguments(self, &buffer, &arguments)) {
        return false;
    }
    for (size_t index = 0; index < sizeof(functions) / sizeof(functions[0]); index++) {
        const struct function *function = &functions[index];
        if (is_word(name, function->name) && function->argument_count == arguments.count) {
            return fill(self, arguments.is_number[0] ? function->of_number : function->of_text,
                        &arguments);
        }
    }
    return false;
}

static bool word(struct rewriter *self)
{
    struct weir_bytes name = take_word(self);
    if (is_word(name, "true") || is_word(name, "false") || is_word(name, "null")) {
        weir_buffer_append_bytes(self->out, name);
        return true;
    }
    if (is_word(name, "NaN") || is_word(name, "Infinity")) {
        weir_buffer_append_format(self->out, "{\"$numberDouble\": \"%.*s\"}", (int)name.len,
                                  (const char *)name.data);
        return true;
    }
    if (is_word(name, "undefined")) {
        put(self, "{\"$undefined\": true}");
        return true;
    }
    return call(self, is_word(name, "new") ? take_word(self) : name);
}

/* ---- values ---- */

static bool member(struct rewriter *self)
{
    if (is_quote(self)) {
        if (!string(self)) {
            return false;
        }
    } else {
        struct weir_bytes name = take_word(self);
        weir_buffer_append_byte(self->out, '"');
        weir_buffer_append_bytes(self->out, name);
        weir_buffer_append_byte(self->out, '"');
        if (name.len == 0) {
            return false;
        }
    }
    put(self, ": ");
    return take(self, ':') && value(self);
}

/* Members of an object or items of an array; commas may be missing, or follow the last. */
static bool items(struct rewriter *self, char close, bool (*one)(struct rewriter *self))
{
    weir_buffer_append_byte(self->out, *self->at++);
    const char *separator = "";
    while (!take(self, close)) {
        put(self, separator);
        if (self->at == self->end || !one(self)) {
            return false;
        }
        take(self, ',');
        separator = ", ";
    }
    weir_buffer_append_byte(self->out, (uint8_t)close);
    return true;
}

static bool nested(struct rewriter *self)
{
    if (++self->depth > WEIR_BSON_DEPTH_MAX) {
        return false;
    }
    bool good = next_is(self, '{') ? items(self, '}', member) : items(self, ']', value);
    self->depth--;
    return good;
}

static bool value(struct rewriter *self)
{
    if (next_is(self, '{') || next_is(self, '[')) {
        return nested(self);
    }
    if (is_quote(self)) {
        return string(self);
    }
    if (next_is(self, '/')) {
        return regex(self);
    }
    return self->at < self->end && is_number_byte(*self->at) ? number(self) : word(self);
}

bool weir_shell_json_rewrite(struct weir_bytes text, struct weir_buffer *out)
{
    struct rewriter self = {.at = text.data, .end = text.data + text.len, .out = out};
    size_t start = out->len;
    bool good = !weir_bytes_is_null(text) && value(&self);
    skip_blanks(&self);
    if (good && self.at == self.end && !out->overflow) {
        return true;
    }
    out->len = start;
    out->overflow = false;
    return false;
}
