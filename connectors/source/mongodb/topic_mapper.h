/* topic_mapper.h - the topic of a namespace, as MongoDB's DefaultTopicMapper names it.
 *
 * prefix, separator, what the namespace maps to, separator, suffix. `topic.namespace.map` is JSON:
 * "db.coll" or "db" exactly, then "/regex" in order (whole match; POSIX extended), then "*", else
 * db.coll itself.
 * Threads: one owner. Allocates: once for each namespace. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_TOPIC_MAPPER_H
#define WEIR_SOURCE_MONGODB_TOPIC_MAPPER_H

#include "core/base/bytes.h"
#include "core/config/config.h"

struct weir_topic_mapper;

struct weir_topic_mapper *weir_topic_mapper_create(const struct weir_config *config,
                                                   struct weir_error *err);
void weir_topic_mapper_destroy(struct weir_topic_mapper *mapper);
/* collection may be null (dropDatabase). Borrowed for the mapper's life; NULL: no database, so no
 * topic. */
const char *weir_topic_mapper_topic(struct weir_topic_mapper *mapper, struct weir_bytes database,
                                    struct weir_bytes collection);

#endif
