/* type_pattern.h - the types that a function takes and gives, with variables: ARRAY<T>, MAP<K, V>,
 * LAMBDA<T, R>.
 *
 * Threads: immutable once parsed. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_TYPE_PATTERN_H
#define WEIR_PROCESSOR_FUNCTIONS_TYPE_PATTERN_H

#include "connectors/processor/values/type.h"
#include "core/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum weir_pattern_kind {
    WEIR_PATTERN_TYPE,     /* a type without parts; DECIMAL: of any precision */
    WEIR_PATTERN_ANY,      /* ANY: no conversion, no variable */
    WEIR_PATTERN_VARIABLE, /* T */
    WEIR_PATTERN_ARRAY,
    WEIR_PATTERN_MAP,
    WEIR_PATTERN_STRUCT,
    WEIR_PATTERN_LAMBDA, /* parts: inputs, then the result */
};

struct weir_pattern {
    enum weir_pattern_kind kind;
    enum weir_type_kind type; /* TYPE */
    char variable;            /* VARIABLE: 'A' to 'Z' */
    bool has_variables;
    const struct weir_pattern **parts; /* ARRAY: 1; MAP: 2; STRUCT, LAMBDA: any */
    const char **names;                /* STRUCT */
    size_t part_count;
};

struct weir_parameter {
    const struct weir_pattern *pattern; /* variadic: of one argument */
    const char *name;                   /* or "" */
};

enum { WEIR_PARAMETERS_MAX = 10 };

struct weir_parsed_signature {
    struct weir_parameter parameters[WEIR_PARAMETERS_MAX];
    size_t parameter_count;
    size_t variadic; /* index of the parameter that repeats; parameter_count: none */
    const struct weir_pattern *result;
};

/* The text is ours: what does not parse is a bug of ours. */
const struct weir_parsed_signature *weir_signature_parse(struct weir_arena *arena,
                                                         const char *text);

/* What the type variables stand for; zeroed: nothing yet. */
struct weir_bindings {
    const struct weir_type *types[26];
};

/* Whether a value of type fits the pattern as it is, or, with casts, after a widening. Binds
 * variables. type is not &weir_type_null. */
bool weir_pattern_match(const struct weir_pattern *pattern, const struct weir_type *type,
                        bool allow_casts, struct weir_bindings *bindings);
/* The type with all variables replaced; NULL: one is not bound (*missing_out). DECIMAL without
 * precision: of `decimal`. */
const struct weir_type *weir_pattern_type(const struct weir_pattern *pattern,
                                          const struct weir_bindings *bindings,
                                          struct weir_arena *arena, char *missing_out);
/* The type to cast an argument of that type to; NULL: it can be used as it is. */
const struct weir_type *weir_pattern_cast(const struct weir_pattern *pattern,
                                          const struct weir_type *type, struct weir_arena *arena);

void weir_pattern_print(const struct weir_pattern *pattern, struct weir_buffer *buffer);

/* Whether a value of type `from` may silently become one of type `to` (function arguments). */
bool weir_type_kind_widens(enum weir_type_kind from, enum weir_type_kind to);

#endif
