/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void memory_is_zeroed_and_never_null(void **state)
{
    (void)state;
    weir_autofree char *bytes = weir_alloc(100);
    for (size_t index = 0; index < 100; index++) {
        assert_int_equal(bytes[index], 0);
    }
    weir_autofree char *none = weir_alloc(0);
    assert_non_null(none);
    weir_autofree int *numbers = weir_alloc_array(3, sizeof(*numbers));
    assert_int_equal(numbers[2], 0);
}

static void strings_are_copied_up_to_a_length(void **state)
{
    (void)state;
    weir_autofree char *whole = weir_strdup("weir");
    weir_autofree char *part = weir_strndup("weir", 2);
    weir_autofree char *text = weir_format("%s-%d", whole, 7);
    assert_string_equal(whole, "weir");
    assert_string_equal(part, "we");
    assert_string_equal(text, "weir-7");
}

static void realloc_keeps_the_content(void **state)
{
    (void)state;
    char *text = weir_strdup("abc");
    text = weir_realloc(text, 1000);
    assert_string_equal(text, "abc");
    weir_free(text);
    weir_free(NULL);
}

static char *made_by_the_callee(void)
{
    weir_autofree char *text = weir_strdup("owned");
    return weir_steal(&text);
}

static void a_stolen_pointer_leaves_its_scope_alive(void **state)
{
    (void)state;
    weir_autofree char *text = made_by_the_callee();
    assert_string_equal(text, "owned");
    char *taken = weir_steal(&text);
    assert_null(text);
    weir_free(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_never_null),
        cmocka_unit_test(strings_are_copied_up_to_a_length),
        cmocka_unit_test(realloc_keeps_the_content),
        cmocka_unit_test(a_stolen_pointer_leaves_its_scope_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
