/* consumer_internal.h - the client behind a consumer, for the producer's group metadata. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_CONSUMER_INTERNAL_H
#define WEIR_KAFKA_CONSUMER_INTERNAL_H

#include "core/kafka/consumer.h"
#include "core/kafka/refill.h"

#include <librdkafka/rdkafka.h>

rd_kafka_t *weir_consumer_client(const struct weir_consumer *consumer);
/* Partitions that were full are looked at now, but not more often than each few milliseconds. */
void weir_consumer_refill(struct weir_consumer *consumer);
/* For a partition of the consumer that is read apart; its queue is the caller's to set. */
struct weir_refill weir_consumer_refill_like(const struct weir_consumer *consumer);
/* The mean size of the messages, 0: there are none. */
size_t weir_fetch_mean_bytes(const struct weir_fetch *fetch);
/* An eventfd that is written when the group has news; made at the first call. */
int weir_consumer_wake_fd(struct weir_consumer *consumer);

/* Adds the message to the fetch, which owns it from here on; an error message is classified
 * instead. */
bool weir_fetch_add(struct weir_fetch *fetch, rd_kafka_message_t *message, struct weir_error *err);

/* After the last message of a poll: headers get their places. */
void weir_fetch_place_headers(struct weir_fetch *fetch);

#endif
