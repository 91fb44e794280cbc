/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/decimal.h"

enum { EXPONENT_BIAS = 6176 };

static uint64_t read_word(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word)); /* BSON and our machines are little-endian */
    return word;
}

bool weir_decimal_read(struct weir_bytes value, struct weir_decimal *decimal_out)
{
    if (value.len != 16) {
        return false;
    }
    uint64_t low = read_word(value.data), high = read_word(value.data + 8);
    decimal_out->negative = high >> 63;
    if ((high >> 61 & 3) == 3) {
        if ((high >> 59 & 0xF) == 0xF) {
            return false; /* NaN or an infinity */
        }
        decimal_out->exponent = (int32_t)(high >> 47 & 0x3FFF) - EXPONENT_BIAS;
        decimal_out->coefficient = 0; /* larger than 34 digits: zero, by the standard */
        return true;
    }
    decimal_out->exponent = (int32_t)(high >> 49 & 0x3FFF) - EXPONENT_BIAS;
    decimal_out->coefficient = (unsigned __int128)(high & 0x1FFFFFFFFFFFFULL) << 64 | low;
    return true;
}

bool weir_decimal_rescale(struct weir_decimal *decimal, int32_t scale)
{
    static const unsigned __int128 largest = (unsigned __int128)1 << 122;
    if (decimal->coefficient == 0) {
        decimal->exponent = -scale;
    }
    while (decimal->exponent > -scale) {
        if (decimal->coefficient > largest) {
            return false;
        }
        decimal->coefficient *= 10;
        decimal->exponent--;
    }
    while (decimal->exponent < -scale) {
        if (decimal->coefficient % 10 != 0) {
            return false;
        }
        decimal->coefficient /= 10;
        decimal->exponent++;
    }
    return true;
}

size_t weir_decimal_unscaled(const struct weir_decimal *decimal, uint8_t bytes[WEIR_DECIMAL_BYTES])
{
    unsigned __int128 number = decimal->negative ? ~decimal->coefficient + 1 : decimal->coefficient;
    bool negative = decimal->negative && decimal->coefficient != 0;
    uint8_t fill = negative ? 0xFF : 0;
    bytes[0] = fill;
    for (int index = 16; index > 0; index--) {
        bytes[index] = (uint8_t)number;
        number >>= 8;
    }
    size_t first = 0;
    while (first + 1 < WEIR_DECIMAL_BYTES && bytes[first] == fill &&
           (bytes[first + 1] >> 7) == (fill >> 7)) {
        first++;
    }
    memmove(bytes, bytes + first, WEIR_DECIMAL_BYTES - first);
    return WEIR_DECIMAL_BYTES - first;
}
