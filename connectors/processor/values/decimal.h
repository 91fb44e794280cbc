/* decimal.h - exact decimal numbers: Java's BigDecimal, by libmpdec.
 *
 * A number is digits and a scale: 1.0 and 1.00 compare as the same but are not equal. Numbers are
 * immutable; a result is placed in the caller's arena. Scale and digits are bounded
 * (WEIR_DECIMAL_DIGITS_MAX), so that a hostile "1e999999999" is an error and not a gigabyte.
 * Threads: a value. Allocates: in the given arena; the heap only for more than about 600 digits. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_DECIMAL_H
#define WEIR_PROCESSOR_VALUES_DECIMAL_H

#include "connectors/processor/values/value.h"
#include "core/base/arena.h"
#include "core/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WEIR_DECIMAL_DIGITS_MAX = 4096,
    WEIR_DECIMAL_SCALE_MAX = 4096, /* both ways: 1e4096 and 1e-4096 */
    WEIR_DECIMAL_WORD_DIGITS = 19, /* decimal digits in a word */
};

/* Value = sign * (words, least significant first, base 10^19) * 10^-scale. No zero words on top,
 * but one for zero. */
struct weir_decimal {
    int32_t scale;
    uint32_t word_count;
    bool negative;
    uint64_t words[];
};

enum weir_rounding {
    WEIR_ROUND_HALF_UP,
    WEIR_ROUND_HALF_DOWN,
    WEIR_ROUND_HALF_EVEN,
    WEIR_ROUND_UP,   /* away from zero */
    WEIR_ROUND_DOWN, /* toward zero */
    WEIR_ROUND_CEILING,
    WEIR_ROUND_FLOOR,
    WEIR_ROUND_UNNECESSARY, /* fails when a digit other than 0 would be lost */
};

/* Room for any long or double on the stack. */
struct weir_decimal_scratch {
    uint64_t space[24];
};

const struct weir_decimal *weir_decimal_copy(struct weir_arena *arena,
                                             const struct weir_decimal *decimal);
/* As Java's BigDecimal(String): digits, '.', exponent. NULL: not a number, or out of bounds. */
const struct weir_decimal *weir_decimal_parse(struct weir_arena *arena, const char *text,
                                              size_t length);
const struct weir_decimal *weir_decimal_of_int64(struct weir_arena *arena, int64_t number);
/* Of the shortest text that reads back (BigDecimal.valueOf). NULL: NaN or infinite. */
const struct weir_decimal *weir_decimal_of_double(struct weir_arena *arena, double number);
/* Of the exact binary value, rounded (HALF_UP) to that many digits: new BigDecimal(number, new
 * MathContext(digits)). NULL: NaN or infinite. */
const struct weir_decimal *weir_decimal_of_exact_double(struct weir_arena *arena, double number,
                                                        int32_t digits);
/* Of any numeric value, in scratch; NULL: NaN or infinite. A DECIMAL is returned as it is. */
const struct weir_decimal *weir_decimal_of_value(struct weir_decimal_scratch *scratch,
                                                 const struct weir_value *value);

/* Results are exact. NULL: out of bounds; for divide and remainder also a zero divisor. */
const struct weir_decimal *weir_decimal_add(struct weir_arena *arena, const struct weir_decimal *a,
                                            const struct weir_decimal *b);
const struct weir_decimal *weir_decimal_subtract(struct weir_arena *arena,
                                                 const struct weir_decimal *a,
                                                 const struct weir_decimal *b);
const struct weir_decimal *weir_decimal_multiply(struct weir_arena *arena,
                                                 const struct weir_decimal *a,
                                                 const struct weir_decimal *b);
/* The quotient rounded to scale. */
const struct weir_decimal *weir_decimal_divide(struct weir_arena *arena,
                                               const struct weir_decimal *a,
                                               const struct weir_decimal *b, int32_t scale,
                                               enum weir_rounding rounding);
/* a - b * truncate(a / b): the sign of a. */
const struct weir_decimal *weir_decimal_remainder(struct weir_arena *arena,
                                                  const struct weir_decimal *a,
                                                  const struct weir_decimal *b);
const struct weir_decimal *weir_decimal_negate(struct weir_arena *arena,
                                               const struct weir_decimal *decimal);
/* NULL: out of bounds, or UNNECESSARY and a digit would be lost. scale may be negative. */
const struct weir_decimal *weir_decimal_set_scale(struct weir_arena *arena,
                                                  const struct weir_decimal *decimal, int32_t scale,
                                                  enum weir_rounding rounding);
/* What a CAST to DECIMAL(precision, scale) gives: rounded (HALF_UP) to scale. NULL: 10^(precision -
 * scale) or more. */
const struct weir_decimal *weir_decimal_fit(struct weir_arena *arena,
                                            const struct weir_decimal *decimal, int32_t precision,
                                            int32_t scale);

/* -1, 0, 1; 1.0 is 1.00. */
int weir_decimal_compare(const struct weir_decimal *a, const struct weir_decimal *b);
/* Digits and scale. */
bool weir_decimal_equal(const struct weir_decimal *a, const struct weir_decimal *b);
uint64_t weir_decimal_hash(const struct weir_decimal *decimal);
/* -1, 0, 1. */
int weir_decimal_sign(const struct weir_decimal *decimal);
/* Number of digits; 1 for zero. */
int32_t weir_decimal_precision(const struct weir_decimal *decimal);

double weir_decimal_to_double(const struct weir_decimal *decimal);
/* Fraction cut; low 64 bits, as Java's longValue. */
int64_t weir_decimal_to_int64(const struct weir_decimal *decimal);
/* Java's toPlainString. */
void weir_decimal_print_plain(const struct weir_decimal *decimal, struct weir_buffer *buffer);
/* Java's toString: with an exponent below 1e-6 or at a negative scale. */
void weir_decimal_print(const struct weir_decimal *decimal, struct weir_buffer *buffer);

#endif
