/* program_fixture.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/tests/program_fixture.h"

#include "connectors/processor/plan/program_internal.h"
#include "connectors/processor/sql/parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int32_t partition_count(void *context, const char *topic, struct weir_error *err)
{
    (void)context;
    (void)err;
    return strncmp(topic, "MISSING", 7) == 0 ? 0 : strncmp(topic, "TWO", 3) == 0 ? 2 : 1;
}

int program_set_up(void **state)
{
    static struct program_fixture fixture;
    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = weir_arena_create(1 << 16);
    fixture.metastore = weir_metastore_create();
    *state = &fixture;
    return 0;
}

int program_tear_down(void **state)
{
    struct program_fixture *fixture = *state;
    weir_metastore_destroy(fixture->metastore);
    weir_arena_destroy(fixture->arena);
    return 0;
}

bool program_run(struct program_fixture *fixture, const char *text)
{
    struct weir_program_options options = {.metastore = fixture->metastore,
                                           .topics = {.partition_count = partition_count}};
    struct weir_statements program;
    weir_error_clear(&fixture->err);
    fixture->failed = 0;
    if (!weir_sql_parse(fixture->arena, text, strlen(text), &program, &fixture->err)) {
        return false;
    }
    for (size_t i = 0; i < program.count; i++) {
        fixture->failed = i;
        if (!weir_program_execute(&options, fixture->arena, &program, program.items[i],
                                  &fixture->action, &fixture->err)) {
            fixture->failed = program.count - 1 - i;
            return false;
        }
    }
    return true;
}

void program_refused(struct program_fixture *fixture, const char *text, uint32_t line,
                     uint32_t column, const char *part)
{
    if (program_run(fixture, text)) {
        fail_msg("accepted: %s", text);
    }
    const struct weir_error *err = &fixture->err;
    if (fixture->failed != 0 || err->line != line || err->column != column ||
        !strstr(err->message, part)) {
        fail_msg("%s\n  gave %u:%u %s\n  not  %u:%u %s", text, err->line, err->column, err->message,
                 line, column, part);
    }
}

static void run_query(struct program_fixture *fixture, const char *text)
{
    if (!program_run(fixture, text)) {
        fail_msg("%s\n  %u:%u %s", text, fixture->err.line, fixture->err.column,
                 fixture->err.message);
    }
    assert_non_null(fixture->action.plan);
}

const struct weir_step *program_step(struct program_fixture *fixture, const char *text,
                                     enum weir_step_kind kind)
{
    run_query(fixture, text);
    for (size_t i = 0; i < fixture->action.plan->step_count; i++) {
        if (fixture->action.plan->steps[i]->kind == kind) {
            return fixture->action.plan->steps[i];
        }
    }
    return NULL;
}

const char *program_schema(struct program_fixture *fixture, const char *text)
{
    run_query(fixture, text);
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 16);
    weir_print_schema(&fixture->action.plan->root->schema, &buffer);
    return weir_arena_strdup(fixture->arena, weir_buffer_text(&buffer));
}
