/* expression_case.h - expressions as text, evaluated over one row, for tables of tests.
 *
 * The columns: B BOOLEAN, I INTEGER, L BIGINT, D DOUBLE, S STRING, DEC DECIMAL(6, 2), A
 * ARRAY<INTEGER>, M MAP<STRING, INTEGER>, T STRUCT<F INTEGER, G STRING>, XT ARRAY<T's>, AS
 * ARRAY<STRING>, Y BYTES, DT DATE, TI TIME, TS TIMESTAMP, and K INTEGER of the key. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_TESTS_EXPRESSION_CASE_H
#define WEIR_PROCESSOR_FUNCTIONS_TESTS_EXPRESSION_CASE_H

#include "connectors/processor/functions/expression.h"

#include <stddef.h>

struct expression_case {
    const char *expression;
    const char *expected; /* "INTEGER 3", "STRING \"x\"", "INTEGER null", "failed: why", "wrong:
                             why" (both: the beginning) */
};

/* cmocka's group setup and teardown. */
int expression_case_setup(void **state);
int expression_case_teardown(void **state);

/* Over the row that this JSON object is; with null, over nothing. */
void expression_case_row(const char *json);
void expression_case_options(const struct weir_expression_options *options);
void expression_case_run(const struct expression_case *cases, size_t count);
#define EXPRESSION_CASES(array) expression_case_run((array), sizeof(array) / sizeof *(array))

/* The parsed and resolved expression. */
struct weir_expression *expression_case_parse(const char *text);
const struct weir_row *expression_case_current_row(void);
struct weir_arena *expression_case_arena(void);
const char *expression_case_print(const struct weir_value *value, const struct weir_type *type);

#endif
