/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/partitioner.h"

uint32_t weir_murmur2(struct weir_bytes bytes)
{
    const uint32_t multiplier = 0x5bd1e995;
    uint32_t hash = 0x9747b28cU ^ (uint32_t)bytes.len;
    const uint8_t *position = bytes.data;
    size_t left = bytes.len;
    for (; left >= 4; left -= 4, position += 4) {
        uint32_t word;
        memcpy(&word, position, 4);
        word *= multiplier;
        word ^= word >> 24;
        hash = (hash * multiplier) ^ (word * multiplier);
    }
    for (size_t index = left; index-- > 0;) {
        hash ^= (uint32_t)position[index] << (8 * index);
    }
    if (left > 0) {
        hash *= multiplier;
    }
    hash ^= hash >> 13;
    hash *= multiplier;
    return hash ^ (hash >> 15);
}

int32_t weir_partition_of(struct weir_bytes key, int32_t partition_count)
{
    return (int32_t)((weir_murmur2(key) & 0x7fffffff) % (uint32_t)partition_count);
}
