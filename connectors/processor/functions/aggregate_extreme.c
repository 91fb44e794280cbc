/* SPDX-License-Identifier: Apache-2.0 */
/* MIN, MAX. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"

/* The state is the value so far: a struct weir_held_value. */

static void take(struct weir_held_value *best, const struct weir_value *value, int wanted)
{
    bool unordered;
    if (weir_value_is_null(value)) {
        return;
    }
    if (weir_value_is_null(&best->value) ||
        weir_value_compare(value, &best->value, &unordered) == wanted) {
        weir_held_set(best, value);
    }
}

static bool update_min(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *arguments)
{
    (void)aggregate;
    take(state, &arguments[0], -1);
    return true;
}

static bool update_max(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *arguments)
{
    (void)aggregate;
    take(state, &arguments[0], 1);
    return true;
}

static bool merge_min(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    const struct weir_held_value *other = from;
    take(into, &other->value, -1);
    return true;
}

static bool merge_max(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    const struct weir_held_value *other = from;
    take(into, &other->value, 1);
    return true;
}

static void fini(void *state)
{
    weir_held_fini(state);
}

static bool result(const struct weir_aggregate *aggregate, const void *state,
                   struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct weir_held_value *best = state;
    *out = best->value;
    return true;
}

static struct weir_value save(const struct weir_aggregate *aggregate, const void *state,
                              struct weir_arena *arena)
{
    (void)aggregate;
    (void)arena;
    const struct weir_held_value *best = state;
    return best->value;
}

static bool load(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
{
    if (!weir_value_is_null(saved) && saved->kind != aggregate->type->kind) {
        return false;
    }
    weir_held_set(state, saved);
    return true;
}

static size_t memory_bytes(const void *state)
{
    const struct weir_held_value *best = state;
    return best->capacity;
}

static const struct weir_aggregate_ops min_ops = {
    .state_bytes = sizeof(struct weir_held_value),
    .splittable = true,
    .fini = fini,
    .update = update_min,
    .merge = merge_min,
    .result = result,
    .save = save,
    .load = load,
    .memory_bytes = memory_bytes,
};

static const struct weir_aggregate_ops max_ops = {
    .state_bytes = sizeof(struct weir_held_value),
    .splittable = true,
    .fini = fini,
    .update = update_max,
    .merge = merge_max,
    .result = result,
    .save = save,
    .load = load,
    .memory_bytes = memory_bytes,
};

static const struct weir_type *same_type(struct weir_arena *arena,
                                         const struct weir_type *const *types, size_t count,
                                         struct weir_error *err)
{
    (void)arena;
    (void)count;
    (void)err;
    return types[0];
}

static const struct weir_signature min_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .aggregate = &min_ops},
    {.text = "(BIGINT value) BIGINT", .aggregate = &min_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &min_ops},
    {.text = "(DECIMAL value) DECIMAL", .aggregate = &min_ops, .result_type = same_type},
    {.text = "(DATE value) DATE", .aggregate = &min_ops},
    {.text = "(TIME value) TIME", .aggregate = &min_ops},
    {.text = "(TIMESTAMP value) TIMESTAMP", .aggregate = &min_ops},
    {.text = "(STRING value) STRING", .aggregate = &min_ops},
    {.text = "(BYTES value) BYTES", .aggregate = &min_ops},
};

static const struct weir_signature max_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .aggregate = &max_ops},
    {.text = "(BIGINT value) BIGINT", .aggregate = &max_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &max_ops},
    {.text = "(DECIMAL value) DECIMAL", .aggregate = &max_ops, .result_type = same_type},
    {.text = "(DATE value) DATE", .aggregate = &max_ops},
    {.text = "(TIME value) TIME", .aggregate = &max_ops},
    {.text = "(TIMESTAMP value) TIMESTAMP", .aggregate = &max_ops},
    {.text = "(STRING value) STRING", .aggregate = &max_ops},
    {.text = "(BYTES value) BYTES", .aggregate = &max_ops},
};

static const struct weir_function functions[] = {
    {.name = "MIN",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The smallest value; NULL does not count.",
     WEIR_SIGNATURES(min_signatures)},
    {.name = "MAX",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The largest value; NULL does not count.",
     WEIR_SIGNATURES(max_signatures)},
};

WEIR_FAMILY(weir_functions_extreme, functions);
