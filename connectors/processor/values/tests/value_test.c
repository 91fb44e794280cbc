/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static struct weir_value text(const char *content)
{
    return (struct weir_value){
        .text = content, .length = (uint32_t)strlen(content), .kind = WEIR_TYPE_STRING};
}

static struct weir_value integer(int32_t number)
{
    return (struct weir_value){.integer = number, .kind = WEIR_TYPE_INTEGER};
}

static struct weir_value bigint(int64_t number)
{
    return (struct weir_value){.bigint = number, .kind = WEIR_TYPE_BIGINT};
}

static struct weir_value number(double value)
{
    return (struct weir_value){.number = value, .kind = WEIR_TYPE_DOUBLE};
}

static struct weir_value decimal(const char *digits)
{
    return (struct weir_value){.decimal = weir_decimal_parse(arena, digits, strlen(digits)),
                               .kind = WEIR_TYPE_DECIMAL};
}

static int order(struct weir_value a, struct weir_value b)
{
    bool unordered;
    int result = weir_value_compare(&a, &b, &unordered);
    assert_false(unordered);
    return result;
}

static bool equal(struct weir_value a, struct weir_value b)
{
    bool result = weir_value_equal(&a, &b);
    if (result) {
        assert_true(weir_value_hash(&a) == weir_value_hash(&b));
    }
    return result;
}

static void equality_is_javas(void **state)
{
    (void)state;
    assert_true(equal(WEIR_VALUE_NULL, WEIR_VALUE_NULL));
    assert_true(equal(number((double)NAN), number(-(double)NAN)));
    assert_false(equal(number(0.0), number(-0.0)));
    assert_false(equal(integer(1), bigint(1)));
    assert_false(equal(decimal("1.0"), decimal("1.00")));
    assert_true(equal(text("a"), text("a")));
    assert_false(equal(text(""), WEIR_VALUE_NULL));
}

static void maps_are_equal_in_any_order(void **state)
{
    (void)state;
    const struct weir_value one[] = {text("a"), integer(1), text("b"), integer(2)};
    const struct weir_value two[] = {text("b"), integer(2), text("a"), integer(1)};
    const struct weir_value three[] = {text("b"), integer(1), text("a"), integer(2)};
    struct weir_value a = {.items = one, .length = 2, .kind = WEIR_TYPE_MAP};
    struct weir_value b = {.items = two, .length = 2, .kind = WEIR_TYPE_MAP};
    struct weir_value c = {.items = three, .length = 2, .kind = WEIR_TYPE_MAP};
    assert_true(equal(a, b));
    assert_false(equal(a, c));
    a.kind = b.kind = WEIR_TYPE_ARRAY;
    a.length = b.length = 4;
    assert_false(equal(a, b));
}

static void text_sorts_by_utf16_units(void **state)
{
    (void)state;
    assert_int_equal(order(text("a"), text("b")), -1);
    assert_int_equal(order(text("a"), text("ab")), -1);
    assert_int_equal(order(text("\xef\xbf\xbd"), text("\xf0\x9f\x90\x9f")), 1); /* U+FFFD, fish */
    assert_int_equal(order(text("\xc3\xa4"), text("\xf0\x9f\x90\x9f")), -1);
}

static void numbers_of_different_types_compare(void **state)
{
    (void)state;
    assert_int_equal(order(integer(1), bigint(2)), -1);
    assert_int_equal(order(bigint(3), number(2.5)), 1);
    assert_int_equal(order(decimal("0.10"), number(0.1)), 0);
    assert_int_equal(order(integer(1), decimal("1.00")), 0);
    struct weir_value nan = number((double)NAN), one = integer(1), exact = decimal("1");
    bool unordered;
    weir_value_compare(&nan, &one, &unordered);
    assert_true(unordered);
    weir_value_compare(&exact, &nan, &unordered);
    assert_true(unordered);
}

static void a_copy_is_independent(void **state)
{
    (void)state;
    char content[] = "cod";
    struct weir_value items[] = {text(content), decimal("1.5"), WEIR_VALUE_NULL};
    struct weir_value array = {.items = items, .length = 3, .kind = WEIR_TYPE_ARRAY};
    struct weir_value copy = weir_value_copy(arena, &array);
    content[0] = 'X';
    items[1] = integer(7);
    assert_true(equal(copy.items[0], text("cod")));
    assert_true(equal(copy.items[1], decimal("1.5")));
    assert_true(weir_value_is_null(&copy.items[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_is_javas),
        cmocka_unit_test(maps_are_equal_in_any_order),
        cmocka_unit_test(text_sorts_by_utf16_units),
        cmocka_unit_test(numbers_of_different_types_compare),
        cmocka_unit_test(a_copy_is_independent),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
