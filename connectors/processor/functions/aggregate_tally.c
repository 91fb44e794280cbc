/* SPDX-License-Identifier: Apache-2.0 */
/* ATTR, HISTOGRAM: how often each value occurs. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"
#include "core/base/alloc.h"

#include <string.h>

enum { HISTOGRAM_VALUES_MAX = 1000 };

/* Zeroed: empty. Every count is above 0. */
struct tally {
    struct weir_held_set values;
    int64_t *counts; /* by place in the set */
    uint32_t capacity;
};

static void append(struct tally *tally, const struct weir_value *value, int64_t count)
{
    uint32_t index = weir_held_set_add(&tally->values, value);
    if (index >= tally->capacity) {
        tally->capacity = tally->capacity > 0 ? tally->capacity * 2 : 4;
        tally->counts = weir_realloc(tally->counts, tally->capacity * sizeof *tally->counts);
    }
    tally->counts[index] = count;
}

static void add(struct tally *tally, const struct weir_value *value, int64_t count,
                uint32_t values_max)
{
    uint32_t index = weir_held_set_find(&tally->values, value);
    if (index != UINT32_MAX) {
        tally->counts[index] += count;
    } else if (tally->values.list.count < values_max) {
        append(tally, value, count);
    }
}

static void take_one(struct tally *tally, const struct weir_value *value)
{
    uint32_t index = weir_held_set_find(&tally->values, value);
    if (index == UINT32_MAX || --tally->counts[index] > 0) {
        return;
    }
    uint32_t behind = tally->values.list.count - index - 1;
    memmove(&tally->counts[index], &tally->counts[index + 1], behind * sizeof *tally->counts);
    weir_held_set_remove(&tally->values, index);
}

static void merge_tallies(struct tally *into, const struct tally *from, uint32_t values_max)
{
    for (uint32_t i = 0; i < from->values.list.count; i++) {
        add(into, &from->values.list.items[i], from->counts[i], values_max);
    }
}

static void fini(void *state)
{
    struct tally *tally = state;
    weir_held_set_fini(&tally->values);
    weir_free(tally->counts);
    tally->counts = NULL;
    tally->capacity = 0;
}

static size_t memory_bytes(const void *state)
{
    const struct tally *tally = state;
    return weir_held_list_bytes(&tally->values.list) +
           tally->values.slot_count * sizeof *tally->values.slots +
           tally->capacity * sizeof *tally->counts;
}

/* ---- ATTR ---- */

static bool update_attr(struct weir_aggregate *aggregate, void *state,
                        const struct weir_value *arguments)
{
    (void)aggregate;
    add(state, &arguments[0], 1, UINT32_MAX);
    return true;
}

static bool undo_attr(struct weir_aggregate *aggregate, void *state,
                      const struct weir_value *arguments)
{
    (void)aggregate;
    take_one(state, &arguments[0]);
    return true;
}

static bool merge_attr(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    merge_tallies(into, from, UINT32_MAX);
    return true;
}

static bool result_attr(const struct weir_aggregate *aggregate, const void *state,
                        struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct weir_held_list *list = &((const struct tally *)state)->values.list;
    *out = list->count == 1 ? list->items[0] : WEIR_VALUE_NULL;
    return true;
}

static struct weir_value save_attr(const struct weir_aggregate *aggregate, const void *state,
                                   struct weir_arena *arena)
{
    (void)aggregate;
    const struct tally *tally = state;
    uint32_t count = tally->values.list.count;
    struct weir_value *entries = weir_arena_alloc(arena, (count + 1) * sizeof *entries);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_value fields[2] = {tally->values.list.items[i]};
        weir_return_bigint(&fields[1], tally->counts[i]);
        entries[i] = weir_struct_value(arena, fields, 2);
    }
    struct weir_value value;
    weir_return_array(&value, entries, count);
    return value;
}

static bool load_attr(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
{
    (void)aggregate;
    if (saved->kind != WEIR_TYPE_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < saved->length; i++) {
        const struct weir_value *entry = &saved->items[i];
        if (!weir_is_struct_of(entry, 2) || entry->items[1].kind != WEIR_TYPE_BIGINT) {
            return false;
        }
        add(state, &entry->items[0], entry->items[1].bigint, UINT32_MAX);
    }
    return true;
}

static const struct weir_type *attr_state_type(struct weir_aggregate *aggregate)
{
    const struct weir_type_field fields[2] = {{"VALUE", aggregate->argument_types[0]},
                                              {"COUNT", &weir_type_bigint}};
    return weir_type_array(aggregate->arena, weir_type_struct(aggregate->arena, fields, 2));
}

static const struct weir_aggregate_ops attr_ops = {
    .state_bytes = sizeof(struct tally),
    .splittable = true,
    .state_type = attr_state_type,
    .fini = fini,
    .update = update_attr,
    .undo = undo_attr,
    .merge = merge_attr,
    .result = result_attr,
    .save = save_attr,
    .load = load_attr,
    .memory_bytes = memory_bytes,
};

/* ---- HISTOGRAM ---- */

static bool update_histogram(struct weir_aggregate *aggregate, void *state,
                             const struct weir_value *arguments)
{
    (void)aggregate;
    if (!weir_value_is_null(&arguments[0])) {
        add(state, &arguments[0], 1, HISTOGRAM_VALUES_MAX);
    }
    return true;
}

static bool undo_histogram(struct weir_aggregate *aggregate, void *state,
                           const struct weir_value *arguments)
{
    (void)aggregate;
    if (!weir_value_is_null(&arguments[0])) {
        take_one(state, &arguments[0]);
    }
    return true;
}

static bool merge_histogram(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    merge_tallies(into, from, HISTOGRAM_VALUES_MAX);
    return true;
}

static bool result_histogram(const struct weir_aggregate *aggregate, const void *state,
                             struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    const struct tally *tally = state;
    uint32_t count = tally->values.list.count;
    struct weir_value *pairs = weir_arena_alloc(arena, (2 * (size_t)count + 1) * sizeof *pairs);
    for (uint32_t i = 0; i < count; i++) {
        pairs[2 * i] = tally->values.list.items[i];
        weir_return_bigint(&pairs[2 * i + 1], tally->counts[i]);
    }
    return weir_return_map(out, pairs, count);
}

static struct weir_value save_histogram(const struct weir_aggregate *aggregate, const void *state,
                                        struct weir_arena *arena)
{
    struct weir_value value;
    result_histogram(aggregate, state, arena, &value);
    return value;
}

static bool load_histogram(struct weir_aggregate *aggregate, void *state,
                           const struct weir_value *saved)
{
    (void)aggregate;
    if (saved->kind != WEIR_TYPE_MAP) {
        return false;
    }
    for (uint32_t i = 0; i < saved->length; i++) {
        if (saved->items[2 * i + 1].kind != WEIR_TYPE_BIGINT) {
            return false;
        }
        add(state, &saved->items[2 * i], saved->items[2 * i + 1].bigint, HISTOGRAM_VALUES_MAX);
    }
    return true;
}

static const struct weir_type *histogram_state_type(struct weir_aggregate *aggregate)
{
    return aggregate->type;
}

static const struct weir_aggregate_ops histogram_ops = {
    .state_bytes = sizeof(struct tally),
    .state_type = histogram_state_type,
    .fini = fini,
    .update = update_histogram,
    .undo = undo_histogram,
    .merge = merge_histogram,
    .result = result_histogram,
    .save = save_histogram,
    .load = load_histogram,
    .memory_bytes = memory_bytes,
};

static const struct weir_signature attr_signatures[] = {
    {.text = "(T value) T", .aggregate = &attr_ops},
};
static const struct weir_signature histogram_signatures[] = {
    {.text = "(STRING value) MAP<STRING, BIGINT>", .aggregate = &histogram_ops},
};

static const struct weir_function functions[] = {
    {.name = "ATTR",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The value that all rows have; NULL if they differ.",
     WEIR_SIGNATURES(attr_signatures)},
    {.name = "HISTOGRAM",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "How often each text occurs, of the first 1000 different ones; NULL does not "
                    "count.",
     WEIR_SIGNATURES(histogram_signatures)},
};

WEIR_FAMILY(weir_functions_tally, functions);
