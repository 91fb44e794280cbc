/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_builder.h"
#include "core/mongo/bson_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct weir_buffer document;

/* {"a": 7, "b": {"c": "text", "d.e": 1}, "d": date} */
static int make_document(void **state)
{
    (void)state;
    weir_buffer_init(&document, 1000);
    size_t start = weir_bson_begin(&document);
    weir_bson_add_int32(&document, WEIR_BYTES("a"), 7);
    size_t inner = weir_bson_add_begin(&document, WEIR_BSON_DOCUMENT, WEIR_BYTES("b"));
    weir_bson_add_text(&document, WEIR_BYTES("c"), WEIR_BYTES("text"));
    weir_bson_add_int64(&document, WEIR_BYTES("d.e"), -1);
    weir_bson_end(&document, inner);
    weir_bson_add_date(&document, WEIR_BYTES("d"), 1234567890123);
    weir_bson_end(&document, start);
    return 0;
}

static int free_document(void **state)
{
    (void)state;
    weir_buffer_fini(&document);
    return 0;
}

static void what_the_builder_writes_the_view_reads(void **state)
{
    (void)state;
    struct weir_bytes view = weir_buffer_view(&document);
    assert_true(weir_bson_valid(view));
    assert_int_equal(weir_bson_int32(weir_bson_get(view, WEIR_BYTES("a"))), 7);
    assert_int_equal(weir_bson_int64(weir_bson_get(view, WEIR_BYTES("d"))), 1234567890123);
    assert_false(weir_bson_found(weir_bson_get(view, WEIR_BYTES("x"))));
}

static void paths_lead_into_subdocuments_and_names_may_hold_dots(void **state)
{
    (void)state;
    struct weir_bytes view = weir_buffer_view(&document);
    struct weir_bytes text = weir_bson_text(weir_bson_get_path(view, WEIR_BYTES("b.c")));
    assert_true(weir_bytes_equal(text, WEIR_BYTES("text")));
    assert_int_equal(weir_bson_int64(weir_bson_get_path(view, WEIR_BYTES("b.d.e"))), -1);
    assert_false(weir_bson_found(weir_bson_get_path(view, WEIR_BYTES("a.c"))));
    assert_false(weir_bson_found(weir_bson_get_path(view, WEIR_BYTES("b."))));
}

static void a_copy_can_leave_one_field_out(void **state)
{
    (void)state;
    weir_auto_buffer copy;
    weir_buffer_init(&copy, 1000);
    size_t start = weir_bson_begin(&copy);
    weir_bson_add_all(&copy, weir_buffer_view(&document), WEIR_BYTES("b"));
    weir_bson_end(&copy, start);
    assert_true(weir_bson_valid(weir_buffer_view(&copy)));
    assert_false(weir_bson_found(weir_bson_get(weir_buffer_view(&copy), WEIR_BYTES("b"))));
    assert_true(weir_bson_found(weir_bson_get(weir_buffer_view(&copy), WEIR_BYTES("d"))));
}

static void every_cut_and_every_wrong_length_is_seen(void **state)
{
    (void)state;
    for (size_t len = 0; len < document.len; len++) {
        assert_false(weir_bson_valid((struct weir_bytes){document.data, len}));
    }
    document.data[0]++;
    assert_false(weir_bson_valid(weir_buffer_view(&document)));
    document.data[0]--;
    document.data[4] = 0x55; /* no such type */
    assert_false(weir_bson_valid(weir_buffer_view(&document)));
    assert_false(weir_bson_valid(WEIR_BYTES_NULL));
}

static void a_buffer_that_overflows_stays_harmless(void **state)
{
    (void)state;
    weir_auto_buffer small;
    weir_buffer_init(&small, 10);
    size_t start = weir_bson_begin(&small);
    weir_bson_add_text(&small, WEIR_BYTES("name"), WEIR_BYTES("a long text"));
    weir_bson_end(&small, start);
    assert_true(small.overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_builder_writes_the_view_reads, make_document,
                                        free_document),
        cmocka_unit_test_setup_teardown(paths_lead_into_subdocuments_and_names_may_hold_dots,
                                        make_document, free_document),
        cmocka_unit_test_setup_teardown(a_copy_can_leave_one_field_out, make_document,
                                        free_document),
        cmocka_unit_test_setup_teardown(every_cut_and_every_wrong_length_is_seen, make_document,
                                        free_document),
        cmocka_unit_test(a_buffer_that_overflows_stays_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
