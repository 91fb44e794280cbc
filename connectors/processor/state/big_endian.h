/* big_endian.h - integers as bytes whose order is the order of the numbers (of those >= 0).
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_BIG_ENDIAN_H
#define WEIR_PROCESSOR_STATE_BIG_ENDIAN_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline void weir_store_be64(uint8_t *at, int64_t number)
{
    uint64_t bits = htobe64((uint64_t)number);
    memcpy(at, &bits, sizeof bits);
}

static inline int64_t weir_load_be64(const uint8_t *at)
{
    uint64_t bits;
    memcpy(&bits, at, sizeof bits);
    return (int64_t)be64toh(bits);
}

static inline void weir_store_be32(uint8_t *at, uint32_t number)
{
    uint32_t bits = htobe32(number);
    memcpy(at, &bits, sizeof bits);
}

static inline uint32_t weir_load_be32(const uint8_t *at)
{
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    return be32toh(bits);
}

#endif
