/* number_text.h - text to numbers, by Java's rules and fast.
 *
 * Threads: any. Allocates: never (the heap for doubles of hundreds of digits). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_NUMBER_TEXT_H
#define WEIR_PROCESSOR_VALUES_NUMBER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Integer.parseInt, Long.parseLong: a sign, digits, in range, nothing else. */
bool weir_text_to_int32(const char *text, size_t length, int32_t *number_out);
bool weir_text_to_int64(const char *text, size_t length, int64_t *number_out);
/* Double.parseDouble: blanks around, NaN, Infinity, exponent, hexadecimal, a last f or d. */
bool weir_text_to_double(const char *text, size_t length, double *number_out);

/* A JSON number, taken apart. */
struct weir_number_text {
    const char *text;
    size_t length;
    uint64_t digits;  /* the first 19 significant digits */
    int32_t exponent; /* value = digits * 10^exponent when exact */
    bool negative;
    bool integral; /* neither '.' nor exponent in the text */
    bool exact;    /* digits holds them all */
};

/* The number at the front of text (JSON's grammar); 0 = there is none, else its length. */
size_t weir_number_scan(const char *text, size_t length, struct weir_number_text *number_out);
/* Correctly rounded. */
double weir_number_to_double(const struct weir_number_text *number);
/* Fraction cut, low bits kept: BigDecimal.longValue. */
int64_t weir_number_to_int64(const struct weir_number_text *number);

/* Java's (int) and (long) of a double: NaN is 0, out of range saturates. */
int32_t weir_double_to_int32(double number);
int64_t weir_double_to_int64(double number);

#endif
