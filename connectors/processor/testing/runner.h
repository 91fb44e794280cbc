/* runner.h - one test case from statements to answer, as ksqlDB's own test executor runs it.
 *
 * Statements first, then the inputs, then the queries one after another, each to its end. Nothing
 * is left behind.
 * Threads: any, one case each. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_RUNNER_H
#define WEIR_PROCESSOR_TESTING_RUNNER_H

#include "connectors/processor/testing/test_case.h"
#include "core/base/buffer.h"

/* Appends the members of the answer's object, without its braces: "outputs", "sources" and
 * "topics", or "error". True: outputs; false: error. */
bool weir_test_run(struct weir_arena *arena, const struct weir_test_case *test,
                   struct weir_buffer *answer);
/* "error":{...} of err, which may have no place. */
void weir_test_print_error(const struct weir_error *err, const char *kind,
                           struct weir_buffer *answer);

#endif
