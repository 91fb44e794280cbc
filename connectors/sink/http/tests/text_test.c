/* What is read from configuration and keys: status codes, templates, windowed keys; and whether
 * text is JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/json_valid.h"
#include "connectors/sink/http/status_codes.h"
#include "connectors/sink/http/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct weir_arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int free_arena(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

/* "key" in the window that starts at 1646327820000. */
static const struct weir_bytes windowed = WEIR_BYTES("key\x00\x00\x01\x7f\x50\xc8\xee\xe0");

static const struct weir_header headers[] = {{WEIR_BYTES("h"), WEIR_BYTES("one")},
                                             {WEIR_BYTES("h"), WEIR_BYTES("two")}};

static const struct weir_record record = {
    .topic = "t",
    .partition = 3,
    .offset = 42,
    .timestamp_ms = 99,
    .key = WEIR_BYTES("a/b \xc3\xa9"),
    .value = WEIR_BYTES("{\"id\":\"x y\",\"n\":1.50,\"a\":{\"b\":[1]},\"z\":null}"),
    .headers = headers,
    .header_count = 2};

/* The filled text, or "REJECT: reason". */
static const char *fill(const char *text, enum template_place place)
{
    struct weir_error err = {0};
    struct template_record filled = {&record, weir_windowed_key_read(record.key, KEY_SHAPE_AUTO)};
    const struct template *template = weir_template_read(text, arena, &err);
    assert_non_null(template);
    weir_auto_buffer out;
    weir_buffer_init(&out, 1000);
    if (!weir_template_fill(template, &filled, place, arena, &out, &err)) {
        assert_int_equal(err.action, WEIR_ERROR_REJECT);
        return weir_arena_format(arena, "REJECT: %s", err.message);
    }
    return weir_arena_strdup(arena, weir_buffer_text(&out));
}

static void urls_are_filled_in_percent_encoded(void **state)
{
    (void)state;
    assert_string_equal(
        fill("http://h/${topic}/${key}?p=${partition}&o=${offset}&t=${timestamp}", TEMPLATE_URL),
        "http://h/t/a%2Fb%20%C3%A9?p=3&o=42&t=99");
    assert_string_equal(fill("${id}/${n}/${a.b}", TEMPLATE_URL), "x%20y/1.50/%5B1%5D");
}

static void a_url_needs_all_that_it_names(void **state)
{
    (void)state;
    assert_string_equal(fill("/${nothing}", TEMPLATE_URL),
                        "REJECT: the URL needs ${nothing}, which the record lacks");
    assert_string_equal(fill("/${z}", TEMPLATE_URL),
                        "REJECT: the URL needs ${z}, which the record lacks");
    assert_string_equal(fill("/${window.start}", TEMPLATE_URL),
                        "REJECT: the URL needs ${window.start}, which the record lacks");
}

static void headers_are_filled_in_as_text_and_bodies_as_json(void **state)
{
    (void)state;
    assert_string_equal(fill("${header.h}-${id}-${nothing}-", TEMPLATE_HEADER), "two-x y--");
    assert_string_equal(fill("{\"i\":${id},\"a\":${a},\"x\":${nothing}}", TEMPLATE_BODY),
                        "{\"i\":\"x y\",\"a\":{\"b\":[1]},\"x\":null}");
}

static void a_doubled_dollar_is_a_dollar_and_other_dollars_are_text(void **state)
{
    (void)state;
    assert_string_equal(fill("$${topic} $5 $ ${topic}", TEMPLATE_HEADER), "${topic} $5 $ t");
}

static void a_template_that_names_nothing_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"${", "a${}b", "${topic", "${.a}", "${a.}", "${a..b}"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct weir_error err = {0};
        assert_null(weir_template_read(wrong[i], arena, &err));
        assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    }
}

static void a_windowed_key_is_known_by_its_last_bytes(void **state)
{
    (void)state;
    struct windowed_key key = weir_windowed_key_read(windowed, KEY_SHAPE_AUTO);
    assert_true(key.has_window && !key.has_end);
    assert_int_equal(key.start_ms, 1646327820000);
    assert_true(weir_bytes_equal(key.base, WEIR_BYTES("key")));
    key = weir_windowed_key_read(
        WEIR_BYTES("k\x00\x00\x01\x7f\x50\xc8\xee\xe0\x00\x00\x01\x7f\x50\xc9\xd9\x40"),
        KEY_SHAPE_AUTO);
    assert_true(key.has_window && key.has_end && key.end_ms > key.start_ms);
    assert_true(weir_bytes_equal(key.base, WEIR_BYTES("k")));
}

static void other_keys_have_no_window(void **state)
{
    (void)state;
    static const struct weir_bytes plain[] = {
        WEIR_BYTES("a longer key of text"),
        WEIR_BYTES("\x00\x00\x01\x7f\x50\xc8\xee\xe0"), /* a BIGINT by itself */
        WEIR_BYTES("key\x00\x00\x00\x00\x00\x00\x00\x05"), WEIR_BYTES("")};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        assert_false(weir_windowed_key_read(plain[i], KEY_SHAPE_AUTO).has_window);
    }
    assert_false(weir_windowed_key_read(windowed, KEY_SHAPE_PLAIN).has_window);
    assert_true(
        weir_windowed_key_read(WEIR_BYTES("\x00\x00\x00\x00\x00\x00\x00\x05"), KEY_SHAPE_WINDOWED)
            .has_window);
    assert_true(weir_bytes_is_null(weir_windowed_key_read(WEIR_BYTES_NULL, KEY_SHAPE_AUTO).base));
}

static bool has(const char *text, int status)
{
    struct weir_error err = {0};
    struct status_codes codes;
    assert_true(weir_status_codes_read(text, &codes, &err));
    return weir_status_codes_has(&codes, status);
}

static void status_codes_are_numbers_and_ranges_with_open_ends(void **state)
{
    (void)state;
    assert_true(has("404,408,500-", 404) && has("404,408,500-", 599) &&
                has(" 200 - 299 , 409 ", 250));
    assert_false(has("404,408,500-", 405) || has("404,408,500-", 499) || has("", 200) ||
                 has("400-", 1000));
}

static void a_bad_status_grammar_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"5xx",     "500-400",  "99",   "600",  "-400",
                                        "400 500", "400,,500", "4000", "400--"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct weir_error err = {0};
        struct status_codes codes;
        assert_false(weir_status_codes_read(wrong[i], &codes, &err));
        assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    }
}

static void json_is_told_from_what_is_not(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{}", " [1, -2.5e+3, \"\\u00e9\\\\\", true, false, null, {\"a\":{}}] ", "0", "\"x\""};
    static const char *const wrong[] = {"",    "{",      "{\"a\"}", "[1,]",    "01", "1.",
                                        "tru", "\"\n\"", "{} {}",   "\"\\x\"", "'a'"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(weir_json_valid(weir_bytes_of(good[i])));
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(weir_json_valid(weir_bytes_of(wrong[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_filled_in_percent_encoded),
        cmocka_unit_test(a_url_needs_all_that_it_names),
        cmocka_unit_test(headers_are_filled_in_as_text_and_bodies_as_json),
        cmocka_unit_test(a_doubled_dollar_is_a_dollar_and_other_dollars_are_text),
        cmocka_unit_test(a_template_that_names_nothing_is_refused),
        cmocka_unit_test(a_windowed_key_is_known_by_its_last_bytes),
        cmocka_unit_test(other_keys_have_no_window),
        cmocka_unit_test(status_codes_are_numbers_and_ranges_with_open_ends),
        cmocka_unit_test(a_bad_status_grammar_is_refused),
        cmocka_unit_test(json_is_told_from_what_is_not),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
