/* record.h - one Kafka record, as views into its batch's arena.
 * Threads: belongs to its batch. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_RECORD_H
#define WEIR_RECORD_RECORD_H

#include "core/base/bytes.h"

#include <stddef.h>
#include <stdint.h>

struct weir_header {
    struct weir_bytes name;
    struct weir_bytes value; /* may be null */
};

struct weir_record {
    const char *topic; /* NUL-terminated; many records share one string */
    /* -1 on the way to Kafka: murmur2 of the key chooses, as in Java's default partitioner */
    int32_t partition;
    int64_t offset;          /* -1 on the way to Kafka */
    int64_t timestamp_ms;    /* -1 on the way to Kafka: the producer's clock */
    struct weir_bytes key;   /* null = no key */
    struct weir_bytes value; /* null = tombstone */
    const struct weir_header *headers;
    size_t header_count;
};

#endif
