/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/memory_topics.h"

enum { RECORDS_FIRST = 8 };

struct weir_memory_topic *weir_memory_topics_find(const struct weir_memory_topics *topics,
                                                  const char *name)
{
    struct weir_memory_topic *topic = topics->first;
    while (topic && strcmp(topic->name, name) != 0) {
        topic = topic->next;
    }
    return topic;
}

struct weir_memory_topic *weir_memory_topics_make(struct weir_memory_topics *topics,
                                                  const char *name, int32_t partitions)
{
    struct weir_memory_topic *topic = weir_memory_topics_find(topics, name);
    if (topic) {
        return topic;
    }
    topic = weir_arena_calloc(topics->arena, 1, sizeof *topic);
    topic->name = weir_arena_strdup(topics->arena, name);
    topic->partitions = partitions;
    if (topics->last) {
        topics->last->next = topic;
    } else {
        topics->first = topic;
    }
    topics->last = topic;
    return topic;
}

struct weir_record weir_memory_record_copy(struct weir_arena *arena,
                                           const struct weir_record *record)
{
    struct weir_record copy = *record;
    copy.key = weir_arena_copy(arena, record->key);
    copy.value = weir_arena_copy(arena, record->value);
    struct weir_header *headers =
        weir_arena_calloc(arena, record->header_count + 1, sizeof *headers);
    for (size_t i = 0; i < record->header_count; i++) {
        headers[i].name = weir_arena_copy(arena, record->headers[i].name);
        headers[i].value = weir_arena_copy(arena, record->headers[i].value);
    }
    copy.headers = headers;
    return copy;
}

const struct weir_record *weir_memory_topic_append(struct weir_memory_topics *topics,
                                                   struct weir_memory_topic *topic,
                                                   const struct weir_record *record)
{
    if (topic->count == topic->capacity) {
        size_t capacity = topic->capacity ? topic->capacity * 2 : RECORDS_FIRST;
        topic->records =
            weir_arena_grow(topics->arena, topic->records, topic->capacity * sizeof *topic->records,
                            capacity * sizeof *topic->records);
        topic->capacity = capacity;
    }
    struct weir_record *copy = &topic->records[topic->count];
    *copy = weir_memory_record_copy(topics->arena, record);
    copy->topic = topic->name;
    copy->partition = 0;
    copy->offset = (int64_t)topic->count++;
    return copy;
}
