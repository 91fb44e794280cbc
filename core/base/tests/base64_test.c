/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *bytes, *text;
} vectors[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

static void the_vectors_of_rfc_4648_go_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        weir_auto_buffer text, bytes;
        weir_buffer_init(&text, 100);
        weir_buffer_init(&bytes, 100);
        weir_base64_write(weir_bytes_of(vectors[i].bytes), &text);
        assert_string_equal(weir_buffer_text(&text), vectors[i].text);
        assert_true(weir_base64_read(weir_buffer_view(&text), &bytes));
        assert_string_equal(weir_buffer_text(&bytes), vectors[i].bytes);
    }
}

static void padding_may_be_left_out(void **state)
{
    (void)state;
    weir_auto_buffer bytes;
    weir_buffer_init(&bytes, 100);
    assert_true(weir_base64_read(WEIR_BYTES("Zm9vYmE"), &bytes));
    assert_string_equal(weir_buffer_text(&bytes), "fooba");
}

static void other_characters_and_a_lone_digit_are_refused(void **state)
{
    (void)state;
    weir_auto_buffer bytes;
    weir_buffer_init(&bytes, 100);
    assert_false(weir_base64_read(WEIR_BYTES("Zm 9"), &bytes));
    assert_false(weir_base64_read(WEIR_BYTES("Zm9vY"), &bytes));
    assert_false(weir_base64_read(WEIR_BYTES("=Zm9"), &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_go_both_ways),
        cmocka_unit_test(padding_may_be_left_out),
        cmocka_unit_test(other_characters_and_a_lone_digit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
