/* types.c - types as written become types: names of CREATE TYPE included. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/sql/diagnostic.h"

#include <string.h>

enum { PRECISION_MAX = 1000000 };

static const struct {
    const char *name;
    const struct weir_type *type;
} names[] = {
    {"BOOLEAN", &weir_type_boolean},     {"INT", &weir_type_integer},
    {"INTEGER", &weir_type_integer},     {"BIGINT", &weir_type_bigint},
    {"DOUBLE", &weir_type_double},       {"STRING", &weir_type_string},
    {"VARCHAR", &weir_type_string},      {"BYTES", &weir_type_bytes},
    {"DATE", &weir_type_date},           {"TIME", &weir_type_time},
    {"TIMESTAMP", &weir_type_timestamp},
};

enum { NAME_COUNT = sizeof(names) / sizeof(*names) };

static bool fail(struct weir_error *err, const struct weir_type_node *node, const char *message)
{
    return weir_fail_at(err, WEIR_DOMAIN_SQL, node->place.line, node->place.column, "%s", message);
}

static const struct weir_type *named_type(const struct weir_metastore *metastore,
                                          const struct weir_type_node *node, struct weir_error *err)
{
    const char *known[NAME_COUNT];
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strcmp(names[i].name, node->name) == 0) {
            return names[i].type;
        }
        known[i] = names[i].name;
    }
    const struct weir_type *type = weir_metastore_type(metastore, node->name);
    if (type) {
        return type;
    }
    const char *near = weir_sql_nearest(node->name, known, NAME_COUNT);
    weir_fail_at(err, WEIR_DOMAIN_SQL, node->place.line, node->place.column,
                 "Cannot resolve unknown type: %s%s%s%s", node->name, near ? ". Did you mean " : "",
                 near ? near : "", near ? "?" : "");
    return NULL;
}

static const struct weir_type *
decimal_type(struct weir_arena *arena, const struct weir_type_node *node, struct weir_error *err)
{
    if (node->precision < 1 || node->precision > PRECISION_MAX) {
        fail(err, node, "DECIMAL precision must be >= 1");
    } else if (node->scale < 0) {
        fail(err, node, "DECIMAL scale must be >= 0");
    } else if (node->scale > node->precision) {
        fail(err, node, "DECIMAL precision must be >= scale");
    } else {
        return weir_type_decimal(arena, (int32_t)node->precision, (int32_t)node->scale);
    }
    return NULL;
}

static const struct weir_type *struct_type(const struct weir_metastore *metastore,
                                           struct weir_arena *arena,
                                           const struct weir_type_node *node,
                                           struct weir_error *err)
{
    struct weir_type_field *fields = weir_arena_calloc(arena, node->field_count, sizeof(*fields));
    for (size_t i = 0; i < node->field_count; i++) {
        fields[i].name = node->fields[i].name;
        fields[i].type = weir_plan_type(metastore, arena, node->fields[i].type, err);
        if (!fields[i].type) {
            return NULL;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(fields[i].name, fields[j].name) == 0) {
                weir_fail_at(err, WEIR_DOMAIN_SQL, node->place.line, node->place.column,
                             "Duplicate field names found in STRUCT: '`%s`'.", fields[i].name);
                return NULL;
            }
        }
    }
    return weir_type_struct(arena, fields, node->field_count);
}

const struct weir_type *weir_plan_type(const struct weir_metastore *metastore,
                                       struct weir_arena *arena, const struct weir_type_node *node,
                                       struct weir_error *err)
{
    switch (node->kind) {
    case WEIR_TYPE_NODE_NAME:
        return named_type(metastore, node, err);
    case WEIR_TYPE_NODE_DECIMAL:
        return decimal_type(arena, node, err);
    case WEIR_TYPE_NODE_STRUCT:
        return struct_type(metastore, arena, node, err);
    case WEIR_TYPE_NODE_ARRAY:
    case WEIR_TYPE_NODE_MAP: {
        const struct weir_type *key =
            node->key ? weir_plan_type(metastore, arena, node->key, err) : NULL;
        if (node->key && !key) {
            return NULL;
        }
        const struct weir_type *element = weir_plan_type(metastore, arena, node->element, err);
        if (!element) {
            return NULL;
        }
        return key ? weir_type_map(arena, key, element) : weir_type_array(arena, element);
    }
    }
    return NULL;
}

struct cast_resolution {
    const struct weir_metastore *metastore;
    struct weir_arena *arena;
    struct weir_error *err;
};

static bool resolve_cast(struct weir_expression *expression, void *context)
{
    const struct cast_resolution *resolution = context;
    if (expression->kind != WEIR_EXPRESSION_CAST) {
        return true;
    }
    expression->cast.type = weir_plan_type(resolution->metastore, resolution->arena,
                                           expression->cast.target, resolution->err);
    return expression->cast.type != NULL;
}

bool weir_plan_resolve_casts(const struct weir_metastore *metastore, struct weir_arena *arena,
                             struct weir_expression *expression, struct weir_error *err)
{
    struct cast_resolution resolution = {metastore, arena, err};
    return weir_expression_walk(expression, resolve_cast, &resolution);
}
