/* printer.h - the syntax tree as SQL again.
 *
 * What is printed parses to an equal tree. Expressions look as in ksqlDB's messages: (A + 1), ((A =
 * 1) AND B), ABS(X). Threads: any. Allocates: only in the buffer given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_PRINTER_H
#define WEIR_PROCESSOR_SQL_PRINTER_H

#include "connectors/processor/sql/ast.h"
#include "core/base/buffer.h"

/* In backticks only where the parser needs them. */
void weir_sql_print_name(const char *name, struct weir_buffer *buffer);
void weir_sql_print_string(const char *text, size_t length, struct weir_buffer *buffer);
void weir_sql_print_type(const struct weir_type_node *type, struct weir_buffer *buffer);
void weir_sql_print_expression(const struct weir_expression *expression,
                               struct weir_buffer *buffer);
void weir_sql_print_query(const struct weir_query *query, struct weir_buffer *buffer);
/* Without the `;`. */
void weir_sql_print_statement(const struct weir_statement *statement, struct weir_buffer *buffer);

/* For messages: the printed expression, cut to what a message can hold. */
const char *weir_sql_expression_text(struct weir_arena *arena,
                                     const struct weir_expression *expression);

#endif
