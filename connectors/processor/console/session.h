/* session.h - what the parts of the console share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_CONSOLE_SESSION_H
#define WEIR_PROCESSOR_CONSOLE_SESSION_H

#include "connectors/processor/engine/application.h"

struct weir_session {
    const struct weir_config *config;
    struct weir_application *application;
    struct weir_admin *admin;
};

/* ---- insert.c ---- */

/* Writes the row of an INSERT INTO ... VALUES and waits until Kafka has it. */
bool weir_session_insert(struct weir_session *session, const struct weir_action *action,
                         struct weir_error *err);

/* ---- select.c ---- */

/* Prints the rows of a push or pull query to standard output. */
bool weir_session_select(struct weir_session *session, const struct weir_query_plan *plan,
                         struct weir_error *err);

/* ---- table_printer.c ---- */

/* ksqlDB's header of |NAME   |...| cells. */
void weir_table_print_header(const struct weir_schema *schema);
/* One row of the schema's values as text cells; views printed at once. */
char *weir_table_format_row(const struct weir_schema *schema, const struct weir_value *values);

#endif
