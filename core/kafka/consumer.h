/* consumer.h - reads records: as a member of a group, or given partitions by itself.
 *
 * Records come as views into the client's own messages and stay until weir_consumer_release.
 * Offsets are committed by the owner only, never behind its back.
 * Threads: one owner; rebalance callbacks run on it, inside poll and close. Blocks: poll up to its
 * time-out; commit. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_CONSUMER_H
#define WEIR_KAFKA_CONSUMER_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/kafka/producer.h"
#include "core/record/record.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct weir_consumer;

struct weir_topic_partition {
    const char *topic;
    int32_t partition;
};

/* What a group member is told. All borrowed for the call. */
struct weir_rebalance {
    void *context;
    /* These partitions are ours now, in addition to nothing: the assignment is eager, so they are
     * all of ours. Fill offsets[i] to start there instead of at the group's committed offset
     * (WEIR_OFFSET_BEGINNING too). False: err ends the next poll. */
    bool (*assigned)(void *context, const struct weir_topic_partition *partitions, size_t count,
                     int64_t *offsets, struct weir_error *err);
    /* All partitions go. lost: somebody may own them already, so nothing may be committed; else
     * commit before returning. */
    void (*revoked)(void *context, const struct weir_topic_partition *partitions, size_t count,
                    bool lost);
};
enum {
    WEIR_OFFSET_COMMITTED = -1, /* the group's, else auto.offset.reset */
    WEIR_OFFSET_BEGINNING = -2,
};

struct weir_consumer_options {
    const char *group_id;
    /* static membership (KIP-345): a restart takes over at once; NULL = dynamic */
    const char *group_instance_id;
    bool read_uncommitted;
    bool latest;                  /* auto.offset.reset; false = earliest */
    bool partition_eof;           /* poll tells when partitions are read to their end */
    int32_t session_timeout_ms;   /* 0 = 10000 */
    int32_t max_poll_interval_ms; /* 0 = 300000 */
    /* what may be fetched ahead of the polls, and brought by one; 0 = 16384, and large answers */
    int32_t queue_kbytes_max;
    /* Partitions are read apart: an answer does not wait long for records of some of them while
     * others are wanted, and their ends are known soon. */
    bool eager;
    struct weir_rebalance rebalance;
};

/* A group member. Waits until deadline_ms for a broker. Returns owned. */
struct weir_consumer *weir_consumer_create(const struct weir_config *config,
                                           const struct weir_consumer_options *options,
                                           int64_t deadline_ms, struct weir_error *err);
/* Leaves the group, after revoked(). Accepts NULL. Nothing but destroy may follow. */
void weir_consumer_leave(struct weir_consumer *consumer);
/* Leaves the group too. */
void weir_consumer_destroy(struct weir_consumer *consumer);

/* topics ends with NULL; a name that starts with ^ is a regular expression. */
bool weir_consumer_subscribe(struct weir_consumer *consumer, const char *const *topics,
                             struct weir_error *err);

struct weir_partition_end {
    const char *topic;
    int32_t partition;
    int64_t next_offset;
};

/* What one poll brought. Zeroed before the first poll; reuse it, release it before the next. */
struct weir_fetch {
    struct weir_record *records; /* owned by the fetch */
    size_t record_count;
    /* With partition_eof: partitions that told of their end, with the next offset. Names live as
     * long as the consumer. */
    struct weir_partition_end *ended;
    size_t ended_count, ended_capacity;
    void **messages; /* the library's, for release */
    size_t message_count, capacity;
    struct weir_header *headers;
    size_t header_count, header_capacity;
};

/* Up to record_count_max records: waits up to timeout_ms for the first one, then takes what is
 * there. An empty fetch is no error. Connection trouble is not an error either: the client
 * reconnects by itself. */
bool weir_consumer_poll(struct weir_consumer *consumer, struct weir_fetch *fetch,
                        size_t record_count_max, int timeout_ms, struct weir_error *err);
void weir_consumer_release(struct weir_fetch *fetch);
/* Takes the message behind records[index] out of the fetch: the record's views stay until
 * weir_message_release. */
void *weir_fetch_take(struct weir_fetch *fetch, size_t index);
void weir_message_release(void *message);
/* Release, and the memory too. */
void weir_fetch_fini(struct weir_fetch *fetch);

/* Waits for the answer. UNKNOWN_MEMBER and ILLEGAL_GENERATION are RETRY: the partitions are
 * gone. */
bool weir_consumer_commit(struct weir_consumer *consumer, const struct weir_offset *offsets,
                          size_t offset_count, struct weir_error *err);
/* The group's committed offset for each partition, -1 = none; metadata (may be NULL) are owned
 * copies to be freed by weir_free, NULL = none. */
bool weir_consumer_committed(struct weir_consumer *consumer,
                             const struct weir_topic_partition *partitions, size_t count,
                             int64_t *offsets_out, char **metadata_out, int64_t deadline_ms,
                             struct weir_error *err);
/* Its name in the group; owned; NULL: it has not joined yet. */
char *weir_consumer_member_id(struct weir_consumer *consumer);
void weir_consumer_pause(struct weir_consumer *consumer,
                         const struct weir_topic_partition *partitions, size_t count);
void weir_consumer_resume(struct weir_consumer *consumer,
                          const struct weir_topic_partition *partitions, size_t count);
/* The next poll starts there. Not from inside a rebalance callback. */
bool weir_consumer_seek(struct weir_consumer *consumer, const char *topic, int32_t partition,
                        int64_t offset, struct weir_error *err);

/* ---- without a group ---- */

/* Takes every record in order; false stops the reading with err. */
typedef bool (*weir_record_fn)(void *context, const struct weir_record *record,
                               struct weir_error *err);

/* One partition to read; from: first offset, -1 = the beginning. */
struct weir_reading {
    const char *topic;
    int32_t partition;
    int64_t from;
    int64_t until; /* the offset to stop before; 0 = the end */
};

/* Who takes the records of a reading. */
struct weir_visitor {
    weir_record_fn visit;
    void *context;
    const atomic_bool *stop; /* any thread: ends the reading soon, as if late; NULL: none */
};

struct weir_reader;

/* Reads as weir_read_to_end does, time and again: where the log ends it may know from its last
 * reading. Borrows config; connects at the first reading. */
struct weir_reader *weir_reader_create(const struct weir_config *config);
/* Accepts NULL. */
void weir_reader_destroy(struct weir_reader *reader);
/* Past the deadline: RETRY; what was visited was visited. */
bool weir_reader_read(struct weir_reader *reader, const struct weir_reading *readings, size_t count,
                      const struct weir_visitor *visitor, int64_t deadline_ms,
                      struct weir_error *err);

/* Reads committed records of each partition up to `until`, or the end that the log has at first sight, open
 * transactions included: it waits until those have ended. Hands every record to visit, in order
 * within a partition. */
bool weir_read_to_end(const struct weir_config *config, const struct weir_reading *readings,
                      size_t count, weir_record_fn visit, void *context, int64_t deadline_ms,
                      struct weir_error *err);

#endif
