/* producer.h - writes records, idempotently or in transactions.
 *
 * A transactional producer is used by one thread: init, then begin - send ... - send_offsets -
 * commit again and again. After a commit or abort whose outcome is UNKNOWN (a time-out, a lost
 * connection), and after FENCED, the producer must be destroyed: make a new one with the same
 * transactional id, init it (which ends what the old one left open, one way or the other), and read
 * the truth again from the topics. librdkafka has no KIP-890 protocol, so beginning another
 * transaction on the same producer could let the late commit land on it (Jepsen, Kafka 2024).
 * Threads: one owner. Blocks: send when the queue is full; init, commit, abort, flush. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_PRODUCER_H
#define WEIR_KAFKA_PRODUCER_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_producer;
struct weir_producer_topic;
struct weir_consumer;

struct weir_producer_options {
    const char *transactional_id;   /* NULL: idempotent without transactions */
    int32_t transaction_timeout_ms; /* 0 = 60000 */
    int32_t linger_ms;              /* -1 = 5 */
    int32_t queue_kbytes;           /* what may wait to be sent; 0 = 65536 */
    /* Of one record and of one batch, where producer.override.* does not say it; 0 = the
     * library's. */
    int32_t message_bytes_max, batch_bytes_max;
};

/* An offset to commit: the next record to read. */
struct weir_offset {
    const char *topic;
    int32_t partition;
    int64_t offset;
    struct weir_bytes metadata; /* stored beside it; null = none */
};

/* Waits until deadline_ms for a broker. Returns owned. */
struct weir_producer *weir_producer_create(const struct weir_config *config,
                                           const struct weir_producer_options *options,
                                           int64_t deadline_ms, struct weir_error *err);
/* In effect. */
size_t weir_producer_message_bytes_max(const struct weir_producer *producer);
size_t weir_producer_batch_bytes_max(const struct weir_producer *producer);
/* Drops what was not flushed or committed. */
void weir_producer_destroy(struct weir_producer *producer);

/* A topic to send to, with its number of partitions; it must exist. Borrowed, lives as long as the
 * producer. */
struct weir_producer_topic *weir_producer_topic(struct weir_producer *producer, const char *name,
                                                int64_t deadline_ms, struct weir_error *err);
int32_t weir_producer_topic_partitions(const struct weir_producer_topic *topic);

/* Copies the record into the client's queue. partition -1: murmur2 of the key; a null key: round
 * robin. topic and offset of record are not read. REJECT: larger than the producer's
 * message.max.bytes. */
bool weir_producer_send(struct weir_producer *producer, struct weir_producer_topic *topic,
                        const struct weir_record *record, struct weir_error *err);

/* Without transactions: waits until everything sent is acknowledged, or tells the first failure
 * since the last flush. */
bool weir_producer_flush(struct weir_producer *producer, int64_t deadline_ms,
                         struct weir_error *err);

/* Fences predecessors of the same transactional id and ends their open transaction. */
bool weir_producer_init(struct weir_producer *producer, int64_t deadline_ms,
                        struct weir_error *err);
bool weir_producer_begin(struct weir_producer *producer, struct weir_error *err);
/* Adds consumed offsets to the transaction, with the consumer's group generation (fences
 * zombies). */
bool weir_producer_send_offsets(struct weir_producer *producer, struct weir_consumer *consumer,
                                const struct weir_offset *offsets, size_t offset_count,
                                int64_t deadline_ms, struct weir_error *err);

enum weir_transaction_outcome {
    WEIR_TRANSACTION_DONE, /* committed, or aborted when abort was asked for */
    /* commit only: not committed; call abort, then begin again from the last commit */
    WEIR_TRANSACTION_ABORT,
    WEIR_TRANSACTION_FENCED,  /* somebody else goes on */
    WEIR_TRANSACTION_UNKNOWN, /* destroy, make anew, read the truth again */
};
/* Flushes and commits. err is filled unless DONE. */
enum weir_transaction_outcome weir_producer_commit(struct weir_producer *producer,
                                                   int64_t deadline_ms, struct weir_error *err);
enum weir_transaction_outcome weir_producer_abort(struct weir_producer *producer,
                                                  int64_t deadline_ms, struct weir_error *err);

#endif
