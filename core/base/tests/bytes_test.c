/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void null_equals_only_null(void **state)
{
    (void)state;
    assert_true(weir_bytes_equal(WEIR_BYTES_NULL, WEIR_BYTES_NULL));
    assert_false(weir_bytes_equal(WEIR_BYTES_NULL, WEIR_BYTES("")));
    assert_true(weir_bytes_is_null(weir_bytes_of(NULL)));
    assert_false(weir_bytes_is_null(weir_bytes_of("")));
}

static void equality_looks_at_every_byte(void **state)
{
    (void)state;
    assert_true(weir_bytes_equal(WEIR_BYTES("a\0b"), WEIR_BYTES("a\0b")));
    assert_false(weir_bytes_equal(WEIR_BYTES("a\0b"), WEIR_BYTES("a\0c")));
    assert_false(weir_bytes_equal(WEIR_BYTES("ab"), WEIR_BYTES("abc")));
    assert_true(weir_bytes_equal(weir_bytes_of("text"), WEIR_BYTES("text")));
}

static void order_is_by_unsigned_byte_and_then_by_length(void **state)
{
    (void)state;
    assert_true(weir_bytes_compare(WEIR_BYTES("a"), WEIR_BYTES("b")) < 0);
    assert_true(weir_bytes_compare(WEIR_BYTES("\xff"), WEIR_BYTES("a")) > 0);
    assert_true(weir_bytes_compare(WEIR_BYTES("ab"), WEIR_BYTES("abc")) < 0);
    assert_true(weir_bytes_compare(WEIR_BYTES("b"), WEIR_BYTES("abc")) > 0);
    assert_true(weir_bytes_compare(WEIR_BYTES(""), WEIR_BYTES("a")) < 0);
    assert_int_equal(weir_bytes_compare(WEIR_BYTES("same"), WEIR_BYTES("same")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_equals_only_null),
        cmocka_unit_test(equality_looks_at_every_byte),
        cmocka_unit_test(order_is_by_unsigned_byte_and_then_by_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
