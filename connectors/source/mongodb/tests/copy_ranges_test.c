/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_ranges.h"
#include "core/base/arena.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { BYTES_MAX = 1 << 20 };

static struct weir_arena *arena;
static struct weir_copy_ranges ranges;

static int set_up(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_copy_ranges_fini(&ranges);
    weir_arena_destroy(arena);
    return 0;
}

static struct weir_bytes bson(const char *json)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_extended_json_to_bson(weir_bytes_of(json), &out, &err));
    return weir_arena_copy(arena, weir_buffer_view(&out));
}

static void assert_left(const char *expected)
{
    weir_auto_buffer out, text;
    weir_buffer_init(&out, BYTES_MAX);
    weir_buffer_init(&text, BYTES_MAX);
    weir_copy_ranges_write(&ranges, &out);
    assert_true(weir_bson_to_json(weir_buffer_view(&out), WEIR_BSON_JSON_RELAXED, &text));
    assert_string_equal(weir_buffer_text(&text), expected);
}

static void what_is_stored_is_what_is_left(void **state)
{
    (void)state;
    weir_copy_ranges_load(
        &ranges, bson("{\"left\": [{\"to\": 10}, {\"from\": 10, \"to\": 20}, {\"from\": 20}]}"));
    weir_copy_ranges_advance(&ranges, 2,
                             weir_bson_get(bson("{\"_id\": \"x\"}"), WEIR_BYTES("_id")));
    weir_copy_ranges_finish(&ranges, 1);
    assert_int_equal(weir_copy_ranges_left(&ranges), 2);
    assert_left("{\"left\": [{\"to\": 10}, {\"from\": \"x\"}]}");
}

static void a_collection_that_is_done_has_no_ranges(void **state)
{
    (void)state;
    weir_copy_ranges_load(&ranges, bson("{\"left\": [{}]}"));
    assert_left("{\"left\": [{}]}");
    weir_copy_ranges_finish(&ranges, 0);
    assert_left("{\"left\": []}");
}

static void a_document_without_an_id_moves_nothing(void **state)
{
    (void)state;
    weir_copy_ranges_load(&ranges, bson("{\"left\": [{\"from\": 1}]}"));
    weir_copy_ranges_advance(&ranges, 0, (struct weir_bson_element){0});
    weir_copy_ranges_advance(&ranges, 9, weir_bson_get(bson("{\"_id\": 5}"), WEIR_BYTES("_id")));
    weir_copy_ranges_finish(&ranges, 9);
    assert_left("{\"left\": [{\"from\": 1}]}");
}

static void too_many_ranges_are_joined(void **state)
{
    (void)state;
    const char *text = "{\"left\": [{\"to\": 0}";
    for (int index = 1; index < 80; index++) {
        text = weir_arena_format(arena, "%s, {\"from\": %d, \"to\": %d}", text, index - 1, index);
    }
    weir_copy_ranges_load(&ranges, bson(weir_arena_format(arena, "%s]}", text)));
    assert_int_equal(ranges.count, WEIR_COPY_RANGES_MAX);
    struct weir_bytes last = weir_buffer_view(&ranges.items[WEIR_COPY_RANGES_MAX - 1].to);
    assert_int_equal(weir_bson_int32(weir_bson_get(last, WEIR_BYTES("_id"))), 79);
}

static void equal_bounds_make_one_range(void **state)
{
    (void)state;
    struct weir_bytes ids = bson("{\"a\": 1, \"b\": 1, \"c\": \"x\"}");
    const struct weir_bson_element bounds[] = {weir_bson_get(ids, WEIR_BYTES("a")),
                                               weir_bson_get(ids, WEIR_BYTES("b")),
                                               weir_bson_get(ids, WEIR_BYTES("c"))};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    weir_copy_ranges_between(bounds, 3, &out);
    weir_copy_ranges_load(&ranges, weir_buffer_view(&out));
    assert_left("{\"left\": [{\"to\": 1}, {\"from\": 1, \"to\": \"x\"}, {\"from\": \"x\"}]}");
    assert_true(weir_bytes_is_null(weir_copy_ranges_at(weir_buffer_view(&out), 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_is_what_is_left),
        cmocka_unit_test(a_collection_that_is_done_has_no_ranges),
        cmocka_unit_test(a_document_without_an_id_moves_nothing),
        cmocka_unit_test(too_many_ranges_are_joined),
        cmocka_unit_test(equal_bounds_make_one_range),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
