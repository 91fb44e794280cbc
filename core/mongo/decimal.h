/* decimal.h - BSON's decimal128 as a whole number and a power of ten.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_DECIMAL_H
#define WEIR_MONGO_DECIMAL_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* value = coefficient * 10^exponent, negative or not. */
struct weir_decimal {
    unsigned __int128 coefficient;
    int32_t exponent;
    bool negative;
};

/* False: NaN, an infinity, or not 16 bytes. */
bool weir_decimal_read(struct weir_bytes value, struct weir_decimal *decimal_out);
/* False: it does not fit without loss. scale: digits behind the point. */
bool weir_decimal_rescale(struct weir_decimal *decimal, int32_t scale);
enum { WEIR_DECIMAL_BYTES = 17 };
/* Two's complement, big-endian, as short as can be: Java's BigInteger. Returns how many bytes. */
size_t weir_decimal_unscaled(const struct weir_decimal *decimal, uint8_t bytes[WEIR_DECIMAL_BYTES]);

#endif
