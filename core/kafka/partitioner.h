/* partitioner.h - which partition a key belongs to: Java's default partitioner, so that topics
 * written by weir are co-partitioned with those of every other client
 * (org.apache.kafka.common.utils.Utils.murmur2).
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_PARTITIONER_H
#define WEIR_KAFKA_PARTITIONER_H

#include "core/base/bytes.h"

#include <stdint.h>

uint32_t weir_murmur2(struct weir_bytes bytes);
/* key is not null, partition_count > 0. */
int32_t weir_partition_of(struct weir_bytes key, int32_t partition_count);

#endif
