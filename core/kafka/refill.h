/* refill.h - lets a full queue be filled again as soon as it has room.
 *
 * librdkafka before 2.2 looks at a queue that was full only once a second, which is then the time
 * in which a consumer gets one queue of records at most. Its thread wakes up for a request, though:
 * when three quarters of a full queue are gone, the brokers of our partitions are asked for
 * something small; earlier, and more often, costs more than it brings.
 * The consumer has one for its queue, and one for each partition that is read apart.
 * Newer libraries have a property for it.
 * Threads: the consumer's owner. Never blocks: nobody waits for that answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_REFILL_H
#define WEIR_KAFKA_REFILL_H

#include "core/kafka/kafka_internal.h"

#include <stdbool.h>
#include <stddef.h>

struct weir_refill {
    bool asks; /* the library does not do it by itself */
    bool was_full;
    size_t bytes_max, message_count_max; /* when the library stops fetching */
    rd_kafka_queue_t *queue;             /* owned */
};

/* Zeroed is off. Before the client is made: by the library's property, if it has that. */
void weir_refill_configure(struct weir_refill *refill, rd_kafka_conf_t *conf);
/* The client is there. */
void weir_refill_begin(struct weir_refill *refill, rd_kafka_t *client);
void weir_refill_end(struct weir_refill *refill);
/* Wakes the library's threads now. */
void weir_refill_ask(const struct weir_refill *refill, rd_kafka_t *client);
/* After records were taken, message_bytes each on average: whether it is time to ask. */
bool weir_refill_wants(struct weir_refill *refill, size_t message_bytes);

#endif
