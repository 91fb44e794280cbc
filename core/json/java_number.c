/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/java_number.h"

#include "core/base/error.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

enum { DIGITS_MAX = 24, TEXT_BYTES_MAX = 64, POOL_BYTES = 512 };

/* digits[0].digits[1]digits[2]... * 10^exponent */
struct decimal_digits {
    char digits[DIGITS_MAX];
    int count;
    int exponent;
};

/* number is finite and positive; text is closed by a zero. */
static void shortest_text(double number, char text[TEXT_BYTES_MAX])
{
    char pool[POOL_BYTES];
    yyjson_alc allocator;
    yyjson_val value = {.tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL, .uni.f64 = number};
    size_t length = 0;
    yyjson_alc_pool_init(&allocator, pool, sizeof(pool));
    const char *written = yyjson_val_write_opts(&value, 0, &allocator, &length, NULL);
    weir_assert(written != NULL && length < TEXT_BYTES_MAX);
    memcpy(text, written, length);
    text[length] = 0;
}

/* Of text as in 120.5, 0.001, 1.5e-7. */
static void read_digits(const char *text, struct decimal_digits *out)
{
    bool behind_point = false;
    out->count = 0;
    out->exponent = -1;
    for (; *text && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') {
            behind_point = true;
            continue;
        }
        bool leading_zero = out->count == 0 && *text == '0';
        out->exponent += !behind_point && !leading_zero;
        out->exponent -= behind_point && leading_zero;
        if (!leading_zero && out->count < DIGITS_MAX) {
            out->digits[out->count++] = *text;
        }
    }
    out->exponent += *text ? (int)strtol(text + 1, NULL, 10) : 0;
}

static void drop_trailing_zeros(struct decimal_digits *digits)
{
    while (digits->count > 1 && digits->digits[digits->count - 1] == '0') {
        digits->count--;
    }
}

/* A number of up to six decimal places, as most are: whole / 10^6 is rounded once, as reading the
 * text would, and no other 15 digits read back as the same number. */
static bool find_few_digits(double number, struct decimal_digits *out)
{
    double scaled = number * 1e6;
    if (scaled >= 1e15) {
        return false;
    }
    int64_t whole = (int64_t)(scaled + 0.5);
    if ((double)whole / 1e6 != number) {
        return false;
    }
    out->count = (int)weir_int64_text(whole, out->digits);
    out->exponent = out->count - 7;
    return true;
}

/* The fewest that read back. Java wants at least two, the nearest to the number, which makes a
 * difference only where doubles have fewer than three digits of precision: 4.9E-324. */
static void find_digits(double number, struct decimal_digits *out)
{
    char text[TEXT_BYTES_MAX];
    if (find_few_digits(number, out)) {
        drop_trailing_zeros(out);
        return;
    }
    shortest_text(number, text);
    read_digits(text, out);
    drop_trailing_zeros(out);
    if (out->count == 1 && number < DBL_MIN) {
        snprintf(text, sizeof(text), "%.1e", number);
        if (strtod(text, NULL) == number) {
            read_digits(text, out);
            drop_trailing_zeros(out);
        }
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
    struct decimal_digits digits = {0};
    find_digits(number, &digits);
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
