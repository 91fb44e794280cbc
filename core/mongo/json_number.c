/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/json_number.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_EXACT = 19, /* any so many digits fit 64 bits */
    POWER_EXACT = 22,  /* the last power of ten that a double holds exactly */
    TEXT_BYTES = 120,
    EXPONENT_MAX = 100000,
};

/* What was read: mantissa * 10^exponent, exactly when digit_count is at most DIGITS_EXACT. */
struct decimal {
    bool negative, whole;
    uint64_t mantissa;
    int digit_count; /* without leading zeros */
    int exponent;
};

static const double powers[POWER_EXACT + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(const uint8_t *at, const uint8_t *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

static const uint8_t *read_digits(const uint8_t *at, const uint8_t *end, struct decimal *decimal)
{
    while (is_digit(at, end)) {
        unsigned digit = (unsigned)(*at++ - '0');
        if (decimal->digit_count < DIGITS_EXACT) {
            decimal->mantissa = decimal->mantissa * 10 + digit;
        }
        decimal->digit_count += decimal->digit_count > 0 || digit > 0;
    }
    return at;
}

static const uint8_t *read_fraction(const uint8_t *at, const uint8_t *end, struct decimal *decimal)
{
    decimal->whole = false;
    const uint8_t *first = at;
    at = read_digits(at, end, decimal);
    decimal->exponent = -(int)(at - first < EXPONENT_MAX ? at - first : EXPONENT_MAX);
    return at > first ? at : NULL;
}

static const uint8_t *read_exponent(const uint8_t *at, const uint8_t *end, struct decimal *decimal)
{
    decimal->whole = false;
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    const uint8_t *first = at;
    int exponent = 0;
    while (is_digit(at, end)) {
        exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*at - '0') : exponent;
        at++;
    }
    decimal->exponent += negative ? -exponent : exponent;
    return at > first ? at : NULL;
}

static const uint8_t *read_decimal(const uint8_t *at, const uint8_t *end, struct decimal *decimal)
{
    *decimal = (struct decimal){.whole = true, .negative = at < end && *at == '-'};
    at += decimal->negative;
    if (!is_digit(at, end) || (*at == '0' && is_digit(at + 1, end))) {
        return NULL;
    }
    at = read_digits(at, end, decimal);
    if (at < end && *at == '.') {
        at = read_fraction(at + 1, end, decimal);
    }
    if (at && at < end && (*at | 0x20) == 'e') {
        at = read_exponent(at + 1, end, decimal);
    }
    return at;
}

/* libc's conversion, which rounds correctly whatever the length. */
static double convert_slowly(const uint8_t *text, size_t bytes)
{
    char copy[TEXT_BYTES];
    if (bytes < sizeof(copy)) {
        memcpy(copy, text, bytes);
        copy[bytes] = '\0';
        return strtod(copy, NULL);
    }
    weir_autofree char *longer = weir_strndup((const char *)text, bytes);
    return strtod(longer, NULL);
}

static bool fits_int64(const struct decimal *decimal)
{
    uint64_t limit = decimal->negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    return decimal->whole && decimal->digit_count <= DIGITS_EXACT && decimal->mantissa <= limit;
}

const uint8_t *weir_json_number_read(const uint8_t *at, const uint8_t *end,
                                     struct weir_json_number *number_out)
{
    struct decimal decimal;
    const uint8_t *behind = read_decimal(at, end, &decimal);
    if (!behind) {
        return NULL;
    }
    if (fits_int64(&decimal)) {
        uint64_t bits = decimal.negative ? 0 - decimal.mantissa : decimal.mantissa;
        *number_out = (struct weir_json_number){.is_integer = true, .integer = (int64_t)bits};
        return behind;
    }
    int power = decimal.exponent;
    double real;
    if (decimal.digit_count <= DIGITS_EXACT && decimal.mantissa <= (1ULL << 53) &&
        power >= -POWER_EXACT && power <= POWER_EXACT) {
        /* Both operands are exact, so one operation rounds once (Clinger's fast path). */
        real = (double)decimal.mantissa;
        real = power < 0 ? real / powers[-power] : real * powers[power];
        real = decimal.negative ? -real : real;
    } else {
        real = convert_slowly(at, (size_t)(behind - at));
    }
    *number_out = (struct weir_json_number){.real = real};
    return behind;
}
