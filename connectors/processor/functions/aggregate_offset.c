/* SPDX-License-Identifier: Apache-2.0 */
/* EARLIEST_BY_OFFSET, LATEST_BY_OFFSET: the first or last values in the order of arrival. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"

#include <string.h>

enum { COUNT_MAX = 1 << 20 };

/* ---- one value ---- */

struct single {
    struct weir_held_value held;
    int64_t sequence; /* of the value; 0: there is none yet */
};

/* The last setting, if it is a BOOLEAN; ignoring is the default. */
static bool ignores_nulls(const struct weir_aggregate *aggregate)
{
    if (aggregate->setting_count == 0) {
        return true;
    }
    const struct weir_value *last = &aggregate->settings[aggregate->setting_count - 1];
    return last->kind != WEIR_TYPE_BOOLEAN || last->boolean;
}

static bool update_earliest(struct weir_aggregate *aggregate, void *state,
                            const struct weir_value *arguments)
{
    struct single *single = state;
    if (single->sequence == 0 && !(weir_value_is_null(&arguments[0]) && ignores_nulls(aggregate))) {
        weir_held_set(&single->held, &arguments[0]);
        single->sequence = ++aggregate->next_sequence;
    }
    return true;
}

static bool update_latest(struct weir_aggregate *aggregate, void *state,
                          const struct weir_value *arguments)
{
    struct single *single = state;
    if (!(weir_value_is_null(&arguments[0]) && ignores_nulls(aggregate))) {
        weir_held_set(&single->held, &arguments[0]);
        single->sequence = ++aggregate->next_sequence;
    }
    return true;
}

static void replace(struct single *single, const struct single *other)
{
    weir_held_set(&single->held, &other->held.value);
    single->sequence = other->sequence;
}

static bool merge_earliest(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    struct single *single = into;
    const struct single *other = from;
    if (other->sequence != 0 && (single->sequence == 0 || other->sequence < single->sequence)) {
        replace(single, other);
    }
    return true;
}

static bool merge_latest(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    struct single *single = into;
    const struct single *other = from;
    if (other->sequence > single->sequence) {
        replace(single, other);
    }
    return true;
}

static void fini_single(void *state)
{
    struct single *single = state;
    weir_held_fini(&single->held);
}

static bool result_single(const struct weir_aggregate *aggregate, const void *state,
                          struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct single *single = state;
    *out = single->held.value;
    return true;
}

static struct weir_value save_entry(struct weir_arena *arena, int64_t sequence,
                                    const struct weir_value *value)
{
    const struct weir_value fields[2] = {{.bigint = sequence, .kind = WEIR_TYPE_BIGINT}, *value};
    return weir_struct_value(arena, fields, 2);
}

static struct weir_value save_single(const struct weir_aggregate *aggregate, const void *state,
                                     struct weir_arena *arena)
{
    (void)aggregate;
    const struct single *single = state;
    return save_entry(arena, single->sequence, &single->held.value);
}

/* New records come after all that were ever stored. */
static bool load_sequence(struct weir_aggregate *aggregate, const struct weir_value *saved,
                          int64_t *sequence_out)
{
    if (!weir_is_struct_of(saved, 2) || saved->items[0].kind != WEIR_TYPE_BIGINT) {
        return false;
    }
    *sequence_out = saved->items[0].bigint;
    if (*sequence_out > aggregate->next_sequence) {
        aggregate->next_sequence = *sequence_out;
    }
    return true;
}

static bool load_single(struct weir_aggregate *aggregate, void *state,
                        const struct weir_value *saved)
{
    struct single *single = state;
    if (!load_sequence(aggregate, saved, &single->sequence)) {
        return false;
    }
    weir_held_set(&single->held, &saved->items[1]);
    return true;
}

static size_t single_bytes(const void *state)
{
    const struct single *single = state;
    return single->held.capacity;
}

static const struct weir_type *entry_type(struct weir_aggregate *aggregate)
{
    const struct weir_type_field fields[2] = {{"SEQ", &weir_type_bigint},
                                              {"VAL", aggregate->argument_types[0]}};
    return weir_type_struct(aggregate->arena, fields, 2);
}

#define SINGLE_OPS(settings, update_function, merge_function) \
    { \
        .state_bytes = sizeof(struct single), .setting_count = settings, .state_type = entry_type, \
        .fini = fini_single, .update = update_function, .merge = merge_function, \
        .result = result_single, .save = save_single, .load = load_single, \
        .memory_bytes = single_bytes, \
    }
static const struct weir_aggregate_ops earliest_ops[2] = {
    SINGLE_OPS(0, update_earliest, merge_earliest), SINGLE_OPS(1, update_earliest, merge_earliest)};
static const struct weir_aggregate_ops latest_ops[2] = {SINGLE_OPS(0, update_latest, merge_latest),
                                                        SINGLE_OPS(1, update_latest, merge_latest)};

/* ---- N values: in the order of arrival; sequences[i] belongs to list.items[i] ---- */

struct several {
    struct weir_held_list list, sequences;
};

static uint32_t wanted(const struct weir_aggregate *aggregate)
{
    return (uint32_t)aggregate->settings[0].integer;
}

static bool check_count(struct weir_aggregate *aggregate, struct weir_error *err)
{
    const struct weir_value *count = &aggregate->settings[0];
    if (count->kind != WEIR_TYPE_INTEGER || count->integer < 1 || count->integer > COUNT_MAX) {
        return weir_fail_at(err, WEIR_DOMAIN_SQL, 0, 0,
                            "The number of values to keep must be between 1 and %d", COUNT_MAX);
    }
    return true;
}

static void insert(struct several *several, uint32_t index, int64_t sequence,
                   const struct weir_value *value)
{
    struct weir_value number = {.bigint = sequence, .kind = WEIR_TYPE_BIGINT};
    weir_held_list_insert(&several->list, index, value);
    weir_held_list_insert(&several->sequences, index, &number);
}

static void drop(struct several *several, uint32_t index)
{
    weir_held_list_remove(&several->list, index);
    weir_held_list_remove(&several->sequences, index);
}

static bool update_earliest_several(struct weir_aggregate *aggregate, void *state,
                                    const struct weir_value *arguments)
{
    struct several *several = state;
    if (several->list.count < wanted(aggregate) &&
        !(weir_value_is_null(&arguments[0]) && ignores_nulls(aggregate))) {
        insert(several, several->list.count, ++aggregate->next_sequence, &arguments[0]);
    }
    return true;
}

static bool update_latest_several(struct weir_aggregate *aggregate, void *state,
                                  const struct weir_value *arguments)
{
    struct several *several = state;
    if (weir_value_is_null(&arguments[0]) && ignores_nulls(aggregate)) {
        return true;
    }
    insert(several, several->list.count, ++aggregate->next_sequence, &arguments[0]);
    if (several->list.count > wanted(aggregate)) {
        drop(several, 0);
    }
    return true;
}

/* By sequence; the first N stay, of LATEST too: so ksqlDB merges sessions. */
static bool merge_several(struct weir_aggregate *aggregate, void *into, const void *from)
{
    struct several *several = into;
    const struct several *other = from;
    for (uint32_t i = 0; i < other->list.count; i++) {
        int64_t sequence = other->sequences.items[i].bigint;
        uint32_t index = several->list.count;
        while (index > 0 && several->sequences.items[index - 1].bigint > sequence) {
            index--;
        }
        insert(several, index, sequence, &other->list.items[i]);
    }
    while (several->list.count > wanted(aggregate)) {
        drop(several, several->list.count - 1);
    }
    return true;
}

static void fini_several(void *state)
{
    struct several *several = state;
    weir_held_list_fini(&several->list);
    weir_held_list_fini(&several->sequences);
}

static bool result_several(const struct weir_aggregate *aggregate, const void *state,
                           struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    static const struct weir_value none;
    const struct several *several = state;
    return weir_return_array(out, several->list.count > 0 ? several->list.items : &none,
                             several->list.count);
}

static struct weir_value save_several(const struct weir_aggregate *aggregate, const void *state,
                                      struct weir_arena *arena)
{
    (void)aggregate;
    const struct several *several = state;
    uint32_t count = several->list.count;
    struct weir_value *items = weir_arena_alloc(arena, (count + 1) * sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = save_entry(arena, several->sequences.items[i].bigint, &several->list.items[i]);
    }
    struct weir_value value;
    weir_return_array(&value, items, count);
    return value;
}

static bool load_several(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *saved)
{
    struct several *several = state;
    if (saved->kind != WEIR_TYPE_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < saved->length; i++) {
        int64_t sequence;
        if (!load_sequence(aggregate, &saved->items[i], &sequence)) {
            return false;
        }
        insert(several, i, sequence, &saved->items[i].items[1]);
    }
    return true;
}

static size_t several_bytes(const void *state)
{
    const struct several *several = state;
    return weir_held_list_bytes(&several->list) + weir_held_list_bytes(&several->sequences);
}

static const struct weir_type *entries_type(struct weir_aggregate *aggregate)
{
    return weir_type_array(aggregate->arena, entry_type(aggregate));
}

#define SEVERAL_OPS(settings, update_function) \
    { \
        .state_bytes = sizeof(struct several), .setting_count = settings, .check = check_count, \
        .state_type = entries_type, .fini = fini_several, .update = update_function, \
        .merge = merge_several, .result = result_several, .save = save_several, \
        .load = load_several, .memory_bytes = several_bytes, \
    }
static const struct weir_aggregate_ops earliest_several_ops[2] = {
    SEVERAL_OPS(1, update_earliest_several), SEVERAL_OPS(2, update_earliest_several)};
static const struct weir_aggregate_ops latest_several_ops[2] = {
    SEVERAL_OPS(1, update_latest_several), SEVERAL_OPS(2, update_latest_several)};

static const struct weir_signature earliest_signatures[] = {
    {.text = "(T value) T", .aggregate = &earliest_ops[0]},
    {.text = "(T value, BOOLEAN ignoreNulls) T", .aggregate = &earliest_ops[1]},
    {.text = "(T value, INTEGER count) ARRAY<T>", .aggregate = &earliest_several_ops[0]},
    {.text = "(T value, INTEGER count, BOOLEAN ignoreNulls) ARRAY<T>",
     .aggregate = &earliest_several_ops[1]},
};
static const struct weir_signature latest_signatures[] = {
    {.text = "(T value) T", .aggregate = &latest_ops[0]},
    {.text = "(T value, BOOLEAN ignoreNulls) T", .aggregate = &latest_ops[1]},
    {.text = "(T value, INTEGER count) ARRAY<T>", .aggregate = &latest_several_ops[0]},
    {.text = "(T value, INTEGER count, BOOLEAN ignoreNulls) ARRAY<T>",
     .aggregate = &latest_several_ops[1]},
};

static const struct weir_function functions[] = {
    {.name = "EARLIEST_BY_OFFSET",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The first value, or the first values, in the order of arrival; NULLs only if "
                    "ignoreNulls is "
                    "false.",
     WEIR_SIGNATURES(earliest_signatures)},
    {.name = "LATEST_BY_OFFSET",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The newest value, or the newest values, in the order of arrival; NULLs only "
                    "if ignoreNulls is "
                    "false.",
     WEIR_SIGNATURES(latest_signatures)},
};

WEIR_FAMILY(weir_functions_offset, functions);
