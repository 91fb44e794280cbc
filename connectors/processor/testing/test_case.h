/* test_case.h - what one test has: statements, properties, topics, input records.
 * Threads: a value. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_TEST_CASE_H
#define WEIR_PROCESSOR_TESTING_TEST_CASE_H

#include "connectors/processor/testing/json_tree.h"
#include "connectors/processor/values/value.h"

struct weir_test_property {
    const char *name, *value;
};

struct weir_test_topic {
    const char *name;
    int32_t partitions;
};

struct weir_test_record {
    const char *topic;
    const struct weir_json_tree *key, *value; /* NULL or JSON null: none */
    int64_t timestamp_ms;
    bool has_timestamp;
    enum weir_window_kind window;
    int64_t window_start_ms, window_end_ms;
    const struct weir_header *headers;
    size_t header_count;
};

struct weir_test_case {
    const struct weir_json_tree *id; /* batch: handed back as it is */
    const char *statements;          /* joined by newlines */
    size_t statement_bytes;
    struct weir_test_property *properties;
    size_t property_count;
    struct weir_test_topic *topics;
    size_t topic_count;
    struct weir_test_record *inputs;
    size_t input_count;
};

/* A line of batch mode. */
bool weir_test_case_read(struct weir_arena *arena, const struct weir_json_tree *request,
                         struct weir_test_case *test_out, struct weir_error *err);
/* "topics" of an input file, or nothing. */
bool weir_test_topics_read(struct weir_arena *arena, const struct weir_json_tree *list,
                           struct weir_test_case *test, struct weir_error *err);
/* The records of "inputs" or "outputs". */
bool weir_test_records_read(struct weir_arena *arena, const struct weir_json_tree *list,
                            struct weir_test_record **records_out, size_t *count_out,
                            struct weir_error *err);

#endif
