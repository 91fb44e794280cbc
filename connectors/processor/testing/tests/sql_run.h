/* sql_run.h - for tests: a program over inputs written as JSON, its outputs as records.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_TESTS_SQL_RUN_H
#define WEIR_PROCESSOR_TESTING_TESTS_SQL_RUN_H

#include "connectors/processor/testing/runner.h"

#include <stdio.h>
#include <string.h>

/* inputs: what stands between the brackets of {"inputs":[...]}. NULL: the program was rejected, and
 * the answer printed. */
static inline const struct weir_json_tree *sql_run(struct weir_arena *arena, const char *sql,
                                                   const char *inputs)
{
    struct weir_error err = {0};
    struct weir_test_case test = {.statements = sql, .statement_bytes = strlen(sql)};
    const char *text = weir_arena_format(arena, "{\"inputs\":[%s]}", inputs);
    const struct weir_json_tree *tree = weir_json_tree_parse(arena, weir_bytes_of(text), &err);
    if (!tree || !weir_test_records_read(arena, weir_json_tree_member(tree, "inputs"), &test.inputs,
                                         &test.input_count, &err)) {
        printf("# inputs: %s\n", err.message);
        return NULL;
    }
    struct weir_buffer answer;
    weir_buffer_init(&answer, SIZE_MAX);
    weir_buffer_append_byte(&answer, '{');
    bool ok = weir_test_run(arena, &test, &answer);
    weir_buffer_append_byte(&answer, '}');
    struct weir_bytes copy = weir_arena_copy(arena, weir_buffer_view(&answer));
    if (!ok) {
        printf("# %s\n", weir_buffer_text(&answer));
    }
    weir_buffer_fini(&answer);
    return ok ? weir_json_tree_parse(arena, copy, &err) : NULL;
}

/* The records of one topic, a line each: "key value@timestamp", with "[start,end]" after the key of
 * a windowed one. */
static inline const char *sql_outputs(struct weir_arena *arena, const struct weir_json_tree *answer,
                                      const char *topic)
{
    struct weir_test_record *records = NULL;
    size_t count = 0;
    struct weir_error err = {0};
    if (!answer || !weir_test_records_read(arena, weir_json_tree_member(answer, "outputs"),
                                           &records, &count, &err)) {
        return "rejected";
    }
    const char *lines = "";
    for (size_t i = 0; i < count; i++) {
        const struct weir_test_record *record = &records[i];
        if (strcmp(record->topic, topic) != 0) {
            continue;
        }
        const char *window = "";
        if (record->window != WEIR_WINDOW_NONE) {
            window = weir_arena_format(arena, "[%lld,%lld]", (long long)record->window_start_ms,
                                       (long long)record->window_end_ms);
        }
        lines = weir_arena_format(
            arena, "%s%.*s%s %.*s@%lld\n", lines, (int)record->key->raw.len,
            (const char *)record->key->raw.data, window, (int)record->value->raw.len,
            (const char *)record->value->raw.data, (long long)record->timestamp_ms);
    }
    return lines;
}

#endif
