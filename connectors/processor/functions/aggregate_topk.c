/* SPDX-License-Identifier: Apache-2.0 */
/* TOPK, TOPKDISTINCT: the largest values, with further columns of their rows. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"

#include <math.h>
#include <string.h>

/* A state is a held list, largest first; with further columns its items are STRUCTs. */

static int64_t double_bits(double number)
{
    int64_t bits;
    number = number != number ? (double)NAN : number;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Java's compareTo: NaN is the largest DOUBLE, -0.0 is below 0.0. */
static int compare(const struct weir_value *a, const struct weir_value *b)
{
    bool unordered = false;
    int order = weir_value_compare(a, b, &unordered);
    if (a->kind == WEIR_TYPE_DOUBLE && (unordered || order == 0)) {
        bool nan_a = isnan(a->number), nan_b = isnan(b->number);
        int64_t bits_a = double_bits(a->number), bits_b = double_bits(b->number);
        return nan_a || nan_b ? nan_a - nan_b : (bits_a > bits_b) - (bits_a < bits_b);
    }
    return order;
}

static const struct weir_value *sort_value(const struct weir_value *item)
{
    return item->kind == WEIR_TYPE_STRUCT ? &item->items[0] : item;
}

/* Behind its equals. */
static void insert(const struct weir_aggregate *aggregate, struct weir_held_list *list,
                   const struct weir_value *item)
{
    uint32_t wanted = (uint32_t)aggregate->settings[0].integer, index = list->count;
    while (index > 0 && compare(sort_value(&list->items[index - 1]), sort_value(item)) < 0) {
        index--;
    }
    if (index >= wanted) {
        return;
    }
    weir_held_list_insert(list, index, item);
    if (list->count > wanted) {
        weir_held_list_remove(list, wanted);
    }
}

static void insert_distinct(const struct weir_aggregate *aggregate, struct weir_held_list *list,
                            const struct weir_value *item)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (compare(&list->items[i], item) == 0) {
            return;
        }
    }
    insert(aggregate, list, item);
}

static bool update(struct weir_aggregate *aggregate, void *state,
                   const struct weir_value *arguments)
{
    if (weir_value_is_null(&arguments[0])) {
        return true;
    }
    struct weir_value item = arguments[0];
    if (aggregate->argument_count > 1) {
        item = (struct weir_value){.items = arguments,
                                   .length = (uint32_t)aggregate->argument_count,
                                   .kind = WEIR_TYPE_STRUCT};
    }
    insert(aggregate, state, &item);
    return true;
}

static bool update_distinct(struct weir_aggregate *aggregate, void *state,
                            const struct weir_value *arguments)
{
    if (!weir_value_is_null(&arguments[0])) {
        insert_distinct(aggregate, state, &arguments[0]);
    }
    return true;
}

static bool merge(struct weir_aggregate *aggregate, void *into, const void *from)
{
    const struct weir_held_list *other = from;
    for (uint32_t i = 0; i < other->count; i++) {
        insert(aggregate, into, &other->items[i]);
    }
    return true;
}

static bool merge_distinct(struct weir_aggregate *aggregate, void *into, const void *from)
{
    const struct weir_held_list *other = from;
    for (uint32_t i = 0; i < other->count; i++) {
        insert_distinct(aggregate, into, &other->items[i]);
    }
    return true;
}

static void fini(void *state)
{
    weir_held_list_fini(state);
}

static bool result(const struct weir_aggregate *aggregate, const void *state,
                   struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    static const struct weir_value none;
    const struct weir_held_list *list = state;
    return weir_return_array(out, list->count > 0 ? list->items : &none, list->count);
}

static struct weir_value save(const struct weir_aggregate *aggregate, const void *state,
                              struct weir_arena *arena)
{
    struct weir_value value;
    result(aggregate, state, arena, &value);
    return value;
}

static bool load(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
{
    (void)aggregate;
    if (saved->kind != WEIR_TYPE_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < saved->length; i++) {
        weir_held_list_append(state, &saved->items[i]);
    }
    return true;
}

static size_t memory_bytes(const void *state)
{
    return weir_held_list_bytes(state);
}

static bool check(struct weir_aggregate *aggregate, struct weir_error *err)
{
    const struct weir_value *wanted = &aggregate->settings[0];
    if (weir_value_is_null(wanted) || wanted->integer < 1) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                         "TOPK and TOPKDISTINCT give at least 1 value");
    }
    for (size_t i = 0; i < aggregate->argument_count; i++) {
        if (aggregate->argument_types[i]->kind == WEIR_TYPE_NULL) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0, "NULL is no column of TOPK");
        }
    }
    return true;
}

static const struct weir_type *state_type(struct weir_aggregate *aggregate)
{
    return aggregate->type;
}

#define TOPK_OPS(suffix, can_split) \
    { \
        .state_bytes = sizeof(struct weir_held_list), .setting_count = 1, \
        .splittable = (can_split), .check = check, .state_type = state_type, .fini = fini, \
        .update = update##suffix, .merge = merge##suffix, .result = result, .save = save, \
        .load = load, .memory_bytes = memory_bytes \
    }
static const struct weir_aggregate_ops value_ops = TOPK_OPS(, true);
static const struct weir_aggregate_ops row_ops = TOPK_OPS(, false); /* equals: by arrival */
static const struct weir_aggregate_ops distinct_ops = TOPK_OPS(_distinct, true);

static const struct weir_type *array_type(struct weir_arena *arena,
                                          const struct weir_type *const *types, size_t count,
                                          struct weir_error *err)
{
    (void)count;
    (void)err;
    return weir_type_array(arena, types[0]);
}

/* ARRAY<STRUCT<sort_col, col0, col1 ...>>; the last argument is the count. */
static const struct weir_type *rows_type(struct weir_arena *arena,
                                         const struct weir_type *const *types, size_t count,
                                         struct weir_error *err)
{
    (void)err;
    struct weir_type_field *fields = weir_arena_calloc(arena, count, sizeof *fields);
    for (size_t i = 0; i + 1 < count; i++) {
        fields[i].name = i == 0 ? "sort_col" : weir_arena_format(arena, "col%zu", i - 1);
        fields[i].type = types[i];
    }
    return weir_type_array(arena, weir_type_struct(arena, fields, count - 1));
}

#define VALUES(type, its_ops) \
    { \
        .text = "(" type " value, INTEGER k) ARRAY<" type ">", .aggregate = its_ops, \
        .result_type = array_type \
    }
#define ROWS(type) \
    { \
        .text = "(" type " value, ANY... columns, INTEGER k) ARRAY<STRUCT<sort_col " type \
                ", col0 ANY>>", \
        .aggregate = &row_ops, .result_type = rows_type, \
        .description = "The rows with the largest values: the value and the columns." \
    }
static const struct weir_signature topk_signatures[] = {
    VALUES("INTEGER", &value_ops),
    VALUES("BIGINT", &value_ops),
    VALUES("DOUBLE", &value_ops),
    VALUES("DECIMAL", &value_ops),
    VALUES("STRING", &value_ops),
    VALUES("BYTES", &value_ops),
    VALUES("DATE", &value_ops),
    VALUES("TIME", &value_ops),
    VALUES("TIMESTAMP", &value_ops),
    ROWS("INTEGER"),
    ROWS("BIGINT"),
    ROWS("DOUBLE"),
    ROWS("DECIMAL"),
    ROWS("STRING"),
    ROWS("BYTES"),
    ROWS("DATE"),
    ROWS("TIME"),
    ROWS("TIMESTAMP"),
};
static const struct weir_signature distinct_signatures[] = {
    VALUES("INTEGER", &distinct_ops),   VALUES("BIGINT", &distinct_ops),
    VALUES("DOUBLE", &distinct_ops),    VALUES("DECIMAL", &distinct_ops),
    VALUES("STRING", &distinct_ops),    VALUES("BYTES", &distinct_ops),
    VALUES("DATE", &distinct_ops),      VALUES("TIME", &distinct_ops),
    VALUES("TIMESTAMP", &distinct_ops),
};

static const struct weir_function functions[] = {
    {.name = "TOPK",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The k largest values, largest first; NULL does not count.",
     WEIR_SIGNATURES(topk_signatures)},
    {.name = "TOPKDISTINCT",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The k largest different values, largest first; NULL does not count.",
     WEIR_SIGNATURES(distinct_signatures)},
};

WEIR_FAMILY(weir_functions_topk, functions);
