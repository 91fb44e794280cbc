/* planning.h - from a configuration and a record to the writes that it becomes, as text. For tests.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_TESTS_PLANNING_H
#define WEIR_SINK_MONGODB_TESTS_PLANNING_H

#include "connectors/sink/mongodb/work.h"

#include <stdbool.h>

extern struct weir_arena *arena;
extern struct work_buffers buffers;

/* Around each test. */
int planning_begin(void **state);
int planning_end(void **state);

/* Whether the lines may stand in a configuration. */
bool configure(const char *more, struct weir_error *err);
/* Borrowed until the next call. */
const struct topic_settings *settings_of(const char *more, const char *topic);
/* Every write of the record as "replace+ filter={...} document={...}", or "REJECT: reason"; * marks
 * an own id. */
const char *writes_of(const struct topic_settings *of, const char *key, const char *value);
void assert_writes(const char *more, const char *key, const char *value, const char *expected);

#define CONVERTER \
    "key.converter: org.apache.kafka.connect.json.JsonConverter\nkey.converter.schemas.enable: " \
    "false\n"
#define TEST(name) cmocka_unit_test_setup_teardown(name, planning_begin, planning_end)

#endif
