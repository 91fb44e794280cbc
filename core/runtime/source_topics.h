/* source_topics.h - the topics that a source writes to: looked up once, created where
 * `topic.creation.*` allows it.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SOURCE_TOPICS_H
#define WEIR_RUNTIME_SOURCE_TOPICS_H

#include "core/config/config.h"
#include "core/kafka/producer.h"

struct weir_source_topics;

struct weir_source_topic {
    struct weir_producer_topic *topic;
    size_t message_bytes_max; /* the topic's max.message.bytes */
};

/* Borrows both. */
struct weir_source_topics *weir_source_topics_create(const struct weir_config *config,
                                                     struct weir_producer *producer);
void weir_source_topics_destroy(struct weir_source_topics *topics);
/* Fast for the topic of the last call. */
const struct weir_source_topic *weir_source_topics_get(struct weir_source_topics *topics,
                                                       const char *name, struct weir_error *err);

#endif
