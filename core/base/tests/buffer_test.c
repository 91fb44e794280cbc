/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pieces_are_appended_in_order(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1000);
    weir_buffer_append_text(&buffer, "one,");
    weir_buffer_append_byte(&buffer, '2');
    weir_buffer_append_bytes(&buffer, WEIR_BYTES(",three,"));
    weir_buffer_append_bytes(&buffer, WEIR_BYTES_NULL);
    weir_buffer_append_format(&buffer, "%04d", 4);
    assert_string_equal(weir_buffer_text(&buffer), "one,2,three,0004");
    assert_int_equal(weir_buffer_view(&buffer).len, 16);
}

static void an_empty_buffer_has_empty_text_and_a_view(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 0);
    assert_non_null(weir_buffer_view(&buffer).data);
    assert_int_equal(weir_buffer_view(&buffer).len, 0);
    assert_string_equal(weir_buffer_text(&buffer), "");
    assert_false(buffer.overflow);
}

static void it_grows_far_past_its_first_size(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 20);
    for (int number = 0; number < 20000; number++) {
        weir_buffer_append_format(&buffer, "%05d,", number);
    }
    assert_int_equal(buffer.len, 120000);
    assert_memory_equal(buffer.data + 6 * 12345, "12345,", 6);
    assert_false(buffer.overflow);
}

static void what_passes_the_maximum_is_dropped_and_noted(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 8);
    weir_buffer_append_text(&buffer, "12345678");
    assert_false(buffer.overflow);
    assert_string_equal(weir_buffer_text(&buffer), "12345678");
    weir_buffer_append_byte(&buffer, '9');
    assert_true(buffer.overflow);
    assert_string_equal(weir_buffer_text(&buffer), "12345678");
    assert_null(weir_buffer_reserve(&buffer, SIZE_MAX));
}

static void a_formatted_piece_fits_whole_or_not_at_all(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 4);
    weir_buffer_append_format(&buffer, "%d", 1234);
    assert_string_equal(weir_buffer_text(&buffer), "1234");
    weir_buffer_reset(&buffer);
    weir_buffer_append_format(&buffer, "%d", 12345);
    assert_true(buffer.overflow);
    assert_int_equal(buffer.len, 0);
}

static void a_reset_keeps_the_memory(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 10);
    weir_buffer_append_text(&buffer, "too long for ten");
    weir_buffer_append_text(&buffer, "fits");
    const uint8_t *memory = buffer.data;
    weir_buffer_reset(&buffer);
    assert_false(buffer.overflow);
    weir_buffer_append_text(&buffer, "again");
    assert_ptr_equal(buffer.data, memory);
    assert_string_equal(weir_buffer_text(&buffer), "again");
}

static void reserved_room_is_used_in_place(void **state)
{
    (void)state;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 100);
    uint8_t *room = weir_buffer_reserve(&buffer, 50);
    room[0] = 'o';
    room[1] = 'k';
    buffer.len += 2;
    assert_string_equal(weir_buffer_text(&buffer), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_appended_in_order),
        cmocka_unit_test(an_empty_buffer_has_empty_text_and_a_view),
        cmocka_unit_test(it_grows_far_past_its_first_size),
        cmocka_unit_test(what_passes_the_maximum_is_dropped_and_noted),
        cmocka_unit_test(a_formatted_piece_fits_whole_or_not_at_all),
        cmocka_unit_test(a_reset_keeps_the_memory),
        cmocka_unit_test(reserved_room_is_used_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
