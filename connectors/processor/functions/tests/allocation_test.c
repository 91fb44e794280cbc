/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions take no heap memory for a row, once they have seen one like it. */
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static size_t allocations;

/* The heap's functions, of the libraries too, are these three; what they call is glibc's own. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc's own names. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *take(size_t bytes) __asm__("malloc");
void *take_zeroed(size_t count, size_t bytes) __asm__("calloc");
void *take_again(void *memory, size_t bytes) __asm__("realloc");

void *take(size_t bytes)
{
    allocations++;
    return __libc_malloc(bytes);
}

void *take_zeroed(size_t count, size_t bytes)
{
    allocations++;
    return __libc_calloc(count, bytes);
}

void *take_again(void *memory, size_t bytes)
{
    allocations++;
    return __libc_realloc(memory, bytes);
}

static const char *const expressions[] = {
    "I + 1 * 2 - L",
    "D / 3 % 2",
    "DEC * DEC + 1",
    "S + 'x'",
    "I BETWEEN 1 AND 9 AND S LIKE 's%' AND L IN (1, 2, 3)",
    "CASE WHEN I > 3 THEN S ELSE 'none' END",
    "A[1] + M['a'] + T->F",
    "ARRAY[I, 2]",
    "MAP('a' := I, 'b' := 2)",
    "STRUCT(X := I, Y := S)",
    "CAST(I AS STRING)",
    "CAST(D AS STRING)",
    "CAST(DEC AS STRING)",
    "CAST(A AS STRING)",
    "CAST(TS AS STRING)",
    "CAST('12' AS INT)",
    "CAST(D AS DECIMAL(6, 2))",
    "ROUND(D, 2)",
    "ROUND(DEC, 1)",
    "SQRT(D) + LN(D) + POWER(D, 2)",
    "GREATEST(I, 7)",
    "COALESCE(S, 'x')",
    "CONCAT(S, '!', S)",
    "CONCAT_WS('-', S, S)",
    "UCASE(S)",
    "INITCAP(S)",
    "SUBSTRING(S, 2, 3)",
    "LPAD(S, 9, '*')",
    "INSTR(S, 'm')",
    "REPLACE(S, 'm', 'n')",
    "SPLIT(S, 'e')",
    "SPLIT_TO_MAP('a=1;b=2', ';', '=')",
    "MASK(S)",
    "MD5(S)",
    "ENCODE(S, 'utf8', 'base64')",
    "REGEXP_EXTRACT('(.)m', S, 1)",
    "REGEXP_REPLACE(S, '[a-e]+', '#')",
    "URL_EXTRACT_PATH('http://host/path/' + S)",
    "URL_ENCODE_PARAM(S)",
    "EXTRACTJSONFIELD('{\"a\":[1,{\"b\":\"' + S + '\"}]}', '$.a[1].b')",
    "JSON_RECORDS('{\"a\":1,\"b\":\"' + S + '\"}')",
    "TO_JSON_STRING(T)",
    "ARRAY_SORT(A)",
    "ARRAY_DISTINCT(A)",
    "ARRAY_JOIN(A, '-')",
    "MAP_UNION(M, M)",
    "ENTRIES(M, true)",
    "TRANSFORM(A, x => x + I)",
    "REDUCE(A, 0, (s, x) => s + x)",
    "FILTER(M, (k, v) => v > 0)",
    "STRINGTOTIMESTAMP('2018-05-11 ' + '21:58', 'yyyy-MM-dd HH:mm', 'Europe/Berlin')",
    "TIMESTAMPTOSTRING(L, 'EEEE, d MMMM yyyy HH:mm:ss.SSS z', 'America/New_York')",
    "FORMAT_DATE(DT, 'ppppd MMM')",
    "TIMESTAMPADD(DAYS, I, TS)",
    "CONVERT_TZ(TS, 'UTC', 'Asia/Tokyo')",
    "GEO_DISTANCE(D, D, 1e0, 2e0)",
};

static size_t allocations_of(struct weir_evaluator *evaluator, struct weir_arena *arena)
{
    struct weir_value value;
    weir_arena_reset(arena);
    size_t before = allocations;
    assert_true(weir_evaluate(evaluator, expression_case_current_row(), arena, &value));
    return allocations - before;
}

static void evaluation_takes_nothing_from_the_heap(void **state)
{
    (void)state;
    size_t failed = 0, made = 0;
    weir_auto_arena *arena = weir_arena_create(1 << 16);
    expression_case_row("{\"I\":5,\"L\":1526075913001,\"D\":2.25,\"S\":\"stream\",\"DEC\":1.25,"
                        "\"A\":[3,1,2],\"M\":{\"a\":1,\"b\":2},\"T\":{\"F\":4,\"G\":\"g\"},"
                        "\"DT\":17662,\"TS\":1526075913001}");
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        struct weir_error err = {0};
        struct weir_evaluator *evaluator =
            weir_evaluator_create(expression_case_parse(expressions[i]), NULL, &err);
        if (!evaluator) {
            fail_msg("%s: %s", expressions[i], err.message);
        }
        made += allocations_of(evaluator, arena); /* what is kept from row to row */
        size_t taken = allocations_of(evaluator, arena);
        if (taken > 0) {
            print_error("%s takes memory %zu times\n", expressions[i], taken);
        }
        failed += taken > 0;
        weir_evaluator_destroy(evaluator);
    }
    assert_int_equal(failed, 0);
    assert_true(made > 0); /* it does count */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_takes_nothing_from_the_heap),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
