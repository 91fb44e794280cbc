/* kafka_client.h - librdkafka as bare as it gets.
 *
 * Threads: one owner. Every failure ends the process. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BENCH_KAFKA_CLIENT_H
#define WEIR_BENCH_KAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

enum { BENCH_PARTITIONS_MAX = 256 };

/* Reads all partitions of topic, read committed, from offset (a logical one); no group is joined. */
rd_kafka_t *bench_consumer(const char *topic, int64_t offset, rd_kafka_queue_t **queue);
/* Idempotent; transactional when an id is given, and then begun. */
rd_kafka_t *bench_producer(const char *transactional_id, const char *linger_ms);
/* Copies key and value; waits while the queue is full. timestamp_ms 0: now. */
void bench_send(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition, const void *key,
                size_t key_bytes, const void *value, size_t value_bytes, int64_t timestamp_ms);
/* Ends the process when an error came back. */
void bench_check(rd_kafka_error_t *error, const char *what);

#endif
