/* program_fixture.h - runs SQL text against an empty metastore, for the tests of this folder.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_TESTS_PROGRAM_FIXTURE_H
#define WEIR_PROCESSOR_PLAN_TESTS_PROGRAM_FIXTURE_H

#include "connectors/processor/plan/program.h"

struct program_fixture {
    struct weir_arena *arena;
    struct weir_metastore *metastore;
    struct weir_action action; /* of the last statement */
    struct weir_error err;
    size_t failed; /* index of the statement that failed */
};

int program_set_up(void **state);
int program_tear_down(void **state);

/* Executes every statement; false: err. Topics named MISSING... do not exist, TWO... have 2
 * partitions, others 1. */
bool program_run(struct program_fixture *fixture, const char *text);
/* Fails the test unless the last statement is refused at the place, with part in its message. */
void program_refused(struct program_fixture *fixture, const char *text, uint32_t line,
                     uint32_t column, const char *part);
/* Runs text, which ends with a query; the plan's steps of one kind, or NULL. */
const struct weir_step *program_step(struct program_fixture *fixture, const char *text,
                                     enum weir_step_kind kind);
/* The schema of the last query's root: "`K` STRING KEY, `V` INTEGER". */
const char *program_schema(struct program_fixture *fixture, const char *text);

#endif
