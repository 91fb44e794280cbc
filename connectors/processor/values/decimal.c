/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/decimal.h"

#include "core/base/error.h"
#include "core/base/hash_table.h"
#include "core/json/java_number.h"

#include <math.h>
#include <mpdecimal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(MPD_RDIGITS == WEIR_DECIMAL_WORD_DIGITS, "words of a 64-bit libmpdec");

/* Room for every exact intermediate result of two numbers inside the bounds. */
enum { WORK_DIGITS = 4 * (WEIR_DECIMAL_DIGITS_MAX + WEIR_DECIMAL_SCALE_MAX) };

/* A libmpdec number on the stack; released by its scope. */
struct number {
    mpd_t mpd;
    mpd_uint_t space[MPD_MINALLOC_MAX];
};

static void number_init(struct number *number)
{
    number->mpd = (mpd_t){
        .flags = MPD_STATIC | MPD_STATIC_DATA, .alloc = MPD_MINALLOC_MAX, .data = number->space};
}

static void number_fini(struct number *number)
{
    mpd_del(&number->mpd);
}
#define auto_number __attribute__((cleanup(number_fini))) struct number

static mpd_context_t context_of(int64_t digits, int round)
{
    return (mpd_context_t){.prec = digits, .emax = 1000000, .emin = -1000000, .round = round};
}

static const int mpd_roundings[] = {
    [WEIR_ROUND_HALF_UP] = MPD_ROUND_HALF_UP,     [WEIR_ROUND_HALF_DOWN] = MPD_ROUND_HALF_DOWN,
    [WEIR_ROUND_HALF_EVEN] = MPD_ROUND_HALF_EVEN, [WEIR_ROUND_UP] = MPD_ROUND_UP,
    [WEIR_ROUND_DOWN] = MPD_ROUND_DOWN,           [WEIR_ROUND_CEILING] = MPD_ROUND_CEILING,
    [WEIR_ROUND_FLOOR] = MPD_ROUND_FLOOR,         [WEIR_ROUND_UNNECESSARY] = MPD_ROUND_DOWN,
};

/* libmpdec takes the words by a plain pointer, and promises by MPD_CONST_DATA not to write to them.
 */
static mpd_t view_of(const struct weir_decimal *decimal)
{
    mpd_t view = {.flags =
                      (uint8_t)(MPD_STATIC | MPD_CONST_DATA | (decimal->negative ? MPD_NEG : 0)),
                  .exp = -(mpd_ssize_t)decimal->scale,
                  .len = (mpd_ssize_t)decimal->word_count,
                  .alloc = (mpd_ssize_t)decimal->word_count};
    const uint64_t *words = decimal->words;
    memcpy(&view.data, &words, sizeof view.data);
    mpd_setdigits(&view);
    return view;
}

static bool in_bounds(const mpd_t *mpd)
{
    return !mpd_isspecial(mpd) && mpd->digits <= WEIR_DECIMAL_DIGITS_MAX &&
           mpd->exp <= WEIR_DECIMAL_SCALE_MAX && mpd->exp >= -WEIR_DECIMAL_SCALE_MAX;
}

static void store(struct weir_decimal *decimal, const mpd_t *mpd)
{
    decimal->scale = (int32_t)-mpd->exp;
    decimal->word_count = (uint32_t)mpd->len;
    decimal->negative = mpd_isnegative(mpd) && !mpd_iszero(mpd);
    memcpy(decimal->words, mpd->data, (size_t)mpd->len * sizeof(uint64_t));
}

static const struct weir_decimal *result_of(struct weir_arena *arena, const mpd_t *mpd)
{
    if (!in_bounds(mpd)) {
        return NULL;
    }
    struct weir_decimal *decimal =
        weir_arena_alloc(arena, sizeof *decimal + (size_t)mpd->len * sizeof(uint64_t));
    store(decimal, mpd);
    return decimal;
}

const struct weir_decimal *weir_decimal_copy(struct weir_arena *arena,
                                             const struct weir_decimal *decimal)
{
    size_t bytes = sizeof *decimal + decimal->word_count * sizeof(uint64_t);
    return memcpy(weir_arena_alloc(arena, bytes), decimal, bytes);
}

/* Whether text has BigDecimal's form; its exponent, which must be small, in *exponent_out. */
static bool has_decimal_form(const char *text, size_t length, int32_t *exponent_out)
{
    size_t i = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    size_t digits = 0;
    bool point = false;
    for (; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            digits++;
        } else {
            break;
        }
    }
    *exponent_out = 0;
    if (digits == 0 || digits > 2 * WEIR_DECIMAL_DIGITS_MAX) {
        return false;
    }
    if (i == length) {
        return true;
    }
    if (text[i] != 'e' && text[i] != 'E') {
        return false;
    }
    i++;
    bool negative = i < length && text[i] == '-';
    i += i < length && (text[i] == '-' || text[i] == '+') ? 1 : 0;
    if (i == length) {
        return false;
    }
    int32_t exponent = 0;
    for (; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || exponent > 100000) {
            return false;
        }
        exponent = exponent * 10 + (text[i] - '0');
    }
    *exponent_out = negative ? -exponent : exponent;
    return true;
}

const struct weir_decimal *weir_decimal_parse(struct weir_arena *arena, const char *text,
                                              size_t length)
{
    int32_t exponent;
    if (!has_decimal_form(text, length, &exponent)) {
        return NULL;
    }
    char copy[2 * WEIR_DECIMAL_DIGITS_MAX + 64];
    if (length >= sizeof copy) {
        return NULL;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    auto_number number;
    number_init(&number);
    uint32_t status = 0;
    mpd_context_t context = context_of(WORK_DIGITS, MPD_ROUND_HALF_EVEN);
    mpd_qset_string(&number.mpd, copy, &context, &status);
    return result_of(arena, &number.mpd);
}

static bool set_double(mpd_t *mpd, double number)
{
    if (!isfinite(number)) {
        return false;
    }
    char text[WEIR_JAVA_DOUBLE_BYTES + 1];
    text[weir_java_double_text(number, text)] = '\0';
    uint32_t status = 0;
    mpd_context_t context = context_of(WORK_DIGITS, MPD_ROUND_HALF_EVEN);
    mpd_qset_string(mpd, text, &context, &status);
    return true;
}

const struct weir_decimal *weir_decimal_of_int64(struct weir_arena *arena, int64_t number)
{
    auto_number result;
    number_init(&result);
    uint32_t status = 0;
    mpd_qsset_ssize(&result.mpd, number, &(mpd_context_t){.prec = 38, .emax = 99, .emin = -99},
                    &status);
    return result_of(arena, &result.mpd);
}

const struct weir_decimal *weir_decimal_of_double(struct weir_arena *arena, double number)
{
    auto_number result;
    number_init(&result);
    return set_double(&result.mpd, number) ? result_of(arena, &result.mpd) : NULL;
}

const struct weir_decimal *weir_decimal_of_exact_double(struct weir_arena *arena, double number,
                                                        int32_t digits)
{
    enum { EXACT_DIGITS = 770 }; /* more than any double has */
    if (!isfinite(number)) {
        return NULL;
    }
    char text[EXACT_DIGITS + 32];
    snprintf(text, sizeof text, "%.*e", EXACT_DIGITS, number);
    auto_number exact, result;
    number_init(&exact);
    number_init(&result);
    uint32_t status = 0;
    mpd_context_t context = context_of(WORK_DIGITS, MPD_ROUND_HALF_UP);
    mpd_qset_string(&exact.mpd, text, &context, &status);
    mpd_qreduce(&result.mpd, &exact.mpd, &context, &status);
    context.prec = digits;
    mpd_qfinalize(&result.mpd, &context, &status);
    return result_of(arena, &result.mpd);
}

const struct weir_decimal *weir_decimal_of_value(struct weir_decimal_scratch *scratch,
                                                 const struct weir_value *value)
{
    if (value->kind == WEIR_TYPE_DECIMAL) {
        return value->decimal;
    }
    auto_number number;
    number_init(&number);
    if (value->kind == WEIR_TYPE_DOUBLE) {
        if (!set_double(&number.mpd, value->number)) {
            return NULL;
        }
    } else {
        uint32_t status = 0;
        int64_t whole = value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
        mpd_qsset_ssize(&number.mpd, whole, &(mpd_context_t){.prec = 38, .emax = 99, .emin = -99},
                        &status);
    }
    struct weir_decimal *decimal = (struct weir_decimal *)scratch->space;
    store(decimal, &number.mpd);
    return decimal;
}

typedef void (*binary_fn)(mpd_t *result, const mpd_t *a, const mpd_t *b,
                          const mpd_context_t *context, uint32_t *status);

static const struct weir_decimal *apply(struct weir_arena *arena, binary_fn function,
                                        const struct weir_decimal *a, const struct weir_decimal *b)
{
    auto_number result;
    number_init(&result);
    mpd_t left = view_of(a), right = view_of(b);
    mpd_context_t context = context_of(WORK_DIGITS, MPD_ROUND_HALF_EVEN);
    uint32_t status = 0;
    function(&result.mpd, &left, &right, &context, &status);
    return (status & MPD_Errors) != 0 ? NULL : result_of(arena, &result.mpd);
}

const struct weir_decimal *weir_decimal_add(struct weir_arena *arena, const struct weir_decimal *a,
                                            const struct weir_decimal *b)
{
    return apply(arena, mpd_qadd, a, b);
}

const struct weir_decimal *weir_decimal_subtract(struct weir_arena *arena,
                                                 const struct weir_decimal *a,
                                                 const struct weir_decimal *b)
{
    return apply(arena, mpd_qsub, a, b);
}

const struct weir_decimal *weir_decimal_multiply(struct weir_arena *arena,
                                                 const struct weir_decimal *a,
                                                 const struct weir_decimal *b)
{
    return apply(arena, mpd_qmul, a, b);
}

const struct weir_decimal *weir_decimal_remainder(struct weir_arena *arena,
                                                  const struct weir_decimal *a,
                                                  const struct weir_decimal *b)
{
    return apply(arena, mpd_qrem, a, b);
}

const struct weir_decimal *weir_decimal_divide(struct weir_arena *arena,
                                               const struct weir_decimal *a,
                                               const struct weir_decimal *b, int32_t scale,
                                               enum weir_rounding rounding)
{
    auto_number quotient, result;
    number_init(&quotient);
    number_init(&result);
    mpd_t left = view_of(a), right = view_of(b);
    /* Three digits more than wanted, rounded so that the second rounding sees what was cut. */
    int64_t digits = mpd_adjexp(&left) - mpd_adjexp(&right) + scale + 4;
    mpd_context_t context = context_of(digits < 4 ? 4 : digits, MPD_ROUND_05UP);
    uint32_t status = 0;
    if (digits > WORK_DIGITS) {
        return NULL;
    }
    mpd_qdiv(&quotient.mpd, &left, &right, &context, &status);
    context = context_of(WORK_DIGITS, mpd_roundings[rounding]);
    mpd_qrescale(&result.mpd, &quotient.mpd, -(mpd_ssize_t)scale, &context, &status);
    bool lossy = rounding == WEIR_ROUND_UNNECESSARY && (status & MPD_Inexact) != 0;
    return lossy || (status & MPD_Errors) != 0 ? NULL : result_of(arena, &result.mpd);
}

const struct weir_decimal *weir_decimal_negate(struct weir_arena *arena,
                                               const struct weir_decimal *decimal)
{
    size_t bytes = sizeof *decimal + decimal->word_count * sizeof(uint64_t);
    struct weir_decimal *result = weir_arena_alloc(arena, bytes);
    memcpy(result, decimal, bytes);
    result->negative = !decimal->negative && weir_decimal_sign(decimal) != 0;
    return result;
}

const struct weir_decimal *weir_decimal_set_scale(struct weir_arena *arena,
                                                  const struct weir_decimal *decimal, int32_t scale,
                                                  enum weir_rounding rounding)
{
    if (decimal->scale == scale) {
        return decimal;
    }
    if (scale > WEIR_DECIMAL_SCALE_MAX || scale < -WEIR_DECIMAL_SCALE_MAX) {
        return NULL;
    }
    auto_number result;
    number_init(&result);
    mpd_t view = view_of(decimal);
    mpd_context_t context = context_of(WORK_DIGITS, mpd_roundings[rounding]);
    uint32_t status = 0;
    mpd_qrescale(&result.mpd, &view, -(mpd_ssize_t)scale, &context, &status);
    bool lossy = rounding == WEIR_ROUND_UNNECESSARY && (status & MPD_Inexact) != 0;
    return lossy || (status & MPD_Errors) != 0 ? NULL : result_of(arena, &result.mpd);
}

const struct weir_decimal *weir_decimal_fit(struct weir_arena *arena,
                                            const struct weir_decimal *decimal, int32_t precision,
                                            int32_t scale)
{
    /* Digits before the point, before rounding: 9.99 fits DECIMAL(2, 1), and becomes 10.0 as in
     * ksqlDB. */
    int64_t whole_digits = (int64_t)weir_decimal_precision(decimal) - decimal->scale;
    if (weir_decimal_sign(decimal) != 0 && whole_digits > precision - scale) {
        return NULL;
    }
    return weir_decimal_set_scale(arena, decimal, scale, WEIR_ROUND_HALF_UP);
}

int weir_decimal_compare(const struct weir_decimal *a, const struct weir_decimal *b)
{
    mpd_t left = view_of(a), right = view_of(b);
    uint32_t status = 0;
    return mpd_qcmp(&left, &right, &status);
}

bool weir_decimal_equal(const struct weir_decimal *a, const struct weir_decimal *b)
{
    return a->scale == b->scale && a->negative == b->negative && a->word_count == b->word_count &&
           memcmp(a->words, b->words, a->word_count * sizeof(uint64_t)) == 0;
}

uint64_t weir_decimal_hash(const struct weir_decimal *decimal)
{
    uint64_t hash = weir_hash(decimal->words, decimal->word_count * sizeof(uint64_t));
    return hash ^ ((uint64_t)(uint32_t)decimal->scale << 1) ^ decimal->negative;
}

int weir_decimal_sign(const struct weir_decimal *decimal)
{
    if (decimal->word_count == 1 && decimal->words[0] == 0) {
        return 0;
    }
    return decimal->negative ? -1 : 1;
}

int32_t weir_decimal_precision(const struct weir_decimal *decimal)
{
    mpd_t view = view_of(decimal);
    return (int32_t)view.digits;
}

double weir_decimal_to_double(const struct weir_decimal *decimal)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 4 * WEIR_DECIMAL_DIGITS_MAX);
    weir_decimal_print(decimal, &text);
    return strtod(weir_buffer_text(&text), NULL);
}

int64_t weir_decimal_to_int64(const struct weir_decimal *decimal)
{
    auto_number whole;
    number_init(&whole);
    mpd_t view = view_of(decimal);
    mpd_context_t context = context_of(WORK_DIGITS, MPD_ROUND_DOWN);
    uint32_t status = 0;
    mpd_qrescale(&whole.mpd, &view, 0, &context, &status);
    uint64_t bits = 0;
    for (mpd_ssize_t i = whole.mpd.len - 1; i >= 0; i--) {
        bits = bits * 10000000000000000000u + whole.mpd.data[i];
    }
    return (int64_t)(decimal->negative ? 0 - bits : bits);
}

/* The digits, most significant first; returns how many. digits has room for words * 19 + 1. */
static size_t digits_of(const struct weir_decimal *decimal, char *digits)
{
    size_t length = (size_t)snprintf(digits, 24, "%llu",
                                     (unsigned long long)decimal->words[decimal->word_count - 1]);
    for (size_t i = decimal->word_count - 1; i-- > 0;) {
        length +=
            (size_t)snprintf(digits + length, 24, "%019llu", (unsigned long long)decimal->words[i]);
    }
    return length;
}

enum { DIGIT_SPACE = WEIR_DECIMAL_DIGITS_MAX + 2 * 24 };

static void append_zeros(struct weir_buffer *buffer, size_t count)
{
    while (count-- > 0) {
        weir_buffer_append_byte(buffer, '0');
    }
}

void weir_decimal_print_plain(const struct weir_decimal *decimal, struct weir_buffer *buffer)
{
    char digits[DIGIT_SPACE];
    size_t length = digits_of(decimal, digits);
    if (decimal->negative) {
        weir_buffer_append_byte(buffer, '-');
    }
    if (decimal->scale <= 0) {
        weir_buffer_append(buffer, digits, length);
        if (weir_decimal_sign(decimal) != 0) {
            append_zeros(buffer, (size_t)-decimal->scale);
        }
        return;
    }
    size_t scale = (size_t)decimal->scale;
    if (length <= scale) {
        weir_buffer_append_text(buffer, "0.");
        append_zeros(buffer, scale - length);
        weir_buffer_append(buffer, digits, length);
        return;
    }
    weir_buffer_append(buffer, digits, length - scale);
    weir_buffer_append_byte(buffer, '.');
    weir_buffer_append(buffer, digits + length - scale, scale);
}

void weir_decimal_print(const struct weir_decimal *decimal, struct weir_buffer *buffer)
{
    char digits[DIGIT_SPACE];
    size_t length = digits_of(decimal, digits);
    int64_t exponent = (int64_t)length - 1 - decimal->scale;
    if (decimal->scale >= 0 && exponent >= -6) {
        weir_decimal_print_plain(decimal, buffer);
        return;
    }
    if (decimal->negative) {
        weir_buffer_append_byte(buffer, '-');
    }
    weir_buffer_append(buffer, digits, 1);
    if (length > 1) {
        weir_buffer_append_byte(buffer, '.');
        weir_buffer_append(buffer, digits + 1, length - 1);
    }
    if (exponent != 0) {
        weir_buffer_append_format(buffer, "E%+lld", (long long)exponent);
    }
}
