/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and text in other encodings, bytes as numbers, UUID. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/binary_text.h"
#include "connectors/processor/values/utf8.h"
#include "core/base/base64.h"

#include <string.h>
#include <sys/random.h>

/* ---- encodings ---- */

enum encoding { HEX, UTF8, ASCII, BASE64 };
static const char *const encoding_names[] = {"hex", "utf8", "ascii", "base64"};

static bool find_encoding(struct weir_evaluation *evaluation, const struct weir_value *name,
                          enum encoding *encoding_out)
{
    for (size_t i = 0; i < sizeof encoding_names / sizeof *encoding_names; i++) {
        if (weir_text_is(weir_text_of(name), encoding_names[i])) {
            *encoding_out = (enum encoding)i;
            return true;
        }
    }
    return weir_evaluation_fail(evaluation, "Supported encodings are: hex, utf8, ascii and base64");
}

/* Each character that is none becomes '?'. */
static struct weir_bytes ascii_of_text(struct weir_bytes text, struct weir_arena *arena)
{
    if (weir_utf8_is_ascii(text)) {
        return text;
    }
    uint8_t *out = weir_arena_alloc(arena, text.len);
    size_t count = 0;
    for (size_t i = 0, bytes; i < text.len; i += bytes) {
        uint32_t code = weir_utf8_get(text.data + i, text.len - i, &bytes);
        out[count++] = code < 0x80 ? (uint8_t)code : '?';
    }
    return (struct weir_bytes){out, count};
}

/* Each byte that is none becomes U+FFFD. */
static void append_ascii(struct weir_bytes bytes, struct weir_buffer *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] < 0x80) {
            weir_buffer_append_byte(out, bytes.data[i]);
        } else {
            weir_buffer_append_text(out, "\xef\xbf\xbd");
        }
    }
}

/* 0xAB and X'AB' are AB. */
static struct weir_bytes strip_hex(struct weir_bytes text, struct weir_arena *arena)
{
    if (text.len >= 2 && text.data[0] == '0' && text.data[1] == 'x') {
        text = (struct weir_bytes){text.data + 2, text.len - 2};
        if (text.len % 2 != 0) {
            uint8_t *even = weir_arena_alloc(arena, text.len + 1);
            even[0] = '0';
            memcpy(even + 1, text.data, text.len);
            text = (struct weir_bytes){even, text.len + 1};
        }
        return text;
    }
    if (text.len >= 3 && (text.data[0] | 0x20) == 'x' && text.data[1] == '\'' &&
        text.data[text.len - 1] == '\'') {
        return (struct weir_bytes){text.data + 2, text.len - 3};
    }
    return text;
}

/* Commons Codec and the MIME decoder pass over what is not of the alphabet. */
static bool decode_base64(struct weir_bytes text, struct weir_arena *arena,
                          struct weir_bytes *bytes_out)
{
    uint8_t *kept = weir_arena_alloc(arena, text.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len && text.data[i] != '='; i++) {
        uint8_t byte = text.data[i];
        byte = byte == '-' ? '+' : byte == '_' ? '/' : byte;
        bool letter = ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                      (byte >= '0' && byte <= '9') || byte == '+' || byte == '/';
        if (letter) {
            kept[count++] = byte;
        }
    }
    return weir_base64_decode((struct weir_bytes){kept, count}, arena, bytes_out);
}

static bool decode(struct weir_evaluation *evaluation, struct weir_bytes text,
                   enum encoding encoding, struct weir_bytes *bytes_out)
{
    switch (encoding) {
    case HEX:
        return weir_hex_decode(text, evaluation->arena, bytes_out) ||
               weir_evaluation_fail(evaluation, "the text is not hexadecimal");
    case BASE64:
        return decode_base64(text, evaluation->arena, bytes_out) ||
               weir_evaluation_fail(evaluation, "the text is no base64");
    case ASCII:
        *bytes_out = ascii_of_text(text, evaluation->arena);
        return true;
    case UTF8:
        *bytes_out = text;
        return true;
    }
    return false;
}

static bool return_encoded(struct weir_evaluation *evaluation, struct weir_bytes bytes,
                           enum encoding encoding, bool upper, struct weir_value *result)
{
    if (encoding == UTF8) {
        return weir_return_text(result, weir_utf8_repair(bytes, evaluation->arena));
    }
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    if (encoding == HEX) {
        weir_hex_encode(bytes, upper, out);
    } else if (encoding == BASE64) {
        weir_base64_write(bytes, out);
    } else {
        append_ascii(bytes, out);
    }
    return weir_return_buffer(evaluation, result, out);
}

WEIR_KERNEL(eval_encode)
{
    enum encoding from, to;
    struct weir_bytes text = weir_text_of(&arguments[0]), bytes;
    if (!find_encoding(evaluation, &arguments[1], &from) ||
        !find_encoding(evaluation, &arguments[2], &to)) {
        return false;
    }
    if (from == to) { /* as ksqlDB: only from one to another */
        return weir_evaluation_fail(evaluation, "ENCODE between the same encodings");
    }
    text = from == HEX ? strip_hex(text, evaluation->arena) : text;
    return decode(evaluation, text, from, &bytes) &&
           return_encoded(evaluation, bytes, to, false, result);
}

WEIR_KERNEL(eval_to_bytes)
{
    enum encoding encoding;
    struct weir_bytes bytes;
    return find_encoding(evaluation, &arguments[1], &encoding) &&
           decode(evaluation, weir_text_of(&arguments[0]), encoding, &bytes) &&
           weir_return_bytes(result, bytes);
}

WEIR_KERNEL(eval_from_bytes)
{
    enum encoding encoding;
    return find_encoding(evaluation, &arguments[1], &encoding) &&
           return_encoded(evaluation, weir_text_of(&arguments[0]), encoding, true, result);
}

/* ---- numbers ---- */

/* The bytes as one number; the second argument is the byte order, BIG_ENDIAN if not given. */
static bool read_number(struct weir_evaluation *evaluation, const struct weir_call *call,
                        const struct weir_value *arguments, uint32_t width, uint64_t *number_out)
{
    bool little = false;
    if (call->argument_count == 2) {
        struct weir_bytes order = weir_text_of(&arguments[1]);
        little = weir_text_is(order, "LITTLE_ENDIAN");
        if (!little && !weir_text_is(order, "BIG_ENDIAN")) {
            return weir_evaluation_fail(evaluation,
                                        "Byte order must be BIG_ENDIAN or LITTLE_ENDIAN");
        }
    }
    if (arguments[0].length != width) {
        return weir_evaluation_fail(evaluation, "the number of bytes does not fit the type");
    }
    uint64_t number = 0;
    for (uint32_t i = 0; i < width; i++) {
        number = number << 8 | arguments[0].bytes[little ? width - 1 - i : i];
    }
    *number_out = number;
    return true;
}

WEIR_KERNEL(eval_int_from_bytes)
{
    uint64_t number;
    return read_number(evaluation, call, arguments, 4, &number) &&
           weir_return_integer(result, (int32_t)(uint32_t)number);
}

WEIR_KERNEL(eval_bigint_from_bytes)
{
    uint64_t number;
    return read_number(evaluation, call, arguments, 8, &number) &&
           weir_return_bigint(result, (int64_t)number);
}

WEIR_KERNEL(eval_double_from_bytes)
{
    uint64_t bits;
    double number;
    if (!read_number(evaluation, call, arguments, 8, &bits)) {
        return false;
    }
    memcpy(&number, &bits, sizeof number);
    return weir_return_double(result, number);
}

WEIR_KERNEL(eval_int_from_boolean)
{
    return weir_return_integer(result, arguments[0].boolean ? 1 : 0);
}

/* ---- UUID ---- */

enum { UUID_BYTES = 16 };

static bool return_uuid(struct weir_arena *arena, const uint8_t bytes[UUID_BYTES],
                        struct weir_value *result)
{
    static const char digits[] = "0123456789abcdef";
    char *text = weir_arena_alloc(arena, 36), *at = text;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    return weir_return_text(result, (struct weir_bytes){(const uint8_t *)text, 36});
}

WEIR_KERNEL(eval_uuid)
{
    uint8_t bytes[UUID_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return weir_evaluation_fail(evaluation, "there is no randomness");
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return return_uuid(evaluation->arena, bytes, result);
}

WEIR_KERNEL(eval_uuid_of_bytes)
{
    return arguments[0].length == UUID_BYTES
               ? return_uuid(evaluation->arena, arguments[0].bytes, result)
               : weir_return_null(result);
}

static const struct weir_signature encode_signatures[] = {
    {.text = "(STRING text, STRING from, STRING to) STRING", .scalar = eval_encode}};
static const struct weir_signature to_bytes_signatures[] = {
    {.text = "(STRING text, STRING encoding) BYTES", .scalar = eval_to_bytes}};
static const struct weir_signature from_bytes_signatures[] = {
    {.text = "(BYTES bytes, STRING encoding) STRING", .scalar = eval_from_bytes}};
static const struct weir_signature int_signatures[] = {
    {.text = "(BYTES bytes) INTEGER", .scalar = eval_int_from_bytes},
    {.text = "(BYTES bytes, STRING order) INTEGER", .scalar = eval_int_from_bytes},
};
static const struct weir_signature bigint_signatures[] = {
    {.text = "(BYTES bytes) BIGINT", .scalar = eval_bigint_from_bytes},
    {.text = "(BYTES bytes, STRING order) BIGINT", .scalar = eval_bigint_from_bytes},
};
static const struct weir_signature double_signatures[] = {
    {.text = "(BYTES bytes) DOUBLE", .scalar = eval_double_from_bytes},
    {.text = "(BYTES bytes, STRING order) DOUBLE", .scalar = eval_double_from_bytes},
};
static const struct weir_signature boolean_signatures[] = {
    {.text = "(BOOLEAN value) INTEGER", .scalar = eval_int_from_boolean}};
static const struct weir_signature uuid_signatures[] = {
    {.text = "() STRING", .scalar = eval_uuid},
    {.text = "(BYTES bytes) STRING", .scalar = eval_uuid_of_bytes},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("ENCODE", "STRING", encode_signatures, 0,
                "Text from one of hex, utf8, ascii and base64 in another of them."),
    WEIR_SCALAR("TO_BYTES", "STRING", to_bytes_signatures, 0,
                "The bytes that text in hex, utf8, ascii or base64 stands for."),
    WEIR_SCALAR("FROM_BYTES", "STRING", from_bytes_signatures, 0,
                "Bytes as text in hex, utf8, ascii or base64."),
    WEIR_SCALAR("INT_FROM_BYTES", "CONVERSIONS", int_signatures, 0,
                "Four bytes as a number, BIG_ENDIAN or LITTLE_ENDIAN."),
    WEIR_SCALAR("BIGINT_FROM_BYTES", "CONVERSIONS", bigint_signatures, 0,
                "Eight bytes as a number, BIG_ENDIAN or LITTLE_ENDIAN."),
    WEIR_SCALAR("DOUBLE_FROM_BYTES", "CONVERSIONS", double_signatures, 0,
                "Eight bytes as a number, BIG_ENDIAN or LITTLE_ENDIAN."),
    WEIR_SCALAR("INT_FROM_BOOLEAN", "CONVERSIONS", boolean_signatures, 0,
                "1 for true, 0 for false."),
    WEIR_SCALAR("UUID", "STRING", uuid_signatures, WEIR_FUNCTION_IMPURE,
                "A random UUID, or the UUID that 16 bytes are."),
};

WEIR_FAMILY(weir_functions_bytes, functions);
