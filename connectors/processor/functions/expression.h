/* expression.h - expressions: their types, and their compiled form.
 *
 * Typing and compiling take the syntax tree after the analysis has resolved it: each COLUMN has its
 * slot and its type, each CAST its target type. Rules and messages are ksqlDB's. The compiled form
 * is a tree of closures, each specialised by the types of its operands; constants are folded.
 *
 * An evaluation that would throw in Java (division by zero, text that is no number, arithmetic on
 * NULL) returns false: the column becomes NULL, the predicate false. Inside an argument of a
 * function, of a CAST or of `->` it makes that argument NULL instead (ksqlDB's
 * ksql.nested.error.set.null). Threads: an evaluator has caches, so one owner; typing: any.
 * Allocates: an evaluation in the row's arena only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_EXPRESSION_H
#define WEIR_PROCESSOR_FUNCTIONS_EXPRESSION_H

#include "connectors/processor/sql/ast.h"
#include "connectors/processor/values/value.h"
#include "core/base/error.h"

#include <stdbool.h>

/* Session properties that change what an expression means; zeroed = ksqlDB's defaults. */
struct weir_expression_options {
    bool nested_errors_throw; /* ksql.nested.error.set.null=false */
    bool cast_nulls_to_text;  /* ksql.cast.strings.preserve.nulls=false: CAST(NULL) to STRING is
                                 'null' */
    bool substring_legacy; /* ksql.functions.substring.legacy.args=true: positions count from 0 */
    int64_t collect_list_limit; /* ksql.functions.collect_list.limit; 0 = none (ksqlDB's unset or
                                   negative) */
    int64_t collect_set_limit;
};

/* The type of a resolved expression, &weir_type_null for NULL; calls of aggregate and table
 * functions too. NULL: err says why, with the place. New types are made in arena. */
const struct weir_type *weir_expression_type(const struct weir_expression *expression,
                                             struct weir_arena *arena, struct weir_error *err);

/* What kind of function is called anywhere inside, lambdas included; for "is this an aggregation".
 */
bool weir_expression_has_aggregate(const struct weir_expression *expression);
bool weir_expression_has_table_function(const struct weir_expression *expression);
/* The expression itself is a call of such a function. */
bool weir_expression_is_aggregate_call(const struct weir_expression *expression);
bool weir_expression_is_table_function_call(const struct weir_expression *expression);

struct weir_evaluator;

/* Returns owned; NULL: err, with the place. Borrows the expression's types and texts for its life;
 * options may be NULL. */
struct weir_evaluator *weir_evaluator_create(const struct weir_expression *expression,
                                             const struct weir_expression_options *options,
                                             struct weir_error *err);
void weir_evaluator_destroy(struct weir_evaluator *evaluator);
/* Lives as long as the evaluator. */
const struct weir_type *weir_evaluator_type(const struct weir_evaluator *evaluator);
/* Its value never changes (no column, no random or clock function in it). */
bool weir_evaluator_is_constant(const struct weir_evaluator *evaluator);

/* False: as an exception in Java; weir_evaluator_message says which, *value_out is NULL. The value
 * may point into the row, the arena or the evaluator. row may be NULL when no column is read. */
bool weir_evaluate(struct weir_evaluator *evaluator, const struct weir_row *row,
                   struct weir_arena *arena, struct weir_value *value_out);
/* A predicate: NULL and failures are false. */
bool weir_evaluate_predicate(struct weir_evaluator *evaluator, const struct weir_row *row,
                             struct weir_arena *arena);
/* Of the last failure; for the processing log. Never NULL. */
const char *weir_evaluator_message(const struct weir_evaluator *evaluator);

/* A value into a column of another type as ksqlDB coerces the literals of INSERT INTO ... VALUES:
 * numbers widen, text becomes a number, a date, anything simple becomes text; inside collections
 * too. */
bool weir_value_coerce(const struct weir_value *value, const struct weir_type *from,
                       const struct weir_type *to, struct weir_arena *arena,
                       struct weir_value *value_out, struct weir_error *err);

#endif
