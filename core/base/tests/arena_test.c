/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pieces_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(256);
    uint8_t *pieces[100];
    for (size_t index = 0; index < 100; index++) {
        pieces[index] = weir_arena_alloc(arena, index);
        assert_int_equal((uintptr_t)pieces[index] % 16, 0);
        memset(pieces[index], (int)index, index);
    }
    for (size_t index = 0; index < 100; index++) {
        for (size_t byte = 0; byte < index; byte++) {
            assert_int_equal(pieces[index][byte], index);
        }
    }
}

static void a_piece_larger_than_a_block_gets_its_own(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(64);
    char *small = weir_arena_strdup(arena, "small");
    char *large = weir_arena_calloc(arena, 1000, 10);
    assert_int_equal(large[9999], 0);
    large[9999] = 'x';
    assert_string_equal(small, "small");
    assert_true(weir_arena_bytes(arena) >= 10000);
}

static void the_newest_piece_grows_with_its_content(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    char *text = weir_arena_strdup(arena, "abc");
    char *grown = weir_arena_grow(arena, text, 4, 400);
    assert_string_equal(grown, "abc");
    memset(grown, 'x', 400);
#ifndef WEIR_ARENA_DEBUG
    assert_ptr_equal(grown, text);
#endif
}

static void an_older_piece_grows_by_moving(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    char *older = weir_arena_strdup(arena, "older");
    char *newer = weir_arena_strdup(arena, "newer");
    char *grown = weir_arena_grow(arena, older, 6, 100);
    memset(grown + 6, 'x', 94);
    assert_ptr_not_equal(grown, older);
    assert_string_equal(grown, "older");
    assert_string_equal(newer, "newer");
    assert_non_null(weir_arena_grow(arena, NULL, 0, 10));
}

static void growing_past_the_block_moves_the_content(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(64);
    char *text = weir_arena_strdup(arena, "abc");
    text = weir_arena_grow(arena, text, 4, 5000);
    assert_string_equal(text, "abc");
    text[4999] = 0;
}

static void text_and_bytes_are_copied(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(128);
    assert_string_equal(weir_arena_strndup(arena, "partial", 4), "part");
    assert_string_equal(weir_arena_format(arena, "%d/%s", 12, "months"), "12/months");
    assert_string_equal(weir_arena_format(arena, "%0300d", 1) + 298, "01");
    struct weir_bytes copy = weir_arena_copy(arena, WEIR_BYTES("a\0b"));
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.data, "a\0b", 3);
    assert_true(weir_bytes_is_null(weir_arena_copy(arena, WEIR_BYTES_NULL)));
    assert_false(weir_bytes_is_null(weir_arena_copy(arena, WEIR_BYTES(""))));
}

static void a_reset_arena_is_empty_and_usable(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(64);
    weir_arena_reset(arena);
    for (size_t round = 0; round < 20; round++) {
        for (size_t bytes = 1; bytes < 500; bytes += 17) {
            memset(weir_arena_alloc(arena, bytes), 'x', bytes);
        }
        assert_true(weir_arena_bytes(arena) > 0);
        weir_arena_reset(arena);
        assert_int_equal(weir_arena_bytes(arena), 0);
    }
    weir_arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_do_not_overlap),
        cmocka_unit_test(a_piece_larger_than_a_block_gets_its_own),
        cmocka_unit_test(the_newest_piece_grows_with_its_content),
        cmocka_unit_test(an_older_piece_grows_by_moving),
        cmocka_unit_test(growing_past_the_block_moves_the_content),
        cmocka_unit_test(text_and_bytes_are_copied),
        cmocka_unit_test(a_reset_arena_is_empty_and_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
