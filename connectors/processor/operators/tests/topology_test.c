/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/topology.h"

#include "connectors/processor/plan/tests/program_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SOURCES \
    "CREATE OR REPLACE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE STREAM r (id INT KEY, m INT) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE STREAM k (a INT, b INT) WITH (KAFKA_TOPIC='k', VALUE_FORMAT='JSON');"

/* Of the sub-topology that reads the query's first source. */
static bool in_lockstep(struct program_fixture *fixture, const char *text, bool packs)
{
    if (!program_run(fixture, text)) {
        fail_msg("%s: %s", text, fixture->err.message);
    }
    const struct weir_topology_options options = {.repartition_pack = packs};
    const struct weir_topology *topology =
        weir_topology_build(fixture->arena, fixture->action.plan, &options);
    return weir_topology_in_lockstep(topology, 0);
}

static void partitions_that_meet_again_go_together(void **state)
{
    static const struct {
        const char *query;
        bool packs, lockstep;
    } cases[] = {
        {SOURCES "CREATE STREAM o1 AS SELECT * FROM s;", true, false},
        {SOURCES "CREATE STREAM o2 AS SELECT s.id, n, m FROM s JOIN r WITHIN 1 DAY ON s.id = r.id;",
         true, false},
        {SOURCES "CREATE STREAM o3 AS SELECT * FROM s PARTITION BY n;", true, true},
        {SOURCES "CREATE STREAM o4 AS SELECT * FROM k;", true, true},
        {SOURCES "CREATE TABLE o5 AS SELECT n, COUNT(*) FROM s GROUP BY n;", true, false},
        {SOURCES "CREATE TABLE o6 AS SELECT n, COUNT(*) FROM s GROUP BY n;", false, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(in_lockstep(*state, cases[i].query, cases[i].packs), cases[i].lockstep);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        partitions_that_meet_again_go_together, program_set_up, program_tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
