/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/schema.h"

#include "core/mongo/decimal.h"

#include <stdlib.h>
#include <string.h>

static struct weir_schema *infer(struct weir_bson_element element, struct weir_bytes name,
                                 struct weir_arena *arena, int depth);

static struct weir_schema *create(struct weir_arena *arena, enum weir_schema_type type)
{
    struct weir_schema *schema = weir_arena_calloc(arena, 1, sizeof(*schema));
    schema->type = type;
    schema->optional = true;
    return schema;
}

/* `_id` first, then by name. */
static int compare_fields(const void *a, const void *b)
{
    const struct weir_schema_field *left = a, *right = b;
    bool left_id = weir_bytes_equal(left->name, WEIR_BYTES("_id"));
    bool right_id = weir_bytes_equal(right->name, WEIR_BYTES("_id"));
    return left_id != right_id ? right_id - left_id : weir_bytes_compare(left->name, right->name);
}

/* The outermost is "default", inner ones are named by their path: a_b. */
static struct weir_bytes name_of(struct weir_bytes outer, struct weir_bytes field,
                                 struct weir_arena *arena)
{
    if (weir_bytes_equal(outer, WEIR_BYTES("default"))) {
        return field;
    }
    return weir_bytes_of(weir_arena_format(arena, "%.*s_%.*s", (int)outer.len,
                                           (const char *)outer.data, (int)field.len,
                                           (const char *)field.data));
}

static struct weir_schema *infer_record(struct weir_bytes document, struct weir_bytes name,
                                        struct weir_arena *arena, int depth)
{
    struct weir_schema *schema = create(arena, WEIR_SCHEMA_RECORD);
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t count = 0;
    schema->name = name;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        count++;
    }
    schema->fields = weir_arena_calloc(arena, count + 1, sizeof(*schema->fields));
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        struct weir_schema_field *field = &schema->fields[schema->field_count++];
        field->name = element.name;
        field->schema = infer(element, name_of(name, element.name, arena), arena, depth + 1);
        if (!field->schema) {
            return NULL;
        }
    }
    qsort(schema->fields, schema->field_count, sizeof(*schema->fields), compare_fields);
    return schema;
}

/* Of elements that are not all alike: text. */
static struct weir_schema *infer_array(struct weir_bytes array, struct weir_bytes name,
                                       struct weir_arena *arena, int depth)
{
    struct weir_schema *schema = create(arena, WEIR_SCHEMA_ARRAY);
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    const struct weir_schema *items = NULL;
    weir_bson_iterator_init(&iterator, array);
    while (weir_bson_next(&iterator, &element)) {
        const struct weir_schema *item = infer(element, name, arena, depth + 1);
        if (!item) {
            return NULL;
        }
        if (items && !weir_schema_equal(items, item)) {
            items = create(arena, WEIR_SCHEMA_STRING);
            break;
        }
        items = item;
    }
    schema->items = items;
    return items ? schema : create(arena, WEIR_SCHEMA_STRING);
}

static struct weir_schema *infer_decimal(struct weir_bytes value, struct weir_arena *arena)
{
    struct weir_decimal decimal;
    if (!weir_decimal_read(value, &decimal)) { /* NaN, Infinity */
        return create(arena, WEIR_SCHEMA_STRING);
    }
    struct weir_schema *schema = create(arena, WEIR_SCHEMA_DECIMAL);
    schema->scale = -decimal.exponent;
    return schema;
}

static struct weir_schema *infer(struct weir_bson_element element, struct weir_bytes name,
                                 struct weir_arena *arena, int depth)
{
    if (depth > WEIR_BSON_DEPTH_MAX) {
        return NULL;
    }
    switch (element.type) {
    case WEIR_BSON_DOCUMENT:
        return infer_record(element.value, name, arena, depth);
    case WEIR_BSON_ARRAY:
        return infer_array(element.value, name, arena, depth);
    case WEIR_BSON_DOUBLE:
        return create(arena, WEIR_SCHEMA_DOUBLE);
    case WEIR_BSON_BINARY:
        return create(arena, WEIR_SCHEMA_BYTES);
    case WEIR_BSON_BOOLEAN:
        return create(arena, WEIR_SCHEMA_BOOLEAN);
    case WEIR_BSON_DATE:
    case WEIR_BSON_TIMESTAMP:
        return create(arena, WEIR_SCHEMA_TIMESTAMP);
    case WEIR_BSON_INT32:
        return create(arena, WEIR_SCHEMA_INT);
    case WEIR_BSON_INT64:
        return create(arena, WEIR_SCHEMA_LONG);
    case WEIR_BSON_DECIMAL128:
        return infer_decimal(element.value, arena);
    default:
        return create(arena, WEIR_SCHEMA_STRING);
    }
}

const struct weir_schema *weir_schema_infer(struct weir_bytes document, struct weir_arena *arena)
{
    return infer_record(document, WEIR_BYTES("default"), arena, 0);
}

bool weir_schema_equal(const struct weir_schema *a, const struct weir_schema *b)
{
    if (a->type != b->type || a->scale != b->scale || a->field_count != b->field_count ||
        (a->items != NULL) != (b->items != NULL) ||
        (a->items && !weir_schema_equal(a->items, b->items))) {
        return false;
    }
    for (size_t index = 0; index < a->field_count; index++) {
        if (!weir_bytes_equal(a->fields[index].name, b->fields[index].name) ||
            !weir_schema_equal(a->fields[index].schema, b->fields[index].schema)) {
            return false;
        }
    }
    return true;
}
