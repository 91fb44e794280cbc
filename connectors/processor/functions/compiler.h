/* compiler.h - compiled expressions from the inside: nodes, and the functions that make them.
 *
 * A node is a closure: a function pointer with its operands. compile_* functions type an expression
 * and make its node at once; they return NULL when the expression is wrong (err has the place).
 * Threads: one owner. Allocates: nodes, in the evaluator's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_COMPILER_H
#define WEIR_PROCESSOR_FUNCTIONS_COMPILER_H

#include "connectors/processor/functions/expression.h"
#include "connectors/processor/functions/function.h"

struct weir_node;

/* False: as an exception in Java. *out is written on success only. */
typedef bool (*weir_eval_fn)(struct weir_evaluation *evaluation, const struct weir_node *node,
                             struct weir_value *out);

struct weir_node {
    weir_eval_fn eval;
    const struct weir_type *type;
    bool constant; /* the same for every row: can be folded */
    const struct weir_node *a, *b, *c;
    const struct weir_node **items; /* operands of what has many */
    size_t item_count;
    union {
        struct weir_value value; /* constant */
        uint32_t index;          /* column, field, variable */
        enum weir_comparison comparison;
        const struct weir_call *call;
        const struct weir_cast *cast;
        const char *text; /* escape, header name */
    };
    /* Calls. */
    weir_scalar_fn kernel;
    bool takes_nulls;
};

struct weir_cleanup {
    struct weir_cleanup *next;
    void (*fini)(void *cache);
    void *cache;
};

enum { WEIR_LAMBDA_VARIABLES_MAX = 64, WEIR_EXPRESSION_DEPTH_MAX = 400 };

struct weir_compiler {
    struct weir_arena *arena;
    const struct weir_expression_options *options;
    struct weir_error *err;
    const struct weir_type
        *variables[WEIR_LAMBDA_VARIABLES_MAX]; /* types of lambda variables in scope */
    struct weir_cleanup *cleanups;
    bool types_only; /* aggregates and table functions may occur: they have a type and no value */
    int depth;
};

const struct weir_node *weir_compile(struct weir_compiler *compiler,
                                     const struct weir_expression *expression);
/* Parts of weir_compile, by kind. */
const struct weir_node *weir_compile_arithmetic(struct weir_compiler *compiler,
                                                const struct weir_expression *expression);
const struct weir_node *weir_compile_sign(struct weir_compiler *compiler,
                                          const struct weir_expression *expression);
const struct weir_node *weir_compile_comparison(struct weir_compiler *compiler,
                                                const struct weir_expression *expression);
const struct weir_node *weir_compile_between(struct weir_compiler *compiler,
                                             const struct weir_expression *expression);
const struct weir_node *weir_compile_logic(struct weir_compiler *compiler,
                                           const struct weir_expression *expression);
const struct weir_node *weir_compile_is_null(struct weir_compiler *compiler,
                                             const struct weir_expression *expression);
const struct weir_node *weir_compile_in(struct weir_compiler *compiler,
                                        const struct weir_expression *expression);
const struct weir_node *weir_compile_like(struct weir_compiler *compiler,
                                          const struct weir_expression *expression);
const struct weir_node *weir_compile_case(struct weir_compiler *compiler,
                                          const struct weir_expression *expression);
const struct weir_node *weir_compile_column(struct weir_compiler *compiler,
                                            const struct weir_expression *expression);
const struct weir_node *weir_compile_access(struct weir_compiler *compiler,
                                            const struct weir_expression *expression);
const struct weir_node *weir_compile_constructor(struct weir_compiler *compiler,
                                                 const struct weir_expression *expression);
const struct weir_node *weir_compile_call(struct weir_compiler *compiler,
                                          const struct weir_expression *expression);

/* Nodes. */
struct weir_node *weir_node_make(struct weir_compiler *compiler, weir_eval_fn eval,
                                 const struct weir_type *type);
const struct weir_node *weir_node_constant(struct weir_compiler *compiler,
                                           const struct weir_type *type,
                                           const struct weir_value *value);
/* Operands are set: becomes a constant when they all are and it evaluates. Returns node. */
const struct weir_node *weir_node_finish(struct weir_compiler *compiler, struct weir_node *node);
/* With a conversion to type around it; node itself if it has that type or is NULL. NULL: err. */
const struct weir_node *weir_node_cast(struct weir_compiler *compiler, const struct weir_node *node,
                                       const struct weir_type *type, struct weir_place place);
/* ksql.cast.strings.preserve.nulls=false: NULL becomes the text null. Accepts NULL. */
const struct weir_node *weir_node_null_to_text(struct weir_compiler *compiler,
                                               const struct weir_node *node);
/* Around node: its failure is NULL (ksql.nested.error.set.null). */
const struct weir_node *weir_node_guard(struct weir_compiler *compiler,
                                        const struct weir_node *node);
/* An operand must not be NULL where Java would unbox it. */
bool weir_node_eval_value(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out);

/* An eval function: its operand, which must not be NULL. */
bool weir_node_eval_unboxed(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out);

static inline bool weir_node_eval(struct weir_evaluation *evaluation, const struct weir_node *node,
                                  struct weir_value *out)
{
    return node->eval(evaluation, node, out);
}

/* One side of a comparison. */
struct weir_side {
    const struct weir_node *node;
    const struct weir_expression *source;
};
/* left operator right, checked; NULL: err. */
const struct weir_node *weir_node_compare(struct weir_compiler *compiler,
                                          enum weir_comparison operator, struct weir_side left,
                                          struct weir_side right, struct weir_place place);

/* Expressions brought to one type, as the items of ARRAY[...] and of IN are. *type_out:
 * &weir_type_null when all are NULL. False: err. */
bool weir_compile_list(struct weir_compiler *compiler, struct weir_expression *const *expressions,
                       size_t count, const struct weir_node **nodes,
                       const struct weir_type **type_out);

/* For messages. */
const char *weir_compiler_type_text(struct weir_compiler *compiler, const struct weir_type *type);
const char *weir_compiler_text(struct weir_compiler *compiler,
                               const struct weir_expression *expression);
/* Sets err at place; returns NULL. */
const struct weir_node *weir_compiler_fail(struct weir_compiler *compiler, struct weir_place place,
                                           const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
