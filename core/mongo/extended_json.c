/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/extended_json.h"

#include "core/base/base64.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/iso_date.h"
#include "core/mongo/json_to_bson.h"
#include "core/mongo/shell_json.h"
#include "core/mongo/uuid.h"

#include <bson/bson.h>
#include <errno.h>
#include <stdlib.h>

/* The typed document is made first and then rewritten: one JSON reader, and only objects whose
 * first name begins with $ cost anything here. */

struct wrapper {
    struct weir_bytes document;     /* {"$oid": "..."} */
    struct weir_bson_element first; /* its first element */
};

struct conversion {
    struct weir_buffer *out;
    struct weir_bytes name; /* of the element that the wrapper stands for */
    const char *problem;
};

static bool fail(struct conversion *conversion, const char *problem)
{
    conversion->problem = problem;
    return false;
}

static bool convert_object_id(struct conversion *conversion, const struct wrapper *wrapper)
{
    struct weir_bytes text = weir_bson_text(wrapper->first);
    if (weir_bytes_is_null(text) || text.len != 24 ||
        !bson_oid_is_valid((const char *)text.data, text.len)) {
        return fail(conversion, "$oid is not 24 hexadecimal digits");
    }
    bson_oid_t id;
    bson_oid_init_from_string(&id, (const char *)text.data);
    weir_bson_add_object_id(conversion->out, conversion->name, id.bytes);
    return true;
}

/* The text of a number, which ends with a zero in BSON. */
static bool whole_number(struct weir_bytes text, int64_t min, int64_t max, int64_t *number_out)
{
    if (weir_bytes_is_null(text) || text.len == 0 || strlen((const char *)text.data) != text.len) {
        return false;
    }
    char *end;
    errno = 0;
    long long number = strtoll((const char *)text.data, &end, 10);
    *number_out = number;
    return *end == '\0' && errno == 0 && number >= min && number <= max;
}

static bool long_of(struct weir_bson_element element, int64_t *number_out)
{
    if (element.type == WEIR_BSON_INT64) {
        *number_out = weir_bson_int64(element);
        return true;
    }
    if (element.type == WEIR_BSON_DOCUMENT) {
        element = weir_bson_get(element.value, WEIR_BYTES("$numberLong"));
    }
    return weir_bson_found(element) &&
           whole_number(weir_bson_text(element), INT64_MIN, INT64_MAX, number_out);
}

static bool convert_date(struct conversion *conversion, const struct wrapper *wrapper)
{
    int64_t time_ms = 0;
    bool good = wrapper->first.type == WEIR_BSON_STRING
                    ? weir_iso_date_read(weir_bson_text(wrapper->first), &time_ms)
                    : long_of(wrapper->first, &time_ms);
    if (!good) {
        return fail(conversion, "$date is neither ISO 8601 nor milliseconds");
    }
    weir_bson_add_date(conversion->out, conversion->name, time_ms);
    return true;
}

static bool convert_int(struct conversion *conversion, const struct wrapper *wrapper)
{
    int64_t number;
    if (!whole_number(weir_bson_text(wrapper->first), INT32_MIN, INT32_MAX, &number)) {
        return fail(conversion, "$numberInt is not a number of 32 bits");
    }
    weir_bson_add_int32(conversion->out, conversion->name, (int32_t)number);
    return true;
}

static bool convert_long(struct conversion *conversion, const struct wrapper *wrapper)
{
    int64_t number;
    if (!long_of(wrapper->first, &number)) {
        return fail(conversion, "$numberLong is not a number of 64 bits");
    }
    weir_bson_add_int64(conversion->out, conversion->name, number);
    return true;
}

static bool convert_double(struct conversion *conversion, const struct wrapper *wrapper)
{
    struct weir_bytes text = weir_bson_text(wrapper->first);
    char *end = NULL;
    double number = text.len ? strtod((const char *)text.data, &end) : 0;
    if (!end || end != (const char *)text.data + text.len) {
        return fail(conversion, "$numberDouble is not a number");
    }
    int64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    weir_bson_add_name(conversion->out, WEIR_BSON_DOUBLE, conversion->name);
    weir_bson_put_int64(conversion->out, bits);
    return true;
}

static bool convert_decimal(struct conversion *conversion, const struct wrapper *wrapper)
{
    struct weir_bytes text = weir_bson_text(wrapper->first);
    bson_decimal128_t decimal;
    if (weir_bytes_is_null(text) || text.len > 512 ||
        !bson_decimal128_from_string_w_len((const char *)text.data, (int)text.len, &decimal)) {
        return fail(conversion, "$numberDecimal is not a decimal of 34 digits");
    }
    weir_bson_add_name(conversion->out, WEIR_BSON_DECIMAL128, conversion->name);
    weir_bson_put_int64(conversion->out, (int64_t)decimal.low);
    weir_bson_put_int64(conversion->out, (int64_t)decimal.high);
    return true;
}

static bool put_binary(struct conversion *conversion, struct weir_bytes base64,
                       struct weir_bytes subtype)
{
    char *end = NULL;
    unsigned long kind = subtype.len ? strtoul((const char *)subtype.data, &end, 16) : 256;
    weir_auto_buffer data;
    weir_buffer_init(&data, WEIR_BSON_DOCUMENT_BYTES_MAX);
    if (weir_bytes_is_null(base64) || kind > 255 || *end || !weir_base64_read(base64, &data)) {
        return fail(conversion, "$binary is not base64 with a subtype");
    }
    weir_bson_add_binary(conversion->out, conversion->name, (uint8_t)kind, weir_buffer_view(&data));
    return true;
}

static bool convert_binary(struct conversion *conversion, const struct wrapper *wrapper)
{
    if (wrapper->first.type == WEIR_BSON_DOCUMENT) {
        struct weir_bytes inner = wrapper->first.value;
        return put_binary(conversion, weir_bson_text(weir_bson_get(inner, WEIR_BYTES("base64"))),
                          weir_bson_text(weir_bson_get(inner, WEIR_BYTES("subType"))));
    }
    return put_binary(conversion, weir_bson_text(wrapper->first),
                      weir_bson_text(weir_bson_get(wrapper->document, WEIR_BYTES("$type"))));
}

static bool convert_uuid(struct conversion *conversion, const struct wrapper *wrapper)
{
    struct weir_bytes text = weir_bson_text(wrapper->first);
    uint8_t id[WEIR_UUID_BYTES];
    if (!weir_uuid_read(text, id)) {
        return fail(conversion, "$uuid is not a UUID");
    }
    weir_bson_add_binary(conversion->out, conversion->name, 4, (struct weir_bytes){id, sizeof(id)});
    return true;
}

static bool convert_timestamp(struct conversion *conversion, const struct wrapper *wrapper)
{
    int64_t seconds, increment;
    struct weir_bytes inner = wrapper->first.value;
    if (wrapper->first.type != WEIR_BSON_DOCUMENT ||
        !long_of(weir_bson_get(inner, WEIR_BYTES("t")), &seconds) ||
        !long_of(weir_bson_get(inner, WEIR_BYTES("i")), &increment)) {
        return fail(conversion, "$timestamp has no t and i");
    }
    weir_bson_add_name(conversion->out, WEIR_BSON_TIMESTAMP, conversion->name);
    weir_bson_put_int32(conversion->out, (int32_t)(uint32_t)increment);
    weir_bson_put_int32(conversion->out, (int32_t)(uint32_t)seconds);
    return true;
}

static bool holds_zero(struct weir_bytes text)
{
    return text.len > 0 && memchr(text.data, 0, text.len) != NULL;
}

static bool convert_regex(struct conversion *conversion, const struct wrapper *wrapper)
{
    bool inner = wrapper->first.type == WEIR_BSON_DOCUMENT;
    struct weir_bytes pattern =
        inner ? weir_bson_text(weir_bson_get(wrapper->first.value, WEIR_BYTES("pattern")))
              : weir_bson_text(wrapper->first);
    struct weir_bytes options =
        inner ? weir_bson_text(weir_bson_get(wrapper->first.value, WEIR_BYTES("options")))
              : weir_bson_text(weir_bson_get(wrapper->document, WEIR_BYTES("$options")));
    if (weir_bytes_is_null(pattern) || holds_zero(pattern) || holds_zero(options)) {
        return fail(conversion, "a regular expression has no pattern");
    }
    weir_bson_add_name(conversion->out, 0x0B, conversion->name);
    weir_buffer_append_bytes(conversion->out, pattern);
    weir_buffer_append_byte(conversion->out, 0);
    weir_buffer_append_bytes(conversion->out, options);
    weir_buffer_append_byte(conversion->out, 0);
    return true;
}

static bool convert_min_key(struct conversion *conversion, const struct wrapper *wrapper)
{
    (void)wrapper;
    weir_bson_add_name(conversion->out, 0xFF, conversion->name);
    return true;
}

static bool convert_max_key(struct conversion *conversion, const struct wrapper *wrapper)
{
    (void)wrapper;
    weir_bson_add_name(conversion->out, 0x7F, conversion->name);
    return true;
}

static bool convert_undefined(struct conversion *conversion, const struct wrapper *wrapper)
{
    (void)wrapper;
    weir_bson_add_name(conversion->out, 0x06, conversion->name);
    return true;
}

/* Symbols and code are text of another type. */
static bool put_text_as(struct conversion *conversion, const struct wrapper *wrapper, uint8_t type)
{
    if (wrapper->first.type != WEIR_BSON_STRING) {
        return fail(conversion, "$symbol or $code is not text");
    }
    weir_bson_add_name(conversion->out, type, conversion->name);
    weir_buffer_append_bytes(conversion->out, wrapper->first.value);
    return true;
}

static bool convert_symbol(struct conversion *conversion, const struct wrapper *wrapper)
{
    return put_text_as(conversion, wrapper, 0x0E);
}

static bool convert_code(struct conversion *conversion, const struct wrapper *wrapper)
{
    return put_text_as(conversion, wrapper, 0x0D);
}

static const struct {
    const char *name;
    size_t element_count_max; /* an object with more elements is an ordinary one */
    bool (*convert)(struct conversion *conversion, const struct wrapper *wrapper);
} wrappers[] = {
    {"$oid", 1, convert_object_id},           {"$date", 1, convert_date},
    {"$numberInt", 1, convert_int},           {"$numberLong", 1, convert_long},
    {"$numberDouble", 1, convert_double},     {"$numberDecimal", 1, convert_decimal},
    {"$binary", 2, convert_binary},           {"$uuid", 1, convert_uuid},
    {"$timestamp", 1, convert_timestamp},     {"$regex", 2, convert_regex},
    {"$regularExpression", 1, convert_regex}, {"$minKey", 1, convert_min_key},
    {"$maxKey", 1, convert_max_key},          {"$undefined", 1, convert_undefined},
    {"$symbol", 1, convert_symbol},           {"$code", 1, convert_code},
};

static size_t count_elements(struct weir_bytes document, struct weir_bson_element *first_out)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t count = 0;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (count++ == 0) {
            *first_out = element;
        }
    }
    return count;
}

static bool convert_document(struct conversion *conversion, struct weir_bytes document);

static bool convert_nested(struct conversion *conversion, struct weir_bson_element element)
{
    size_t start = weir_bson_add_begin(conversion->out, element.type, element.name);
    bool good = convert_document(conversion, element.value);
    weir_bson_end(conversion->out, start);
    return good;
}

static bool convert_object(struct conversion *conversion, struct weir_bson_element element)
{
    struct wrapper wrapper = {.document = element.value};
    if (element.value.len > 6 && element.value.data[5] == '$') {
        size_t count = count_elements(element.value, &wrapper.first);
        for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
            if (weir_bytes_equal(wrapper.first.name, weir_bytes_of(wrappers[i].name)) &&
                count <= wrappers[i].element_count_max) {
                conversion->name = element.name;
                return wrappers[i].convert(conversion, &wrapper);
            }
        }
    }
    return convert_nested(conversion, element);
}

static bool convert_element(struct conversion *conversion, struct weir_bson_element element)
{
    if (element.type == WEIR_BSON_DOCUMENT) {
        return convert_object(conversion, element);
    }
    if (element.type == WEIR_BSON_ARRAY) {
        return convert_nested(conversion, element);
    }
    int64_t number = element.type == WEIR_BSON_INT64 ? weir_bson_int64(element) : INT64_MAX;
    if (number >= INT32_MIN && number <= INT32_MAX) {
        weir_bson_add_int32(conversion->out, element.name, (int32_t)number);
    } else {
        weir_bson_add_element(conversion->out, element);
    }
    return true;
}

/* The elements of document, between the caller's begin and end. */
static bool convert_document(struct conversion *conversion, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (!convert_element(conversion, element)) {
            return false;
        }
    }
    return true;
}

/* What is not JSON may still be what the shell takes. */
static bool read_json(struct weir_bytes json, struct weir_buffer *typed, struct weir_error *err)
{
    if (weir_json_to_bson(json, typed, err)) {
        return true;
    }
    struct weir_error ignored = {0};
    weir_auto_buffer strict;
    weir_buffer_init(&strict, typed->bytes_max);
    if (!weir_shell_json_rewrite(json, &strict) ||
        !weir_json_to_bson(weir_buffer_view(&strict), typed, &ignored)) {
        return false;
    }
    weir_error_clear(err);
    return true;
}

bool weir_extended_json_to_bson(struct weir_bytes json, struct weir_buffer *out,
                                struct weir_error *err)
{
    weir_auto_buffer typed;
    weir_buffer_init(&typed, out->bytes_max);
    if (!read_json(json, &typed, err)) {
        return false;
    }
    struct conversion conversion = {.out = out};
    size_t start = weir_bson_begin(out);
    bool good = convert_document(&conversion, weir_buffer_view(&typed));
    weir_bson_end(out, start);
    if (good && !out->overflow) {
        return true;
    }
    out->len = start;
    const char *problem = good ? "the document is too large" : conversion.problem;
    out->overflow = false;
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "extended JSON: %s", problem);
}
