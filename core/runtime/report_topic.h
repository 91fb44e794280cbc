/* report_topic.h - topics that a sink writes what became of its records to, on the connector's own
 * cluster or on another.
 *
 * A report counts as written only after weir_report_topics_flush.
 * Threads: one owner. Blocks: create, flush; send when the queue is full. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_REPORT_TOPIC_H
#define WEIR_RUNTIME_REPORT_TOPIC_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/record/record.h"

#include <stdbool.h>

struct weir_report_topics;
struct weir_producer_topic;

/* The cluster of <prefix>bootstrap.servers, with <prefix>producer.* and <prefix>admin.* passed to
 * its clients; without it the connector's own. Waits for a broker until deadline_ms. Returns
 * owned; borrows config. */
struct weir_report_topics *weir_report_topics_create(const struct weir_config *config,
                                                     const char *prefix, int64_t deadline_ms,
                                                     struct weir_error *err);
void weir_report_topics_destroy(struct weir_report_topics *topics);
/* Creates the topic if it is not there. Borrowed, lives as long as topics. */
struct weir_producer_topic *weir_report_topics_open(struct weir_report_topics *topics,
                                                    const char *name, int32_t partition_count,
                                                    int32_t replication_factor, int64_t deadline_ms,
                                                    struct weir_error *err);
/* Of report: key, value, headers. */
bool weir_report_topics_send(struct weir_report_topics *topics, struct weir_producer_topic *topic,
                             const struct weir_record *report, struct weir_error *err);
bool weir_report_topics_flush(struct weir_report_topics *topics, int64_t deadline_ms,
                              struct weir_error *err);

#endif
