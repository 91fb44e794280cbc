/* aggregate_internal.h - what an aggregate function is made of, for the files that define them.
 * Threads: as aggregate.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_AGGREGATE_INTERNAL_H
#define WEIR_PROCESSOR_FUNCTIONS_AGGREGATE_INTERNAL_H

#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/functions/function.h"

enum { WEIR_AGGREGATE_SETTINGS_MAX = 4 };

struct weir_aggregate {
    const struct weir_aggregate_ops *ops;
    struct weir_arena *arena;
    const struct weir_type *type, *state_type;
    const struct weir_type **argument_types; /* column arguments, after conversion */
    size_t argument_count;                   /* column arguments */
    struct weir_value settings[WEIR_AGGREGATE_SETTINGS_MAX]; /* literal arguments */
    size_t setting_count;
    struct weir_expression_options options;
    struct weir_arena *scratch; /* of one update at a time; reset by who uses it */
    int64_t next_sequence;      /* order of arrival over all states */
};

/* A state is state_bytes of zeroed memory; only what is not right zeroed needs init. */
struct weir_aggregate_ops {
    size_t state_bytes;
    size_t setting_count; /* trailing arguments that are literals */
    bool splittable;
    /* NULL: all settings do. False: err. */
    bool (*check)(struct weir_aggregate *aggregate, struct weir_error *err);
    /* NULL: the type of the first column argument. */
    const struct weir_type *(*state_type)(struct weir_aggregate *aggregate);
    void (*init)(struct weir_aggregate *aggregate, void *state); /* or NULL */
    void (*fini)(void *state);                                   /* or NULL */
    bool (*update)(struct weir_aggregate *aggregate, void *state,
                   const struct weir_value *arguments);
    bool (*undo)(struct weir_aggregate *aggregate, void *state,
                 const struct weir_value *arguments);                              /* or NULL */
    bool (*merge)(struct weir_aggregate *aggregate, void *into, const void *from); /* or NULL */
    bool (*result)(const struct weir_aggregate *aggregate, const void *state,
                   struct weir_arena *arena, struct weir_value *out);
    struct weir_value (*save)(const struct weir_aggregate *aggregate, const void *state,
                              struct weir_arena *arena);
    bool (*load)(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved);
    size_t (*memory_bytes)(const void *state); /* or NULL: none */
};

/* For save and load. */
struct weir_value weir_struct_value(struct weir_arena *arena, const struct weir_value *fields,
                                    size_t count);
static inline bool weir_is_struct_of(const struct weir_value *value, uint32_t count)
{
    return value->kind == WEIR_TYPE_STRUCT && value->length == count;
}

#endif
