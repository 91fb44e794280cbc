/* compare.h - outputs against what a test expects, by the rules of ksqlDB's own tests.
 *
 * For each topic that is expected: same records, same order. An actual whole number matches the
 * expected number cut to 32 (or 64) bits, an actual fraction must have the same digits and scale.
 * Threads: any. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_COMPARE_H
#define WEIR_PROCESSOR_TESTING_COMPARE_H

#include "connectors/processor/testing/test_case.h"

/* Expected topics that are also input topics begin with the inputs. False: err says the first
 * difference in ksql-test-runner's words. */
bool weir_test_compare(struct weir_arena *arena, const struct weir_test_case *test,
                       const struct weir_test_record *actual, size_t actual_count,
                       const struct weir_test_record *expected, size_t expected_count,
                       struct weir_error *err);
/* One value; either may be NULL. */
bool weir_test_value_equal(struct weir_arena *arena, const struct weir_json_tree *actual,
                           const struct weir_json_tree *expected);

#endif
