/* memory_topics.h - topics of one partition in memory: what the test runner has for Kafka.
 * Threads: one owner. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_MEMORY_TOPICS_H
#define WEIR_PROCESSOR_TESTING_MEMORY_TOPICS_H

#include "core/base/arena.h"
#include "core/record/record.h"

#include <stdbool.h>

struct weir_memory_topic {
    const char *name;
    int32_t partitions;          /* for the checks of joins: records have one */
    bool has_inputs;             /* the case writes to it itself */
    int64_t input_count;         /* of those records */
    struct weir_record *records; /* what INSERT VALUES and queries wrote */
    size_t count, capacity;
    struct weir_memory_topic *next;
};

struct weir_memory_topics {
    struct weir_arena *arena;
    struct weir_memory_topic *first, *last; /* in order of creation */
};

/* NULL: there is none. */
struct weir_memory_topic *weir_memory_topics_find(const struct weir_memory_topics *topics,
                                                  const char *name);
/* The topic of that name; made with so many partitions if there is none. Copies the name. */
struct weir_memory_topic *weir_memory_topics_make(struct weir_memory_topics *topics,
                                                  const char *name, int32_t partitions);
/* Copies key, value and headers; topic and offset become the topic's. Returns the copy. */
const struct weir_record *weir_memory_topic_append(struct weir_memory_topics *topics,
                                                   struct weir_memory_topic *topic,
                                                   const struct weir_record *record);
/* A deep copy in the arena. */
struct weir_record weir_memory_record_copy(struct weir_arena *arena,
                                           const struct weir_record *record);

#endif
