/* SPDX-License-Identifier: Apache-2.0 */
/* Columns, fields, subscripts, and the constructors ARRAY[...], MAP(...), STRUCT(...). */
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/values/map_builder.h"

#include <string.h>

static bool eval_key(struct weir_evaluation *evaluation, const struct weir_node *node,
                     struct weir_value *out)
{
    *out = evaluation->row->key[node->index];
    return true;
}

static bool eval_value(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *out)
{
    const struct weir_value *values = evaluation->row->values;
    *out = values ? values[node->index] : WEIR_VALUE_NULL;
    return true;
}

static bool eval_rowtime(struct weir_evaluation *evaluation, const struct weir_node *node,
                         struct weir_value *out)
{
    (void)node;
    return weir_return_bigint(out, evaluation->row->timestamp_ms);
}

static bool eval_partition(struct weir_evaluation *evaluation, const struct weir_node *node,
                           struct weir_value *out)
{
    (void)node;
    return weir_return_integer(out, evaluation->row->partition);
}

static bool eval_offset(struct weir_evaluation *evaluation, const struct weir_node *node,
                        struct weir_value *out)
{
    (void)node;
    return weir_return_bigint(out, evaluation->row->offset);
}

static bool eval_window_start(struct weir_evaluation *evaluation, const struct weir_node *node,
                              struct weir_value *out)
{
    (void)node;
    return weir_return_bigint(out, evaluation->row->window_start_ms);
}

static bool eval_window_end(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    (void)node;
    return weir_return_bigint(out, evaluation->row->window_end_ms);
}

static struct weir_value bytes_value(struct weir_bytes bytes, enum weir_type_kind kind)
{
    if (weir_bytes_is_null(bytes)) {
        return WEIR_VALUE_NULL;
    }
    return (struct weir_value){
        .bytes = bytes.data, .length = (uint32_t)bytes.len, .kind = (uint8_t)kind};
}

static bool eval_headers(struct weir_evaluation *evaluation, const struct weir_node *node,
                         struct weir_value *out)
{
    (void)node;
    const struct weir_row *row = evaluation->row;
    struct weir_value *items =
        weir_arena_alloc(evaluation->arena, (row->header_count + 1) * sizeof *items);
    struct weir_value *fields =
        weir_arena_alloc(evaluation->arena, (2 * row->header_count + 1) * sizeof *fields);
    for (size_t i = 0; i < row->header_count; i++) {
        fields[2 * i] = bytes_value(row->headers[i].name, WEIR_TYPE_STRING);
        fields[2 * i + 1] = bytes_value(row->headers[i].value, WEIR_TYPE_BYTES);
        items[i] =
            (struct weir_value){.items = &fields[2 * i], .length = 2, .kind = WEIR_TYPE_STRUCT};
    }
    return weir_return_array(out, items, row->header_count);
}

static bool eval_header(struct weir_evaluation *evaluation, const struct weir_node *node,
                        struct weir_value *out)
{
    const struct weir_row *row = evaluation->row;
    struct weir_bytes wanted = weir_bytes_of(node->text);
    for (size_t i = row->header_count; i-- > 0;) {
        if (weir_bytes_equal(row->headers[i].name, wanted)) {
            *out = bytes_value(row->headers[i].value, WEIR_TYPE_BYTES);
            return true;
        }
    }
    return weir_return_null(out);
}

const struct weir_node *weir_compile_column(struct weir_compiler *compiler,
                                            const struct weir_expression *expression)
{
    static const weir_eval_fn evals[] = {
        [WEIR_SLOT_KEY] = eval_key,
        [WEIR_SLOT_VALUE] = eval_value,
        [WEIR_SLOT_ROWTIME] = eval_rowtime,
        [WEIR_SLOT_ROWPARTITION] = eval_partition,
        [WEIR_SLOT_ROWOFFSET] = eval_offset,
        [WEIR_SLOT_WINDOWSTART] = eval_window_start,
        [WEIR_SLOT_WINDOWEND] = eval_window_end,
        [WEIR_SLOT_HEADERS] = eval_headers,
        [WEIR_SLOT_HEADER] = eval_header,
    };
    const struct weir_slot *slot = &expression->column.slot;
    if (slot->kind == WEIR_SLOT_UNRESOLVED) {
        return weir_compiler_fail(compiler, expression->place, "Unknown column %s.",
                                  expression->column.name);
    }
    struct weir_node *node = weir_node_make(compiler, evals[slot->kind], slot->type);
    if (slot->kind == WEIR_SLOT_HEADER) {
        node->text = slot->header;
    } else {
        node->index = slot->index;
    }
    return node;
}

static bool eval_field(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *out)
{
    struct weir_value base;
    if (!weir_node_eval(evaluation, node->a, &base)) {
        return false;
    }
    *out = weir_value_is_null(&base) ? WEIR_VALUE_NULL : base.items[node->index];
    return true;
}

static const struct weir_node *compile_field(struct weir_compiler *compiler,
                                             const struct weir_expression *expression)
{
    const struct weir_node *base = weir_compile(compiler, expression->dereference.base);
    if (!base) {
        return NULL;
    }
    if (base->type->kind != WEIR_TYPE_STRUCT) {
        return weir_compiler_fail(compiler, expression->place, "Expected STRUCT type, got: %s",
                                  weir_compiler_type_text(compiler, base->type));
    }
    for (size_t i = 0; i < base->type->field_count; i++) {
        if (strcmp(base->type->fields[i].name, expression->dereference.field) == 0) {
            struct weir_node *node =
                weir_node_make(compiler, eval_field, base->type->fields[i].type);
            node->a = base;
            node->index = (uint32_t)i;
            return weir_node_finish(compiler, node);
        }
    }
    return weir_compiler_fail(compiler, expression->place, "Could not find field '%s' in '%s'.",
                              expression->dereference.field,
                              weir_compiler_text(compiler, expression->dereference.base));
}

/* 1 is the first, -1 the last; outside is NULL. */
static bool eval_item(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    struct weir_value base, index;
    if (!weir_node_eval(evaluation, node->a, &base)) {
        return false;
    }
    if (weir_value_is_null(&base)) {
        return weir_return_null(out);
    }
    if (!weir_node_eval_value(evaluation, node->b, &index)) {
        return false;
    }
    int64_t position = index.kind == WEIR_TYPE_INTEGER ? index.integer : index.bigint;
    position = position < 0 ? position + base.length : position - 1;
    *out = position >= 0 && position < base.length ? base.items[position] : WEIR_VALUE_NULL;
    return true;
}

static bool eval_entry(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *out)
{
    struct weir_value base, key;
    if (!weir_node_eval(evaluation, node->a, &base)) {
        return false;
    }
    if (weir_value_is_null(&base)) {
        return weir_return_null(out);
    }
    if (!weir_node_eval(evaluation, node->b, &key)) {
        return false;
    }
    for (size_t i = 0; i < base.length; i++) {
        if (weir_value_equal(&base.items[2 * i], &key)) {
            *out = base.items[2 * i + 1];
            return true;
        }
    }
    return weir_return_null(out);
}

static const struct weir_node *compile_subscript(struct weir_compiler *compiler,
                                                 const struct weir_expression *expression)
{
    const struct weir_node *base = weir_compile(compiler, expression->subscript.base);
    const struct weir_node *index =
        base ? weir_compile(compiler, expression->subscript.index) : NULL;
    if (!index) {
        return NULL;
    }
    enum weir_type_kind kind = base->type->kind;
    if (kind != WEIR_TYPE_ARRAY && kind != WEIR_TYPE_MAP) {
        return weir_compiler_fail(
            compiler, expression->place, "Subscript expression (%s) do not apply to %s.%s",
            weir_compiler_text(compiler, expression), weir_compiler_type_text(compiler, base->type),
            kind == WEIR_TYPE_STRUCT ? " Use the dereference operator for STRUCTS: ->" : "");
    }
    enum weir_type_kind index_kind = index->type->kind;
    if (kind == WEIR_TYPE_ARRAY && index_kind != WEIR_TYPE_INTEGER &&
        index_kind != WEIR_TYPE_BIGINT && index_kind != WEIR_TYPE_NULL) {
        return weir_compiler_fail(compiler, expression->place,
                                  "The subscript of an ARRAY must be an INTEGER, but is %s",
                                  weir_compiler_type_text(compiler, index->type));
    }
    struct weir_node *node = weir_node_make(
        compiler, kind == WEIR_TYPE_ARRAY ? eval_item : eval_entry, base->type->element);
    node->a = base;
    node->b = index;
    return weir_node_finish(compiler, node);
}

const struct weir_node *weir_compile_access(struct weir_compiler *compiler,
                                            const struct weir_expression *expression)
{
    return expression->kind == WEIR_EXPRESSION_DEREFERENCE
               ? compile_field(compiler, expression)
               : compile_subscript(compiler, expression);
}

/* ARRAY: the items; STRUCT: the fields. Each is guarded, so that none fails. */
static bool eval_items(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *out)
{
    struct weir_value *items =
        weir_arena_alloc(evaluation->arena, (node->item_count + 1) * sizeof *items);
    for (size_t i = 0; i < node->item_count; i++) {
        if (!weir_node_eval(evaluation, node->items[i], &items[i])) {
            return false;
        }
    }
    *out = (struct weir_value){
        .items = items, .length = (uint32_t)node->item_count, .kind = (uint8_t)node->type->kind};
    return true;
}

static bool eval_map(struct weir_evaluation *evaluation, const struct weir_node *node,
                     struct weir_value *out)
{
    struct weir_map_builder map;
    weir_map_builder_init(&map, evaluation->arena, (uint32_t)node->item_count / 2);
    for (size_t i = 0; i < node->item_count; i += 2) {
        struct weir_value key, value;
        if (!weir_node_eval(evaluation, node->items[i], &key) ||
            !weir_node_eval(evaluation, node->items[i + 1], &value)) {
            return false;
        }
        weir_map_builder_put(&map, &key, &value);
    }
    *out = weir_map_builder_finish(&map, WEIR_MAP_ORDER_SIZED);
    return true;
}

static void guard_all(struct weir_compiler *compiler, const struct weir_node **nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        nodes[i] = weir_node_guard(compiler, nodes[i]);
    }
}

static const struct weir_node *compile_array(struct weir_compiler *compiler,
                                             const struct weir_expression *expression)
{
    size_t count = expression->array.item_count;
    if (count == 0) {
        return weir_compiler_fail(
            compiler, expression->place,
            "Array constructor cannot be empty. Please supply at least one element.");
    }
    const struct weir_node **nodes = weir_arena_calloc(compiler->arena, count, sizeof *nodes);
    const struct weir_type *type;
    if (!weir_compile_list(compiler, expression->array.items, count, nodes, &type)) {
        return NULL;
    }
    if (type->kind == WEIR_TYPE_NULL) {
        return weir_compiler_fail(
            compiler, expression->place,
            "Cannot construct an array with all NULL elements. As a workaround, you may "
            "cast a NULL value to the desired type.");
    }
    guard_all(compiler, nodes, count);
    struct weir_node *node =
        weir_node_make(compiler, eval_items, weir_type_array(compiler->arena, type));
    node->items = nodes;
    node->item_count = count;
    return weir_node_finish(compiler, node);
}

/* Keys and values have each their common type. */
static bool compile_side(struct weir_compiler *compiler, const struct weir_expression *expression,
                         bool keys, const struct weir_node **nodes,
                         const struct weir_type **type_out)
{
    if (!weir_compile_list(compiler, keys ? expression->map.keys : expression->map.values,
                           expression->map.entry_count, nodes, type_out)) {
        return false;
    }
    if ((*type_out)->kind == WEIR_TYPE_NULL) {
        weir_compiler_fail(
            compiler, expression->place,
            "Cannot construct a map with all NULL %s. As a workaround, you may cast a NULL "
            "%s to the desired type.",
            keys ? "keys" : "values", keys ? "key" : "value");
        return false;
    }
    guard_all(compiler, nodes, expression->map.entry_count);
    return true;
}

static const struct weir_node *compile_map(struct weir_compiler *compiler,
                                           const struct weir_expression *expression)
{
    size_t count = expression->map.entry_count;
    if (count == 0) {
        return weir_compiler_fail(
            compiler, expression->place,
            "Map constructor cannot be empty. Please supply at least one key value pair.");
    }
    const struct weir_node **keys = weir_arena_calloc(compiler->arena, count, sizeof *keys);
    const struct weir_node **values = weir_arena_calloc(compiler->arena, count, sizeof *values);
    const struct weir_type *key, *value;
    if (!compile_side(compiler, expression, true, keys, &key) ||
        !compile_side(compiler, expression, false, values, &value)) {
        return NULL;
    }
    struct weir_node *node =
        weir_node_make(compiler, eval_map, weir_type_map(compiler->arena, key, value));
    node->items = weir_arena_calloc(compiler->arena, 2 * count, sizeof *node->items);
    node->item_count = 2 * count;
    for (size_t i = 0; i < count; i++) {
        node->items[2 * i] = keys[i];
        node->items[2 * i + 1] = values[i];
    }
    return weir_node_finish(compiler, node);
}

static const struct weir_node *compile_struct(struct weir_compiler *compiler,
                                              const struct weir_expression *expression)
{
    size_t count = expression->structure.field_count;
    struct weir_type_field *fields = weir_arena_calloc(compiler->arena, count + 1, sizeof *fields);
    const struct weir_node **nodes = weir_arena_calloc(compiler->arena, count + 1, sizeof *nodes);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(fields[j].name, expression->structure.names[i]) == 0) {
                return weir_compiler_fail(compiler, expression->place,
                                          "Duplicate field names found in STRUCT: '%s'",
                                          fields[j].name);
            }
        }
        const struct weir_node *value = weir_compile(compiler, expression->structure.values[i]);
        if (!value) {
            return NULL;
        }
        fields[i] = (struct weir_type_field){expression->structure.names[i], value->type};
        nodes[i] = weir_node_guard(compiler, value);
    }
    struct weir_node *node =
        weir_node_make(compiler, eval_items, weir_type_struct(compiler->arena, fields, count));
    node->items = nodes;
    node->item_count = count;
    return weir_node_finish(compiler, node);
}

const struct weir_node *weir_compile_constructor(struct weir_compiler *compiler,
                                                 const struct weir_expression *expression)
{
    switch (expression->kind) {
    case WEIR_EXPRESSION_ARRAY:
        return compile_array(compiler, expression);
    case WEIR_EXPRESSION_MAP:
        return compile_map(compiler, expression);
    default:
        return compile_struct(compiler, expression);
    }
}
