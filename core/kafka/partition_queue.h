/* partition_queue.h - the records of one partition apart from all others, so that its reader
 * decides which partition goes next.
 *
 * The client fetches ahead for each partition by itself, up to queued.max.messages.kbytes of it.
 * Threads: the consumer's owner, but for weir_consumer_wake. Blocks: weir_consumer_wait only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_PARTITION_QUEUE_H
#define WEIR_KAFKA_PARTITION_QUEUE_H

#include "core/kafka/consumer.h"

struct weir_partition_queue;

/* From within assigned() only. weir_consumer_poll brings no records and ends of it from here on.
 * Returns owned; destroy it when the partition is revoked. */
struct weir_partition_queue *weir_partition_queue_create(struct weir_consumer *consumer,
                                                         const char *topic, int32_t partition);
void weir_partition_queue_destroy(struct weir_partition_queue *queue);

/* Takes up to record_count_max records that are there; none is no error. */
bool weir_partition_queue_take(struct weir_partition_queue *queue, struct weir_fetch *fetch,
                               size_t record_count_max, struct weir_error *err);

/* Until a partition's queue got something, the group has news, or timeout_ms. starved: a partition
 * has more in Kafka, but nothing has come for a while. */
void weir_consumer_wait(struct weir_consumer *consumer, bool starved, int timeout_ms);

/* Ends a wait. Threads: any. */
void weir_consumer_wake(struct weir_consumer *consumer);

#endif
