/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/field_value.h"

#include "connectors/sink/mongodb/date_format.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/extended_json.h"

#include <string.h>

enum { TEXT_BYTES_MAX = 4096 };

/* ---- the time field ---- */

static bool time_of(const struct topic_settings *settings, struct weir_bson_element field,
                    int64_t *time_ms_out)
{
    switch (field.type) {
    case WEIR_BSON_INT32:
        *time_ms_out = weir_bson_int32(field);
        return true;
    case WEIR_BSON_INT64:
        *time_ms_out = weir_bson_int64(field);
        return true;
    case WEIR_BSON_DOUBLE: {
        double number;
        memcpy(&number, field.value.data, sizeof(number));
        *time_ms_out = number > -9e18 && number < 9e18 ? (int64_t)number : 0;
        return number > -9e18 && number < 9e18;
    }
    case WEIR_BSON_STRING:
        return weir_date_format_read(settings->timeseries.date_format, weir_bson_text(field),
                                     time_ms_out);
    default:
        return false;
    }
}

void weir_field_value_convert_time(struct work *work)
{
    struct weir_bytes document = weir_work_value(work);
    struct weir_bytes name = weir_bytes_of(work->settings->timeseries.time_field);
    struct weir_bson_element field = weir_bson_get(document, name);
    int64_t time_ms;
    if (!weir_bson_found(field) || !time_of(work->settings, field, &time_ms)) {
        return;
    }
    struct weir_buffer *scratch = &work->buffers->scratch;
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (weir_bytes_equal(element.name, name)) {
            weir_bson_add_date(scratch, name, time_ms);
        } else {
            weir_bson_add_element(scratch, element);
        }
    }
    weir_bson_end(scratch, start);
    weir_work_take_scratch(work);
}

/* ---- transformers ---- */

/* What text becomes, by its name in extended JSON. */
static const char *const wrappers[] = {
    [TRANSFORM_OBJECT_ID] = "$oid",   [TRANSFORM_DATE] = "$date",
    [TRANSFORM_UUID] = "$uuid",       [TRANSFORM_DECIMAL] = "$numberDecimal",
    [TRANSFORM_LONG] = "$numberLong", [TRANSFORM_DOUBLE] = "$numberDouble",
};

struct transformation {
    const struct topic_settings *settings;
    struct weir_buffer *out;
    struct weir_buffer *converted; /* a document with one field, v */
};

static bool is_target(const struct topic_settings *settings, struct weir_bytes name)
{
    for (const char *const *field = settings->transform_fields; *field; field++) {
        if (weir_bytes_equal(name, weir_bytes_of(*field))) {
            return true;
        }
    }
    return false;
}

/* Text that would end the JSON string around it is none of these types. */
static bool is_plain(struct weir_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < 0x20 || text.data[i] == '"' || text.data[i] == '\\') {
            return false;
        }
    }
    return text.len <= TEXT_BYTES_MAX;
}

static bool convert(struct transformation *transformation, struct weir_bson_element element,
                    struct weir_error *err)
{
    enum value_transform kind = transformation->settings->transform;
    struct weir_bytes text = weir_bson_text(element);
    bool is_number = element.type == WEIR_BSON_INT64 || element.type == WEIR_BSON_INT32;
    if (kind == TRANSFORM_DATE && is_number) {
        int64_t time_ms =
            element.type == WEIR_BSON_INT64 ? weir_bson_int64(element) : weir_bson_int32(element);
        weir_bson_add_date(transformation->out, element.name, time_ms);
        return true;
    }
    if (weir_bytes_is_null(text)) {
        weir_bson_add_element(transformation->out, element);
        return true;
    }
    weir_auto_buffer json;
    weir_buffer_init(&json, 2 * TEXT_BYTES_MAX);
    weir_buffer_append_format(&json, "{\"v\":{\"%s\":\"", wrappers[kind]);
    weir_buffer_append_bytes(&json, text);
    weir_buffer_append_text(&json, "\"}}");
    weir_buffer_reset(transformation->converted);
    struct weir_error problem = {0};
    if (!is_plain(text) ||
        !weir_extended_json_to_bson(weir_buffer_view(&json), transformation->converted, &problem)) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "field.value.transformer: field %.*s: %s", (int)element.name.len,
                         (const char *)element.name.data,
                         problem.message[0] ? problem.message : "not text of that type");
    }
    weir_bson_add_value(
        transformation->out, element.name,
        weir_bson_get(weir_buffer_view(transformation->converted), WEIR_BYTES("v")));
    return true;
}

static bool transform_document(struct transformation *transformation, struct weir_bytes document,
                               bool is_array, struct weir_error *err)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    bool good = true;
    weir_bson_iterator_init(&iterator, document);
    while (good && weir_bson_next(&iterator, &element)) {
        bool nested =
            element.type == WEIR_BSON_DOCUMENT || (element.type == WEIR_BSON_ARRAY && !is_array);
        if (!is_array && is_target(transformation->settings, element.name)) {
            good = convert(transformation, element, err);
        } else if (nested) {
            size_t start = weir_bson_add_begin(transformation->out, element.type, element.name);
            good = transform_document(transformation, element.value,
                                      element.type == WEIR_BSON_ARRAY, err);
            weir_bson_end(transformation->out, start);
        } else {
            weir_bson_add_element(transformation->out, element);
        }
    }
    return good;
}

bool weir_field_value_transform(struct work *work, struct weir_error *err)
{
    struct transformation transformation = {work->settings, &work->buffers->scratch,
                                            &work->buffers->id};
    weir_buffer_reset(transformation.out);
    size_t start = weir_bson_begin(transformation.out);
    if (!transform_document(&transformation, weir_work_value(work), false, err)) {
        return false;
    }
    weir_bson_end(transformation.out, start);
    weir_work_take_scratch(work);
    return true;
}
