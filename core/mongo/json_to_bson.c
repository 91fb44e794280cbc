/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/json_to_bson.h"

#include "core/mongo/bson_builder.h"
#include "core/mongo/json_number.h"
#include "core/mongo/utf8.h"

struct reader {
    const uint8_t *at, *end;
    struct weir_buffer *out;
    const char *problem; /* set once, by who first fails */
    int depth;
};

static bool fail(struct reader *reader, const char *problem)
{
    reader->problem = problem;
    return false;
}

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\r' || *reader->at == '\t')) {
        reader->at++;
    }
}

static bool take(struct reader *reader, uint8_t byte)
{
    if (reader->at < reader->end && *reader->at == byte) {
        reader->at++;
        return true;
    }
    return false;
}

static bool take_word(struct reader *reader, struct weir_bytes word)
{
    if ((size_t)(reader->end - reader->at) < word.len ||
        memcmp(reader->at, word.data, word.len) != 0) {
        return false;
    }
    reader->at += word.len;
    return true;
}

/* Bytes that stand for themselves in a string, up to the next quote, backslash or control
 * character. */
static bool copy_plain(struct reader *reader)
{
    const uint8_t *first = reader->at;
    uint8_t seen = 0;
    while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\\' &&
           *reader->at >= 0x20) {
        seen |= *reader->at++;
    }
    struct weir_bytes plain = {first, (size_t)(reader->at - first)};
    weir_buffer_append_bytes(reader->out, plain);
    return !(seen & 0x80) || weir_utf8_valid(plain) || fail(reader, "text is not UTF-8");
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    uint8_t letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* The four digits behind \u; -1 = not four. */
static int32_t take_hex(struct reader *reader)
{
    int32_t unit = 0;
    if (reader->end - reader->at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(reader->at[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    reader->at += 4;
    return unit;
}

static void put_code_point(struct weir_buffer *out, uint32_t code)
{
    uint8_t bytes[4];
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = count; i-- > 1;) {
        bytes[i] = (uint8_t)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    bytes[0] = (uint8_t)(leads[count] | code);
    weir_buffer_append(out, bytes, count);
}

/* Behind \u. Half of a surrogate pair becomes U+FFFD: BSON text is UTF-8, which has no halves. */
static bool read_unicode_escape(struct reader *reader)
{
    int32_t unit = take_hex(reader);
    if (unit < 0) {
        return fail(reader, "bad \\u escape");
    }
    uint32_t code = (uint32_t)unit;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
        code = 0xFFFD;
        const uint8_t *behind = reader->at;
        int32_t low = unit < 0xDC00 && take_word(reader, WEIR_BYTES("\\u")) ? take_hex(reader) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            code = 0x10000 + (((uint32_t)unit - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
        } else {
            reader->at = behind;
        }
    }
    put_code_point(reader->out, code);
    return true;
}

static bool read_escape(struct reader *reader)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (reader->at == reader->end) {
        return fail(reader, "text does not end");
    }
    uint8_t letter = *reader->at++;
    if (letter == 'u') {
        return read_unicode_escape(reader);
    }
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (!found) {
        return fail(reader, "unknown escape");
    }
    weir_buffer_append_byte(reader->out, (uint8_t)meanings[found - letters]);
    return true;
}

/* Behind the opening quote; appends the text, without a zero at its end. */
static bool read_text(struct reader *reader)
{
    while (copy_plain(reader)) {
        if (take(reader, '"')) {
            return true;
        }
        if (!take(reader, '\\')) {
            return fail(reader, reader->at < reader->end ? "control character in text"
                                                         : "text does not end");
        }
        if (!read_escape(reader)) {
            return false;
        }
    }
    return false;
}

static bool read_string_value(struct reader *reader)
{
    size_t length_at = reader->out->len;
    weir_bson_put_int32(reader->out, 0);
    if (!read_text(reader)) {
        return false;
    }
    /* A string's length word counts its zero but not itself. */
    struct weir_buffer *out = reader->out;
    weir_buffer_append_byte(out, 0);
    if (!out->overflow) {
        uint32_t bytes = (uint32_t)(out->len - length_at - 4);
        for (size_t i = 0; i < 4; i++) {
            out->data[length_at + i] = (uint8_t)(bytes >> (8 * i));
        }
    }
    return true;
}

/* The type byte stands in front of the name and is known only now. */
static void set_type(struct reader *reader, size_t type_at, uint8_t type)
{
    if (!reader->out->overflow) {
        reader->out->data[type_at] = type;
    }
}

static bool read_number(struct reader *reader, size_t type_at)
{
    struct weir_json_number number;
    const uint8_t *behind = weir_json_number_read(reader->at, reader->end, &number);
    if (!behind) {
        return fail(reader, "not a value");
    }
    reader->at = behind;
    int64_t bits = number.integer;
    if (!number.is_integer) {
        memcpy(&bits, &number.real, sizeof(bits));
    }
    set_type(reader, type_at, number.is_integer ? WEIR_BSON_INT64 : WEIR_BSON_DOUBLE);
    weir_bson_put_int64(reader->out, bits);
    return true;
}

static bool read_boolean(struct reader *reader, struct weir_bytes word, size_t type_at)
{
    set_type(reader, type_at, WEIR_BSON_BOOLEAN);
    weir_buffer_append_byte(reader->out, word.data[0] == 't');
    return take_word(reader, word) || fail(reader, "not a value");
}

static bool read_object(struct reader *reader);
static bool read_array(struct reader *reader);

static bool read_nested(struct reader *reader, bool (*read)(struct reader *reader))
{
    reader->at++;
    if (++reader->depth > WEIR_BSON_DEPTH_MAX) {
        return fail(reader, "nested too deep");
    }
    bool good = read(reader);
    reader->depth--;
    return good;
}

static bool read_value(struct reader *reader, size_t type_at)
{
    skip_blanks(reader);
    if (reader->at == reader->end) {
        return fail(reader, "a value is missing");
    }
    switch (*reader->at) {
    case '"':
        reader->at++;
        set_type(reader, type_at, WEIR_BSON_STRING);
        return read_string_value(reader);
    case '{':
        set_type(reader, type_at, WEIR_BSON_DOCUMENT);
        return read_nested(reader, read_object);
    case '[':
        set_type(reader, type_at, WEIR_BSON_ARRAY);
        return read_nested(reader, read_array);
    case 't':
        return read_boolean(reader, WEIR_BYTES("true"), type_at);
    case 'f':
        return read_boolean(reader, WEIR_BYTES("false"), type_at);
    case 'n':
        set_type(reader, type_at, WEIR_BSON_NULL);
        return take_word(reader, WEIR_BYTES("null")) || fail(reader, "not a value");
    default:
        return read_number(reader, type_at);
    }
}

/* The elements written so far of an object, to find a name that comes again. */
struct names {
    size_t start;    /* of the object */
    uint64_t filter; /* one bit for each name's hash: mostly says "new" without looking */
};

static void drop_bytes(struct weir_buffer *out, size_t first, size_t behind)
{
    memmove(out->data + first, out->data + behind, out->len - behind);
    out->len -= behind - first;
}

/* Removes an earlier element of the name that was written last, at element_at. Returns where it
 * stands then. */
static size_t drop_earlier(struct reader *reader, const struct names *names, size_t element_at)
{
    struct weir_buffer *out = reader->out;
    struct weir_bytes name = {out->data + element_at + 1, out->len - element_at - 2};
    struct weir_bson_iterator iterator = {out->data + names->start + 4, out->data + element_at,
                                          false};
    const uint8_t *element_start = iterator.at;
    struct weir_bson_element element;
    while (weir_bson_next(&iterator, &element)) {
        if (weir_bytes_equal(element.name, name)) {
            size_t bytes = (size_t)(iterator.at - element_start);
            size_t first = (size_t)(element_start - out->data);
            drop_bytes(out, first, first + bytes);
            return element_at - bytes;
        }
        element_start = iterator.at;
    }
    return element_at;
}

static uint64_t name_bit(const uint8_t *name, size_t len)
{
    if (len == 0) {
        return 1;
    }
    size_t mixed = len * 31 + name[0] * 7U + name[len / 2] * 13U + name[len - 1] * 3U;
    return 1ULL << (mixed % 64);
}

/* Behind the opening quote. Writes a type byte to be set later and the name; type_at_out says
 * where. */
static bool read_name(struct reader *reader, struct names *names, size_t *type_at_out)
{
    struct weir_buffer *out = reader->out;
    size_t element_at = out->len;
    weir_buffer_append_byte(out, 0);
    if (!read_text(reader)) {
        return false;
    }
    *type_at_out = element_at;
    if (out->overflow) {
        return true;
    }
    const uint8_t *name = out->data + element_at + 1;
    size_t len = out->len - element_at - 1;
    if (len > 0 && memchr(name, 0, len)) {
        return fail(reader, "a name holds a zero character");
    }
    uint64_t bit = name_bit(name, len);
    weir_buffer_append_byte(out, 0);
    if (!out->overflow && (names->filter & bit)) {
        *type_at_out = drop_earlier(reader, names, element_at);
    }
    names->filter |= bit;
    return true;
}

static bool read_member(struct reader *reader, struct names *names)
{
    size_t type_at;
    skip_blanks(reader);
    if (!take(reader, '"')) {
        return fail(reader, "a name in quotes is missing");
    }
    if (!read_name(reader, names, &type_at)) {
        return false;
    }
    skip_blanks(reader);
    if (!take(reader, ':')) {
        return fail(reader, "':' is missing");
    }
    return read_value(reader, type_at);
}

/* Behind a member or an item: true = another comes, after a comma. */
static bool another(struct reader *reader, uint8_t close, bool *more_out)
{
    skip_blanks(reader);
    *more_out = take(reader, ',');
    return *more_out || take(reader, close) ||
           fail(reader, close == '}' ? "',' or '}' is missing" : "',' or ']' is missing");
}

/* Behind the opening brace. */
static bool read_object(struct reader *reader)
{
    struct names names = {.start = weir_bson_begin(reader->out)};
    skip_blanks(reader);
    bool more = !take(reader, '}');
    while (more) {
        if (!read_member(reader, &names) || !another(reader, '}', &more)) {
            return false;
        }
    }
    weir_bson_end(reader->out, names.start);
    return true;
}

static void put_index(struct reader *reader, uint32_t index)
{
    uint8_t digits[10];
    size_t first = sizeof(digits);
    do {
        digits[--first] = (uint8_t)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    weir_bson_add_name(reader->out, 0, (struct weir_bytes){digits + first, sizeof(digits) - first});
}

/* Behind the opening bracket. */
static bool read_array(struct reader *reader)
{
    size_t start = weir_bson_begin(reader->out);
    skip_blanks(reader);
    bool more = !take(reader, ']');
    for (uint32_t index = 0; more; index++) {
        size_t type_at = reader->out->len;
        put_index(reader, index);
        if (!read_value(reader, type_at) || !another(reader, ']', &more)) {
            return false;
        }
    }
    weir_bson_end(reader->out, start);
    return true;
}

static bool read_document(struct reader *reader)
{
    skip_blanks(reader);
    if (!take(reader, '{')) {
        return fail(reader, "the value is not an object");
    }
    if (!read_object(reader)) {
        return false;
    }
    skip_blanks(reader);
    return reader->at == reader->end || fail(reader, "something follows the object");
}

bool weir_json_to_bson(struct weir_bytes json, struct weir_buffer *out, struct weir_error *err)
{
    size_t before = out->len;
    struct reader reader = {json.data, json.data + json.len, out, NULL, 0};
    bool good = read_document(&reader);
    if (good && !out->overflow) {
        return true;
    }
    size_t place = (size_t)(reader.at - json.data);
    const char *problem = out->overflow ? "the document is too large" : reader.problem;
    out->len = before;
    out->overflow = false;
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "JSON at byte %zu: %s", place,
                     problem);
}
