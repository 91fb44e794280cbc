/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_json.h"

#include "core/base/base64.h"
#include "core/json/compact.h"
#include "core/json/java_number.h"
#include "core/mongo/bson_json_internal.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 250 }; /* the server's own limit is 200 */

/* BSON types that only this file names. */
enum {
    BSON_UNDEFINED = 0x06,
    BSON_REGEX = 0x0B,
    BSON_DB_POINTER = 0x0C,
    BSON_CODE = 0x0D,
    BSON_SYMBOL = 0x0E,
    BSON_CODE_WITH_SCOPE = 0x0F,
    BSON_MAX_KEY = 0x7F,
    BSON_MIN_KEY = 0xFF,
};

static void put(struct weir_buffer *out, const char *text)
{
    weir_buffer_append_text(out, text);
}

static bool simplified(enum weir_bson_json form)
{
    return form == WEIR_BSON_JSON_SIMPLIFIED;
}

static struct weir_bytes text_at(const uint8_t *value)
{
    int32_t bytes;
    memcpy(&bytes, value, sizeof(bytes));
    return (struct weir_bytes){value + sizeof(bytes), (size_t)bytes - 1};
}

static void put_int64(struct weir_buffer *out, int64_t number)
{
    char text[WEIR_INT64_BYTES];
    weir_buffer_append(out, text, weir_int64_text(number, text));
}

/* The driver's JsonWriter puts a + after the E of large numbers. */
static void put_double_text(struct weir_buffer *out, double number)
{
    char text[WEIR_JAVA_DOUBLE_BYTES];
    size_t length = weir_java_double_text(number, text);
    const char *exponent = memchr(text, 'E', length);
    if (!exponent || exponent[1] == '-') {
        weir_buffer_append(out, text, length);
        return;
    }
    size_t mantissa = (size_t)(exponent + 1 - text);
    weir_buffer_append(out, text, mantissa);
    weir_buffer_append_byte(out, '+');
    weir_buffer_append(out, text + mantissa, length - mantissa);
}

static void put_double(struct weir_buffer *out, double number, enum weir_bson_json form)
{
    bool wrapped =
        form == WEIR_BSON_JSON_EXTENDED || (form != WEIR_BSON_JSON_DEFAULT && !isfinite(number));
    put(out, wrapped ? "{\"$numberDouble\": \"" : "");
    put_double_text(out, number);
    put(out, wrapped ? "\"}" : "");
}

static void put_int32(struct weir_buffer *out, int32_t number, enum weir_bson_json form)
{
    bool wrapped = form == WEIR_BSON_JSON_EXTENDED;
    put(out, wrapped ? "{\"$numberInt\": \"" : "");
    put_int64(out, number);
    put(out, wrapped ? "\"}" : "");
}

static void put_long(struct weir_buffer *out, int64_t number, enum weir_bson_json form)
{
    bool wrapped = form == WEIR_BSON_JSON_EXTENDED || form == WEIR_BSON_JSON_DEFAULT;
    put(out, wrapped ? "{\"$numberLong\": \"" : "");
    put_int64(out, number);
    put(out, wrapped ? "\"}" : "");
}

static void put_date(struct weir_buffer *out, int64_t time_ms, enum weir_bson_json form)
{
    static const int64_t year_10000_ms = 253402300800000;
    if (simplified(form)) {
        weir_buffer_append_byte(out, '"');
        weir_iso_instant_append(out, time_ms);
        weir_buffer_append_byte(out, '"');
        return;
    }
    put(out, "{\"$date\": ");
    if (form == WEIR_BSON_JSON_RELAXED && time_ms >= 0 && time_ms < year_10000_ms) {
        weir_buffer_append_byte(out, '"');
        weir_iso_instant_append(out, time_ms);
        weir_buffer_append_byte(out, '"');
    } else if (form == WEIR_BSON_JSON_DEFAULT) {
        put_int64(out, time_ms);
    } else {
        put(out, "{\"$numberLong\": \"");
        put_int64(out, time_ms);
        put(out, "\"}");
    }
    weir_buffer_append_byte(out, '}');
}

static void put_object_id_text(struct weir_buffer *out, const uint8_t *id)
{
    static const char digits[] = "0123456789abcdef";
    char text[24];
    for (size_t index = 0; index < 12; index++) {
        text[2 * index] = digits[id[index] >> 4];
        text[2 * index + 1] = digits[id[index] & 15];
    }
    weir_buffer_append_byte(out, '"');
    weir_buffer_append(out, text, sizeof(text));
    weir_buffer_append_byte(out, '"');
}

static void put_object_id(struct weir_buffer *out, const uint8_t *id, enum weir_bson_json form)
{
    put(out, simplified(form) ? "" : "{\"$oid\": ");
    put_object_id_text(out, id);
    put(out, simplified(form) ? "" : "}");
}

static void put_binary(struct weir_buffer *out, const uint8_t *value, enum weir_bson_json form)
{
    int32_t bytes;
    memcpy(&bytes, value, sizeof(bytes));
    uint8_t subtype = value[4];
    struct weir_bytes data = {value + 5, (size_t)bytes};
    if (form == WEIR_BSON_JSON_DEFAULT) {
        put(out, "{\"$binary\": \"");
        weir_base64_write(data, out);
        weir_buffer_append_format(out, "\", \"$type\": \"%02x\"}", subtype);
    } else if (simplified(form)) {
        weir_buffer_append_byte(out, '"');
        weir_base64_write(data, out);
        weir_buffer_append_byte(out, '"');
    } else {
        put(out, "{\"$binary\": {\"base64\": \"");
        weir_base64_write(data, out);
        weir_buffer_append_format(out, "\", \"subType\": \"%02x\"}}", subtype);
    }
}

static void put_regex(struct weir_buffer *out, const uint8_t *value, enum weir_bson_json form)
{
    struct weir_bytes pattern = weir_bytes_of((const char *)value);
    struct weir_bytes options = weir_bytes_of((const char *)value + pattern.len + 1);
    bool old = form == WEIR_BSON_JSON_DEFAULT;
    put(out, old ? "{\"$regex\": " : "{\"$regularExpression\": {\"pattern\": ");
    weir_json_append_string(out, pattern);
    put(out, old ? ", \"$options\": " : ", \"options\": ");
    weir_json_append_string(out, options);
    put(out, old ? "}" : "}}");
}

static void put_db_pointer(struct weir_buffer *out, const uint8_t *value, enum weir_bson_json form)
{
    struct weir_bytes name = text_at(value);
    bool wrapped = form == WEIR_BSON_JSON_EXTENDED || form == WEIR_BSON_JSON_RELAXED;
    put(out, wrapped ? "{\"$dbPointer\": {\"$ref\": " : "{\"$ref\": ");
    weir_json_append_string(out, name);
    put(out, ", \"$id\": ");
    put_object_id(out, name.data + name.len + 1, form);
    put(out, wrapped ? "}}" : "}");
}

static void put_timestamp(struct weir_buffer *out, const uint8_t *value)
{
    uint32_t increment, seconds;
    memcpy(&increment, value, 4);
    memcpy(&seconds, value + 4, 4);
    weir_buffer_append_format(out, "{\"$timestamp\": {\"t\": %u, \"i\": %u}}", seconds, increment);
}

static void put_wrapped_text(struct weir_buffer *out, const char *name, struct weir_bytes text,
                             bool plain)
{
    if (!plain) {
        weir_buffer_append_format(out, "{\"%s\": ", name);
    }
    weir_json_append_string(out, text);
    put(out, plain ? "" : "}");
}

static void put_decimal(struct weir_buffer *out, const uint8_t *value, enum weir_bson_json form)
{
    char text[WEIR_DECIMAL128_BYTES];
    weir_decimal128_text(value, text);
    put_wrapped_text(out, "$numberDecimal", weir_bytes_of(text), simplified(form));
}

static bool put_document(struct weir_bytes document, enum weir_bson_json form, int depth,
                         struct weir_buffer *out);
static bool put_value(const struct weir_bson_element *element, enum weir_bson_json form, int depth,
                      struct weir_buffer *out);

/* Length word of the whole, the code's text, the scope's document. */
static bool put_code_with_scope(struct weir_buffer *out, struct weir_bytes value,
                                enum weir_bson_json form, int depth)
{
    enum { WORDS_BYTES = 8 }; /* both length words */
    int32_t code_bytes;
    if (value.len < WORDS_BYTES + 1) {
        return false;
    }
    memcpy(&code_bytes, value.data + 4, sizeof(code_bytes));
    if (code_bytes < 1 || (size_t)code_bytes > value.len - WORDS_BYTES) {
        return false;
    }
    size_t scope = WORDS_BYTES + (size_t)code_bytes;
    put(out, "{\"$code\": ");
    weir_json_append_string(out, text_at(value.data + 4));
    put(out, ", \"$scope\": ");
    bool good = put_document((struct weir_bytes){value.data + scope, value.len - scope}, form,
                             depth + 1, out);
    put(out, "}");
    return good;
}

static bool put_items(struct weir_bytes document, enum weir_bson_json form, bool array, int depth,
                      struct weir_buffer *out)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    const char *separator = "";
    if (depth > DEPTH_MAX) {
        return false;
    }
    while (weir_bson_next(&iterator, &element)) {
        put(out, separator);
        if (!array) {
            weir_json_append_string(out, element.name);
            weir_buffer_append(out, ": ", 2);
        }
        if (!put_value(&element, form, depth, out)) {
            return false;
        }
        separator = ", ";
    }
    return !iterator.malformed && !out->overflow;
}

static bool put_array(struct weir_bytes array, enum weir_bson_json form, int depth,
                      struct weir_buffer *out)
{
    weir_buffer_append_byte(out, '[');
    bool good = put_items(array, form, true, depth, out);
    weir_buffer_append_byte(out, ']');
    return good;
}

static bool put_document(struct weir_bytes document, enum weir_bson_json form, int depth,
                         struct weir_buffer *out)
{
    weir_buffer_append_byte(out, '{');
    bool good = put_items(document, form, false, depth, out);
    weir_buffer_append_byte(out, '}');
    return good;
}

/* The rare types. */
static bool put_other(const struct weir_bson_element *element, enum weir_bson_json form, int depth,
                      struct weir_buffer *out)
{
    const uint8_t *value = element->value.data;
    switch (element->type) {
    case BSON_UNDEFINED:
        put(out, "{\"$undefined\": true}");
        return true;
    case BSON_MIN_KEY:
        put(out, "{\"$minKey\": 1}");
        return true;
    case BSON_MAX_KEY:
        put(out, "{\"$maxKey\": 1}");
        return true;
    case BSON_REGEX:
        put_regex(out, value, form);
        return true;
    case BSON_DB_POINTER:
        put_db_pointer(out, value, form);
        return true;
    case BSON_CODE:
        put_wrapped_text(out, "$code", text_at(value), false);
        return true;
    case BSON_SYMBOL:
        put_wrapped_text(out, "$symbol", text_at(value), simplified(form));
        return true;
    case BSON_CODE_WITH_SCOPE:
        return put_code_with_scope(out, element->value, form, depth);
    default:
        return false;
    }
}

static bool put_value(const struct weir_bson_element *element, enum weir_bson_json form, int depth,
                      struct weir_buffer *out)
{
    const uint8_t *value = element->value.data;
    double number;
    switch (element->type) {
    case WEIR_BSON_STRING:
        weir_json_append_string(out, text_at(value));
        return true;
    case WEIR_BSON_DOUBLE:
        memcpy(&number, value, sizeof(number));
        put_double(out, number, form);
        return true;
    case WEIR_BSON_INT32:
        put_int32(out, weir_bson_int32(*element), form);
        return true;
    case WEIR_BSON_INT64:
        put_long(out, weir_bson_int64(*element), form);
        return true;
    case WEIR_BSON_DOCUMENT:
        return put_document(element->value, form, depth + 1, out);
    case WEIR_BSON_ARRAY:
        return put_array(element->value, form, depth + 1, out);
    case WEIR_BSON_OBJECT_ID:
        put_object_id(out, value, form);
        return true;
    case WEIR_BSON_BOOLEAN:
        put(out, *value ? "true" : "false");
        return true;
    case WEIR_BSON_NULL:
        put(out, "null");
        return true;
    case WEIR_BSON_DATE:
        put_date(out, weir_bson_int64(*element), form);
        return true;
    case WEIR_BSON_TIMESTAMP:
        put_timestamp(out, value);
        return true;
    case WEIR_BSON_DECIMAL128:
        put_decimal(out, value, form);
        return true;
    case WEIR_BSON_BINARY:
        put_binary(out, value, form);
        return true;
    default:
        return put_other(element, form, depth, out);
    }
}

bool weir_bson_value_to_json(const struct weir_bson_element *element, enum weir_bson_json form,
                             struct weir_buffer *out)
{
    return put_value(element, form, 0, out) && !out->overflow;
}

bool weir_bson_to_json(struct weir_bytes document, enum weir_bson_json form,
                       struct weir_buffer *out)
{
    return put_document(document, form, 0, out) && !out->overflow;
}
