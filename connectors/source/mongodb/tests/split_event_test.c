/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/split_event.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { BYTES_MAX = 1 << 20 };

/* Adds the event; expected NULL: more fragments are waited for. */
static void assert_added(struct weir_split_event *split, const char *json, const char *expected)
{
    struct weir_error err = {0};
    weir_auto_buffer bson, text;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&text, BYTES_MAX);
    struct weir_bytes whole;
    assert_true(weir_extended_json_to_bson(weir_bytes_of(json), &bson, &err));
    assert_int_equal(weir_split_event_add(split, weir_buffer_view(&bson), &whole),
                     expected != NULL);
    assert_int_equal(split->pending, expected == NULL);
    if (expected) {
        assert_true(weir_bson_to_json(whole, WEIR_BSON_JSON_RELAXED, &text));
        assert_string_equal(weir_buffer_text(&text), expected);
    }
}

static void fragments_are_joined_under_the_last_token(void **state)
{
    (void)state;
    struct weir_split_event split = {0};
    assert_added(&split,
                 "{\"_id\": {\"_data\": \"1\"}, \"splitEvent\": {\"fragment\": 1, \"of\": 3}, "
                 "\"operationType\": \"update\", \"fullDocument\": {\"a\": 1}}",
                 NULL);
    assert_added(&split,
                 "{\"_id\": {\"_data\": \"2\"}, \"splitEvent\": {\"fragment\": 2, \"of\": 3}, "
                 "\"fullDocumentBeforeChange\": {\"a\": 0}}",
                 NULL);
    assert_added(
        &split,
        "{\"_id\": {\"_data\": \"3\"}, \"splitEvent\": {\"fragment\": 3, \"of\": 3}, "
        "\"updateDescription\": {}}",
        "{\"_id\": {\"_data\": \"3\"}, \"operationType\": \"update\", \"fullDocument\": "
        "{\"a\": 1}, \"fullDocumentBeforeChange\": {\"a\": 0}, \"updateDescription\": {}}");
    weir_split_event_fini(&split);
}

static void whole_events_pass(void **state)
{
    (void)state;
    struct weir_split_event split = {0};
    assert_added(&split, "{\"_id\": 1, \"splitEvent\": 7}", "{\"_id\": 1, \"splitEvent\": 7}");
    assert_added(&split, "{\"_id\": 1}", "{\"_id\": 1}");
    weir_split_event_fini(&split);
}

static void fragments_that_come_again_from_the_first_replace_the_old_ones(void **state)
{
    (void)state;
    struct weir_split_event split = {0};
    const char *first = "{\"_id\": 1, \"splitEvent\": {\"fragment\": 1, \"of\": 2}, \"a\": 1}";
    assert_added(&split, first, NULL);
    assert_added(&split, first, NULL);
    assert_added(&split, "{\"_id\": 2, \"splitEvent\": {\"fragment\": 2, \"of\": 2}, \"b\": 2}",
                 "{\"_id\": 2, \"a\": 1, \"b\": 2}");
    weir_split_event_fini(&split);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_are_joined_under_the_last_token),
        cmocka_unit_test(whole_events_pass),
        cmocka_unit_test(fragments_that_come_again_from_the_first_replace_the_old_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
