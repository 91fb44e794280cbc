/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/compact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_compact(const char *text, const char *expected)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, 1000);
    weir_json_compact(weir_bytes_of(text), &out);
    assert_string_equal(weir_buffer_text(&out), expected);
}

static void assert_string(struct weir_bytes text, const char *expected)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, 1000);
    weir_json_append_string(&out, text);
    assert_string_equal(weir_buffer_text(&out), expected);
}

static void blanks_between_tokens_go(void **state)
{
    (void)state;
    assert_compact("{ \"ns\" :\t\"a b\" ,\r\n\"n\" : [ 1 , 2 ] }", "{\"ns\":\"a b\",\"n\":[1,2]}");
    assert_compact("", "");
}

static void blanks_in_strings_stay(void **state)
{
    (void)state;
    assert_compact("[\"a  b\\\" c\", \"d\\\\\" , \" e\"]", "[\"a  b\\\" c\",\"d\\\\\",\" e\"]");
}

static void what_is_already_compact_stays_the_same(void **state)
{
    (void)state;
    assert_compact("{\"_id\":\"{\\\"_data\\\": \\\"82\\\"}\"}",
                   "{\"_id\":\"{\\\"_data\\\": \\\"82\\\"}\"}");
}

static void text_becomes_a_quoted_string(void **state)
{
    (void)state;
    assert_string(WEIR_BYTES("plain"), "\"plain\"");
    assert_string(WEIR_BYTES(""), "\"\"");
    assert_string(WEIR_BYTES_NULL, "\"\"");
    assert_string(WEIR_BYTES("Fl\xc3\xbc\xc3\x9f"), "\"Fl\xc3\xbc\xc3\x9f\"");
}

static void what_json_forbids_is_escaped(void **state)
{
    (void)state;
    assert_string(WEIR_BYTES("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    assert_string(WEIR_BYTES("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    assert_string(WEIR_BYTES("\0\x01\x0b\x1f\x7f"), "\"\\u0000\\u0001\\u000b\\u001f\x7f\"");
}

static void an_escape_is_found_at_every_place_of_a_long_text(void **state)
{
    (void)state;
    static const char forbidden[] = {'"', '\\', '\n', 0x1f, 0};
    for (size_t kind = 0; kind < sizeof(forbidden); kind++) {
        for (size_t place = 0; place < 40; place++) {
            char text[40], expected[128];
            memset(text, '!', sizeof(text));
            text[place] = forbidden[kind];
            static const char *const escapes[] = {"\\\"", "\\\\", "\\n", "\\u001f", "\\u0000"};
            snprintf(expected, sizeof(expected), "\"%.*s%s%.*s\"", (int)place,
                     "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", escapes[kind], (int)(39 - place),
                     "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!");
            assert_string((struct weir_bytes){(const uint8_t *)text, sizeof(text)}, expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_between_tokens_go),
        cmocka_unit_test(blanks_in_strings_stay),
        cmocka_unit_test(what_is_already_compact_stays_the_same),
        cmocka_unit_test(text_becomes_a_quoted_string),
        cmocka_unit_test(what_json_forbids_is_escaped),
        cmocka_unit_test(an_escape_is_found_at_every_place_of_a_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
