/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/number_text.h"

#include "core/base/alloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 19, EXPONENT_MAX = 100000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool weir_text_to_int64(const char *text, size_t length, int64_t *number_out)
{
    bool negative = length > 0 && text[0] == '-';
    size_t i = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (i == length) {
        return false;
    }
    uint64_t limit = (uint64_t)INT64_MAX + negative, number = 0;
    for (; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (number > (limit - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *number_out = (int64_t)(negative ? 0 - number : number);
    return true;
}

bool weir_text_to_int32(const char *text, size_t length, int32_t *number_out)
{
    int64_t number;
    if (!weir_text_to_int64(text, length, &number) || number < INT32_MIN || number > INT32_MAX) {
        return false;
    }
    *number_out = (int32_t)number;
    return true;
}

/* strtod on a bounded copy. True only if all of it was read. */
static bool parse_by_library(const char *text, size_t length, double *number_out)
{
    char small[512];
    weir_autofree char *large = length < sizeof small ? NULL : weir_alloc(length + 1);
    char *copy = large ? large : small;
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *end;
    *number_out = strtod(copy, &end);
    return end == copy + length;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

/* 0x1.8p3: Java wants the p; strtod does not. */
static bool parse_hexadecimal(const char *text, size_t length, double *number_out)
{
    return (memchr(text, 'p', length) || memchr(text, 'P', length)) &&
           parse_by_library(text, length, number_out);
}

bool weir_text_to_double(const char *text, size_t length, double *number_out)
{
    while (length > 0 && (unsigned char)text[0] <= ' ') {
        text++;
        length--;
    }
    while (length > 0 && (unsigned char)text[length - 1] <= ' ') {
        length--;
    }
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const char *body = text + sign;
    size_t body_length = length - sign;
    if (body_length == 0) {
        return false;
    }
    if (is_word(body, body_length, "NaN") || is_word(body, body_length, "Infinity")) {
        double value = body[0] == 'N' ? (double)NAN : (double)INFINITY;
        *number_out = text[0] == '-' ? -value : value;
        return true;
    }
    if (strchr("fFdD", text[length - 1]) && body_length > 1) {
        length--;
        body_length--;
    }
    if (body_length > 2 && body[0] == '0' && (body[1] == 'x' || body[1] == 'X')) {
        return parse_hexadecimal(text, length, number_out);
    }
    if (!is_digit(body[0]) && body[0] != '.') { /* not strtod's "inf", "nan(...)" */
        return false;
    }
    return parse_by_library(text, length, number_out);
}

/* Adds the digits at text; returns how many there are. */
static size_t take_digits(const char *text, const char *end, struct weir_number_text *number,
                          int *significant)
{
    const char *at = text;
    for (; at < end && is_digit(*at); at++) {
        if (*significant == 0 && *at == '0') {
            continue; /* leading zeros carry nothing */
        }
        if (*significant < DIGITS_MAX) {
            number->digits = number->digits * 10 + (uint64_t)(*at - '0');
        }
        ++*significant;
    }
    return (size_t)(at - text);
}

static const char *take_exponent(const char *at, const char *end, int32_t *exponent_out)
{
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+') ? 1 : 0;
    if (at == end || !is_digit(*at)) {
        return NULL;
    }
    int32_t exponent = 0;
    for (; at < end && is_digit(*at); at++) {
        exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*at - '0') : exponent;
    }
    *exponent_out = negative ? -exponent : exponent;
    return at;
}

/* Most numbers: few digits, no exponent. Behind the sign; false: look closer. */
static bool scan_short(const char *at, const char *end, struct weir_number_text *number)
{
    const char *stop = end - at > DIGITS_MAX ? at + DIGITS_MAX : end, *point = NULL;
    uint64_t digits = 0;
    for (; at < stop; at++) {
        if (is_digit(*at)) {
            digits = digits * 10 + (uint64_t)(*at - '0');
        } else if (*at == '.' && !point) {
            point = at;
        } else {
            break;
        }
    }
    bool goes_on = at < end && (at == stop || *at == 'e' || *at == 'E');
    if (goes_on || (point && at == point + 1)) {
        return false;
    }
    number->digits = digits;
    number->exponent = point ? (int32_t)(point + 1 - at) : 0;
    number->integral = !point;
    number->exact = true;
    number->length = (size_t)(at - number->text);
    return true;
}

size_t weir_number_scan(const char *text, size_t length, struct weir_number_text *number_out)
{
    struct weir_number_text number = {.text = text, .integral = true};
    const char *at = text, *end = text + length;
    number.negative = at < end && *at == '-';
    at += number.negative;
    if (at == end || !is_digit(*at) || (*at == '0' && at + 1 < end && is_digit(at[1]))) {
        return 0;
    }
    if (scan_short(at, end, &number)) {
        *number_out = number;
        return number.length;
    }
    int significant = 0;
    at += take_digits(at, end, &number, &significant);
    int32_t fraction = 0;
    if (at < end && *at == '.') {
        size_t digits = take_digits(at + 1, end, &number, &significant);
        if (digits == 0) {
            return 0;
        }
        at += 1 + digits;
        fraction = digits < (size_t)EXPONENT_MAX ? (int32_t)digits : EXPONENT_MAX;
        number.integral = false;
    }
    int32_t exponent = 0;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at = take_exponent(at + 1, end, &exponent);
        if (!at) {
            return 0;
        }
        number.integral = false;
    }
    number.exact = significant <= DIGITS_MAX;
    number.exponent = exponent - fraction;
    number.length = (size_t)(at - text);
    *number_out = number;
    return number.length;
}

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { POWER_MAX = 22 };

#if LDBL_MANT_DIG == 64
static const long double wide_powers_of_ten[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                                 1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                                 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                                 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

/* Digits and power are exact in 64 bits of significand, so one operation is rounded once to 64
 * bits; rounding again to 53 is right unless the eleven bits cut are about one half. */
static bool to_double_wide(uint64_t digits, int32_t exponent, double *number_out)
{
    if (exponent < -27 || exponent > 27 || digits == 0) {
        return false;
    }
    long double wide = exponent < 0 ? (long double)digits / wide_powers_of_ten[-exponent]
                                    : (long double)digits * wide_powers_of_ten[exponent];
    uint64_t significand;
    memcpy(&significand, &wide, sizeof significand);
    uint64_t cut = significand & 0x7ff;
    if (cut >= 0x3ff && cut <= 0x401) {
        return false;
    }
    *number_out = (double)wide;
    return true;
}
#else
static bool to_double_wide(uint64_t digits, int32_t exponent, double *number_out)
{
    (void)digits;
    (void)exponent;
    (void)number_out;
    return false;
}
#endif

double weir_number_to_double(const struct weir_number_text *number)
{
    double result;
    int32_t exponent = number->exponent;
    if (number->exact && number->digits <= 1ull << 53 && exponent >= -POWER_MAX &&
        exponent <= POWER_MAX) {
        result = (double)number->digits;
        result =
            exponent < 0 ? result / powers_of_ten[-exponent] : result * powers_of_ten[exponent];
        return number->negative ? -result : result;
    }
    if (number->exact && to_double_wide(number->digits, exponent, &result)) {
        return number->negative ? -result : result;
    }
    parse_by_library(number->text, number->length, &result);
    return result;
}

/* digits * 10^count modulo 2^64; 10^64 is 0 there. */
static uint64_t scale_up(uint64_t digits, int32_t count)
{
    if (count >= 64) {
        return 0;
    }
    while (count-- > 0) {
        digits *= 10;
    }
    return digits;
}

/* More than 19 digits: all of them before the point that remains after the exponent, modulo 2^64.
 */
static uint64_t whole_part(const struct weir_number_text *number)
{
    const char *at = number->text + number->negative, *end = number->text + number->length;
    const char *mark = at;
    while (mark < end && *mark != 'e' && *mark != 'E') {
        mark++;
    }
    int32_t exponent = 0;
    if (mark < end) {
        take_exponent(mark + 1, end, &exponent);
    }
    const char *point = memchr(at, '.', (size_t)(mark - at));
    int64_t wanted = (point ? point : mark) - at + (int64_t)exponent;
    uint64_t result = 0;
    int64_t taken = 0;
    for (; at < mark && taken < wanted; at++) {
        if (*at != '.') {
            result = result * 10 + (uint64_t)(*at - '0');
            taken++;
        }
    }
    return scale_up(result, (int32_t)(wanted > taken ? wanted - taken : 0));
}

int64_t weir_number_to_int64(const struct weir_number_text *number)
{
    uint64_t result;
    if (!number->exact) {
        result = whole_part(number);
    } else if (number->exponent >= 0) {
        result = scale_up(number->digits, number->exponent);
    } else {
        result = number->digits;
        for (int32_t i = number->exponent; i < 0 && result > 0; i++) {
            result /= 10;
        }
    }
    return (int64_t)(number->negative ? 0 - result : result);
}

int64_t weir_double_to_int64(double number)
{
    if (isnan(number)) {
        return 0;
    }
    if (number >= 9223372036854775808.0) {
        return INT64_MAX;
    }
    return number < -9223372036854775808.0 ? INT64_MIN : (int64_t)number;
}

int32_t weir_double_to_int32(double number)
{
    if (isnan(number)) {
        return 0;
    }
    if (number >= 2147483647.0) {
        return INT32_MAX;
    }
    return number <= -2147483648.0 ? INT32_MIN : (int32_t)number;
}
