/* parser.h - SQL text to a syntax tree, by recursive descent.
 *
 * The whole program is parsed before anything is executed; the first mistake ends it, with its line
 * and column, the code WEIR_SQL_SYNTAX and what was expected there. Threads: any. Allocates: in the
 * arena given; the text is copied into it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_PARSER_H
#define WEIR_PROCESSOR_SQL_PARSER_H

#include "connectors/processor/sql/ast.h"
#include "core/base/error.h"

/* The text needs no NUL. */
bool weir_sql_parse(struct weir_arena *arena, const char *text, size_t length,
                    struct weir_statements *statements_out, struct weir_error *err);
/* One expression, for tests and tools. */
struct weir_expression *weir_sql_parse_expression(struct weir_arena *arena, const char *text,
                                                  struct weir_error *err);

#endif
