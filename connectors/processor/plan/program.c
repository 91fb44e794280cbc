/* program.c - which file executes which statement. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/program.h"

#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/plan/program_internal.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 0))) static void fail(struct weir_execution *execution,
                                                       struct weir_place place, int code,
                                                       const char *format, va_list arguments)
{
    char message[WEIR_ERROR_MESSAGE_BYTES];
    vsnprintf(message, sizeof(message), format, arguments);
    struct weir_place at = place.line ? place : execution->statement->place;
    weir_fail_at(execution->err, WEIR_DOMAIN_SQL, at.line, at.column, "%s", message);
    execution->err->code = code;
}

bool weir_execution_fail(struct weir_execution *execution, struct weir_place place,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(execution, place, 0, format, arguments);
    va_end(arguments);
    return false;
}

bool weir_execution_unsupported(struct weir_execution *execution, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(execution, execution->statement->place, WEIR_SQL_UNSUPPORTED, format, arguments);
    va_end(arguments);
    return false;
}

const char *weir_execution_text(struct weir_execution *execution,
                                const struct weir_statement *statement)
{
    return weir_arena_strndup(execution->arena, execution->program->text + statement->text_offset,
                              statement->text_length);
}

void weir_execution_done(struct weir_execution *execution, const char *text)
{
    execution->action->kind = WEIR_ACTION_NONE;
    execution->action->text = text;
}

static bool create_type(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    const char *name = statement->create_type.name;
    if (weir_metastore_type(execution->metastore, name)) {
        if (!statement->create_type.if_not_exists) {
            return weir_execution_fail(
                execution, statement->place,
                "Cannot register custom type '%s' since it is already registered.", name);
        }
        weir_execution_done(execution,
                            weir_arena_format(execution->arena, "%s is already registered.", name));
        return true;
    }
    const struct weir_type *type = weir_plan_type(execution->metastore, execution->arena,
                                                  statement->create_type.type, execution->err);
    if (!type) {
        return false;
    }
    weir_metastore_put_type(execution->metastore, name, type);
    weir_execution_done(
        execution,
        weir_arena_format(execution->arena, "Registered custom type with name '%s'", name));
    return true;
}

static bool create_connector(struct weir_execution *execution)
{
    bool sink = execution->statement->create_connector.sink;
    return weir_execution_unsupported(
        execution,
        "CREATE %s CONNECTOR is not supported: a connector is a process of its own. Put the "
        "properties of %s in a YAML file and start it with `%s run FILE`.",
        sink ? "SINK" : "SOURCE", execution->statement->create_connector.name,
        sink ? "weir-sink" : "weir-source");
}

static bool set_property(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    if (statement->kind == WEIR_STATEMENT_UNSET) {
        weir_metastore_unset_property(execution->metastore, statement->property.name);
        weir_execution_done(execution, weir_arena_format(execution->arena,
                                                         "Successfully unset local property '%s'.",
                                                         statement->property.name));
        return true;
    }
    weir_metastore_set_property(execution->metastore, statement->property.name,
                                statement->property.value);
    weir_execution_done(execution,
                        weir_arena_format(execution->arena,
                                          "Successfully changed local property '%s' to '%s'.",
                                          statement->property.name, statement->property.value));
    return true;
}

static bool alter_system(struct weir_execution *execution)
{
    return weir_execution_unsupported(
        execution,
        "ALTER SYSTEM is not supported: set %s in the YAML file of the "
        "processor, or with SET for the statements that follow.",
        execution->statement->property.name);
}

static bool pass_on(struct weir_execution *execution)
{
    bool print = execution->statement->kind == WEIR_STATEMENT_PRINT;
    execution->action->kind = print ? WEIR_ACTION_PRINT : WEIR_ACTION_ASSERT;
    return true;
}

static bool nothing(struct weir_execution *execution)
{
    weir_execution_done(execution, NULL);
    return true;
}

static bool execute(struct weir_execution *execution)
{
    switch (execution->statement->kind) {
    case WEIR_STATEMENT_QUERY:
        return weir_execute_select(execution);
    case WEIR_STATEMENT_CREATE_SOURCE:
        return weir_execute_create_source(execution);
    case WEIR_STATEMENT_CREATE_AS:
        return weir_execute_create_as(execution);
    case WEIR_STATEMENT_CREATE_CONNECTOR:
        return create_connector(execution);
    case WEIR_STATEMENT_CREATE_TYPE:
        return create_type(execution);
    case WEIR_STATEMENT_INSERT_SELECT:
        return weir_execute_insert_select(execution);
    case WEIR_STATEMENT_INSERT_VALUES:
        return weir_execute_insert_values(execution);
    case WEIR_STATEMENT_DROP_SOURCE:
    case WEIR_STATEMENT_DROP_CONNECTOR:
    case WEIR_STATEMENT_DROP_TYPE:
        return weir_execute_drop(execution);
    case WEIR_STATEMENT_ALTER_SOURCE:
        return weir_execute_alter_source(execution);
    case WEIR_STATEMENT_ALTER_SYSTEM:
        return alter_system(execution);
    case WEIR_STATEMENT_SET:
    case WEIR_STATEMENT_UNSET:
        return set_property(execution);
    case WEIR_STATEMENT_DEFINE: /* done by the lexer */
    case WEIR_STATEMENT_UNDEFINE:
        return nothing(execution);
    case WEIR_STATEMENT_SHOW:
        return weir_execute_show(execution);
    case WEIR_STATEMENT_DESCRIBE:
        return weir_execute_describe(execution);
    case WEIR_STATEMENT_EXPLAIN:
        return weir_execute_explain(execution);
    case WEIR_STATEMENT_TERMINATE:
        return weir_execute_terminate(execution);
    case WEIR_STATEMENT_PRINT:
    case WEIR_STATEMENT_ASSERT_TOPIC:
        return pass_on(execution);
    }
    return nothing(execution);
}

bool weir_program_execute(const struct weir_program_options *options, struct weir_arena *arena,
                          const struct weir_statements *program,
                          const struct weir_statement *statement, struct weir_action *action_out,
                          struct weir_error *err)
{
    struct weir_action action = {.statement = statement};
    struct weir_execution execution = {.metastore = options->metastore,
                                       .topics = &options->topics,
                                       .arena = arena,
                                       .program = program,
                                       .statement = statement,
                                       .action = &action,
                                       .err = err};
    if (!execute(&execution)) {
        if (err->line == 0) {
            err->line = statement->place.line;
            err->column = statement->place.column;
        }
        return false;
    }
    *action_out = action;
    return true;
}
