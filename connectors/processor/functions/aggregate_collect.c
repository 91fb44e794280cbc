/* SPDX-License-Identifier: Apache-2.0 */
/* COLLECT_LIST, COLLECT_SET, COUNT_DISTINCT. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"

static bool below(int64_t limit, uint32_t count)
{
    return limit <= 0 || count < (uint64_t)limit;
}

static bool list_value(const struct weir_held_list *list, struct weir_value *out)
{
    static const struct weir_value none;
    return weir_return_array(out, list->count > 0 ? list->items : &none, list->count);
}

static const struct weir_type *array_state_type(struct weir_aggregate *aggregate)
{
    return weir_type_array(aggregate->arena, aggregate->argument_types[0]);
}

/* ---- COLLECT_LIST ---- */

static bool update_list(struct weir_aggregate *aggregate, void *state,
                        const struct weir_value *arguments)
{
    struct weir_held_list *list = state;
    if (below(aggregate->options.collect_list_limit, list->count)) {
        weir_held_list_append(list, &arguments[0]);
    }
    return true;
}

/* Takes the last equal one away: which row brought it is not known. */
static bool undo_list(struct weir_aggregate *aggregate, void *state,
                      const struct weir_value *arguments)
{
    (void)aggregate;
    struct weir_held_list *list = state;
    for (uint32_t i = list->count; i-- > 0;) {
        if (weir_value_equal(&list->items[i], &arguments[0])) {
            weir_held_list_remove(list, i);
            break;
        }
    }
    return true;
}

static bool merge_list(struct weir_aggregate *aggregate, void *into, const void *from)
{
    const struct weir_held_list *other = from;
    for (uint32_t i = 0; i < other->count; i++) {
        update_list(aggregate, into, &other->items[i]);
    }
    return true;
}

static void fini_list(void *state)
{
    weir_held_list_fini(state);
}

static bool result_list(const struct weir_aggregate *aggregate, const void *state,
                        struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    return list_value(state, out);
}

static struct weir_value save_list(const struct weir_aggregate *aggregate, const void *state,
                                   struct weir_arena *arena)
{
    (void)aggregate;
    (void)arena;
    struct weir_value value;
    list_value(state, &value);
    return value;
}

static bool load_list(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
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

static size_t list_bytes(const void *state)
{
    return weir_held_list_bytes(state);
}

static const struct weir_aggregate_ops list_ops = {
    .state_bytes = sizeof(struct weir_held_list),
    .state_type = array_state_type,
    .fini = fini_list,
    .update = update_list,
    .undo = undo_list,
    .merge = merge_list,
    .result = result_list,
    .save = save_list,
    .load = load_list,
    .memory_bytes = list_bytes,
};

/* ---- COLLECT_SET ---- */

static void add_to_set(struct weir_held_set *set, const struct weir_value *value)
{
    if (weir_held_set_find(set, value) == UINT32_MAX) {
        weir_held_set_add(set, value);
    }
}

static bool update_set(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *arguments)
{
    struct weir_held_set *set = state;
    if (below(aggregate->options.collect_set_limit, set->list.count)) {
        add_to_set(set, &arguments[0]);
    }
    return true;
}

static bool merge_set(struct weir_aggregate *aggregate, void *into, const void *from)
{
    const struct weir_held_set *other = from;
    for (uint32_t i = 0; i < other->list.count; i++) {
        update_set(aggregate, into, &other->list.items[i]);
    }
    return true;
}

static void fini_set(void *state)
{
    weir_held_set_fini(state);
}

static bool result_set(const struct weir_aggregate *aggregate, const void *state,
                       struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct weir_held_set *set = state;
    return list_value(&set->list, out);
}

static struct weir_value save_set(const struct weir_aggregate *aggregate, const void *state,
                                  struct weir_arena *arena)
{
    struct weir_value value;
    result_set(aggregate, state, arena, &value);
    return value;
}

static bool load_set(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
{
    (void)aggregate;
    if (saved->kind != WEIR_TYPE_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < saved->length; i++) {
        add_to_set(state, &saved->items[i]);
    }
    return true;
}

static size_t set_bytes(const void *state)
{
    const struct weir_held_set *set = state;
    return weir_held_list_bytes(&set->list) + set->slot_count * sizeof *set->slots;
}

static const struct weir_aggregate_ops set_ops = {
    .state_bytes = sizeof(struct weir_held_set),
    .state_type = array_state_type,
    .fini = fini_set,
    .update = update_set,
    .merge = merge_set,
    .result = result_set,
    .save = save_set,
    .load = load_set,
    .memory_bytes = set_bytes,
};

/* ---- COUNT_DISTINCT: exact, where ksqlDB estimates ---- */

static bool update_distinct(struct weir_aggregate *aggregate, void *state,
                            const struct weir_value *arguments)
{
    (void)aggregate;
    if (!weir_value_is_null(&arguments[0])) {
        add_to_set(state, &arguments[0]);
    }
    return true;
}

static bool merge_distinct(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    const struct weir_held_set *other = from;
    for (uint32_t i = 0; i < other->list.count; i++) {
        add_to_set(into, &other->list.items[i]);
    }
    return true;
}

static bool result_distinct(const struct weir_aggregate *aggregate, const void *state,
                            struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct weir_held_set *set = state;
    return weir_return_bigint(out, set->list.count);
}

static const struct weir_aggregate_ops distinct_ops = {
    .state_bytes = sizeof(struct weir_held_set),
    .splittable = true,
    .state_type = array_state_type,
    .fini = fini_set,
    .update = update_distinct,
    .merge = merge_distinct,
    .result = result_distinct,
    .save = save_set,
    .load = load_set,
    .memory_bytes = set_bytes,
};

static const struct weir_signature list_signatures[] = {
    {.text = "(T value) ARRAY<T>", .aggregate = &list_ops},
};
static const struct weir_signature set_signatures[] = {
    {.text = "(T value) ARRAY<T>", .aggregate = &set_ops},
};
static const struct weir_signature distinct_signatures[] = {
    {.text = "(T value) BIGINT", .aggregate = &distinct_ops},
};

static const struct weir_function functions[] = {
    {.name = "COLLECT_LIST",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "All values in the order of their arrival, NULL too; at most "
                    "ksql.functions.collect_list.limit.",
     WEIR_SIGNATURES(list_signatures)},
    {.name = "COLLECT_SET",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The different values in the order of their first arrival, NULL too; at most "
                    "ksql.functions.collect_set.limit.",
     WEIR_SIGNATURES(set_signatures)},
    {.name = "COUNT_DISTINCT",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "How many different values there are; NULL does not count.",
     WEIR_SIGNATURES(distinct_signatures)},
};

WEIR_FAMILY(weir_functions_collect, functions);
