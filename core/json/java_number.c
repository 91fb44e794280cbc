/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/java_number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 17 };

/* digits[0].digits[1]digits[2]... * 10^exponent */
struct decimal_digits {
    char digits[DIGITS_MAX + 3];
    int count;
    int exponent;
};

static void set_digits(struct decimal_digits *out, int64_t number, int scale)
{
    char text[WEIR_INT64_BYTES];
    int length = (int)weir_int64_text(number, text);
    memcpy(out->digits, text, (size_t)length);
    out->count = length;
    out->exponent = length - 1 - scale;
}

/* Most numbers that people and sensors write have few decimals. A whole number below 2^53 divided by an exact power of ten is
 * rounded correctly, so where that gives the number back, those are its digits; and no shorter ones exist, because the
 * scales are tried upwards and 15 digits tell any two doubles apart. */
static bool few_decimals(double number, struct decimal_digits *out)
{
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    if (number >= 1e15 || number < 1e-3) {
        return false;
    }
    for (int scale = 0; scale < (int)(sizeof(powers) / sizeof(powers[0])); scale++) {
        double scaled = number * powers[scale];
        if (scaled >= 1e15) {
            return false;
        }
        int64_t whole = llrint(scaled);
        if ((double)whole / powers[scale] == number) {
            set_digits(out, whole, scale);
            return true;
        }
    }
    return false;
}

/* At least two digits, as Java; from 15 on nearly every number is met at once. */
static void by_library(double number, struct decimal_digits *out)
{
    char text[40];
    snprintf(text, sizeof(text), "%.14e", number);
    int precision = strtod(text, NULL) == number ? 1 : 15;
    for (; precision < DIGITS_MAX; precision++) {
        snprintf(text, sizeof(text), "%.*e", precision, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    out->count = 0;
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at != '.') {
            out->digits[out->count++] = *at;
        }
    }
    out->exponent = (int)strtol(at + 1, NULL, 10);
}

static void drop_trailing_zeros(struct decimal_digits *digits)
{
    while (digits->count > 1 && digits->digits[digits->count - 1] == '0') {
        digits->count--;
    }
}

static size_t put_plain(const struct decimal_digits *digits, char *text)
{
    size_t length = 0;
    int index = 0;
    if (digits->exponent < 0) {
        text[length++] = '0';
        text[length++] = '.';
        for (int zero = digits->exponent + 1; zero < 0; zero++) {
            text[length++] = '0';
        }
    }
    for (; index < digits->count || index <= digits->exponent; index++) {
        text[length++] = index < digits->count ? digits->digits[index] : '0';
        if (index == digits->exponent) {
            text[length++] = '.';
        }
    }
    if (text[length - 1] == '.') {
        text[length++] = '0';
    }
    return length;
}

static size_t put_with_exponent(const struct decimal_digits *digits, char *text)
{
    size_t length = 0;
    text[length++] = digits->digits[0];
    text[length++] = '.';
    for (int index = 1; index < digits->count; index++) {
        text[length++] = digits->digits[index];
    }
    if (digits->count == 1) {
        text[length++] = '0';
    }
    text[length++] = 'E';
    return length + weir_int64_text(digits->exponent, text + length);
}

static size_t put_word(const char *word, char *text)
{
    size_t length = strlen(word);
    memcpy(text, word, length);
    return length;
}

size_t weir_java_double_text(double number, char text[WEIR_JAVA_DOUBLE_BYTES])
{
    if (isnan(number)) {
        return put_word("NaN", text);
    }
    size_t sign = signbit(number) ? 1 : 0;
    text[0] = '-';
    number = fabs(number);
    if (isinf(number)) {
        return sign + put_word("Infinity", text + sign);
    }
    if (number == 0) {
        return sign + put_word("0.0", text + sign);
    }
    struct decimal_digits digits;
    if (!few_decimals(number, &digits)) {
        by_library(number, &digits);
    }
    drop_trailing_zeros(&digits);
    bool plain = digits.exponent >= -3 && digits.exponent < 7;
    return sign + (plain ? put_plain : put_with_exponent)(&digits, text + sign);
}

size_t weir_int64_text(int64_t number, char text[WEIR_INT64_BYTES])
{
    char reversed[WEIR_INT64_BYTES];
    size_t count = 0, length = 0;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        reversed[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        text[length++] = '-';
    }
    while (count > 0) {
        text[length++] = reversed[--count];
    }
    return length;
}
