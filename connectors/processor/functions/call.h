/* call.h - calls of functions: overloads resolved, arguments compiled.
 * Threads: one owner. Allocates: in the compiler's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_CALL_H
#define WEIR_PROCESSOR_FUNCTIONS_CALL_H

#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/functions/signatures.h"

struct weir_resolved_call {
    const struct weir_function *function;
    const struct weir_signature *signature;
    const struct weir_parsed_signature *parsed;
    size_t argument_count;
    struct weir_argument *arguments;  /* types after conversion */
    const struct weir_node **nodes;   /* lambdas: NULL */
    const struct weir_node **lambdas; /* bodies */
    uint32_t *lambda_indexes;
    const struct weir_type **argument_types;
    struct weir_bindings bindings;
    const struct weir_type *type;
};

/* False: the compiler's err. */
bool weir_call_resolve(struct weir_compiler *compiler, const struct weir_function *function,
                       struct weir_expression *const *expressions, size_t count,
                       struct weir_place place, struct weir_resolved_call *call);
/* What the kernel is given; with its cache. */
struct weir_call *weir_call_make(struct weir_compiler *compiler,
                                 const struct weir_resolved_call *resolved);

/* The type of a CALL of an aggregate or table function; NULL: err. */
const struct weir_type *weir_aggregate_call_type(struct weir_compiler *compiler,
                                                 const struct weir_function *function,
                                                 const struct weir_expression *expression);
const struct weir_type *weir_table_call_type(struct weir_compiler *compiler,
                                             const struct weir_function *function,
                                             const struct weir_expression *expression);

#endif
