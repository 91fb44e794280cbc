/* lexer_test.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/lexer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct weir_arena *arena;
    struct weir_lexer lexer;
    const struct weir_token *tokens;
    size_t count;
    struct weir_error err;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = weir_arena_create(4096);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    weir_arena_destroy(fixture->arena);
    return 0;
}

static bool scan(struct fixture *fixture, const char *text)
{
    weir_lexer_init(&fixture->lexer, fixture->arena, text, strlen(text));
    return weir_lexer_next(&fixture->lexer, &fixture->tokens, &fixture->count, &fixture->err);
}

static void words_fold_to_upper_case_and_quoted_ones_do_not(void **state)
{
    struct fixture *fixture = *state;
    assert_true(scan(fixture, "fish_id `fish id` \"Fish\"\"Id\" select"));
    assert_int_equal(fixture->count, 5);
    assert_string_equal(fixture->tokens[0].text, "FISH_ID");
    assert_string_equal(fixture->tokens[1].text, "fish id");
    assert_string_equal(fixture->tokens[2].text, "Fish\"Id");
    assert_int_equal(fixture->tokens[3].keyword, WEIR_KEYWORD_SELECT);
    assert_int_equal(fixture->tokens[4].kind, WEIR_TOKEN_END);
}

static void places_count_lines_and_characters_not_bytes(void **state)
{
    struct fixture *fixture = *state;
    assert_true(scan(fixture, "'\xC3\xA4' a\n  b"));
    assert_int_equal(fixture->tokens[1].place.line, 1);
    assert_int_equal(fixture->tokens[1].place.column, 5);
    assert_int_equal(fixture->tokens[2].place.line, 2);
    assert_int_equal(fixture->tokens[2].place.column, 3);
}

static void the_longest_number_or_name_wins(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *text;
        enum weir_token_kind kind;
    } cases[] = {{"12", WEIR_TOKEN_INTEGER},    {"1.5", WEIR_TOKEN_DECIMAL},
                 {"1.", WEIR_TOKEN_DECIMAL},    {".5", WEIR_TOKEN_DECIMAL},
                 {"1e3", WEIR_TOKEN_FLOAT},     {"1.5E-3", WEIR_TOKEN_FLOAT},
                 {"1R", WEIR_TOKEN_DIGIT_WORD}, {"1e3x", WEIR_TOKEN_DIGIT_WORD}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_true(scan(fixture, cases[i].text));
        assert_int_equal(fixture->count, 2);
        assert_int_equal(fixture->tokens[0].kind, cases[i].kind);
    }
}

static void comments_and_blanks_are_skipped(void **state)
{
    struct fixture *fixture = *state;
    assert_true(scan(fixture, "-- all\n a /* b\n c */ d --e"));
    assert_int_equal(fixture->count, 3);
    assert_string_equal(fixture->tokens[1].text, "D");
    assert_int_equal(fixture->tokens[1].place.line, 3);
}

static void each_call_gives_one_statement(void **state)
{
    struct fixture *fixture = *state;
    assert_true(scan(fixture, "a;b c"));
    assert_int_equal(fixture->count, 2);
    assert_int_equal(fixture->tokens[1].kind, WEIR_TOKEN_SEMICOLON);
    assert_true(weir_lexer_next(&fixture->lexer, &fixture->tokens, &fixture->count, &fixture->err));
    assert_int_equal(fixture->count, 3);
    assert_string_equal(fixture->tokens[0].text, "B");
}

static void a_variable_is_replaced_by_its_text_in_words_and_strings(void **state)
{
    struct fixture *fixture = *state;
    const char *text = "${name} = 'x-${name}' ${count}";
    weir_lexer_init(&fixture->lexer, fixture->arena, text, strlen(text));
    weir_lexer_define(&fixture->lexer, "NAME", "fish");
    weir_lexer_define(&fixture->lexer, "COUNT", "3");
    assert_true(weir_lexer_next(&fixture->lexer, &fixture->tokens, &fixture->count, &fixture->err));
    assert_string_equal(fixture->tokens[0].text, "FISH");
    assert_string_equal(fixture->tokens[2].text, "x-fish");
    assert_int_equal(fixture->tokens[3].kind, WEIR_TOKEN_INTEGER);
    assert_int_equal(fixture->tokens[3].place.column, 23);
}

static void an_undefined_variable_is_named(void **state)
{
    struct fixture *fixture = *state;
    assert_false(scan(fixture, "a ${missing}"));
    assert_non_null(
        strstr(fixture->err.message, "MISSING") ? "" : strstr(fixture->err.message, "missing"));
    assert_int_equal(fixture->err.column, 3);
}

static void what_has_no_end_is_refused_where_it_begins(void **state)
{
    static const char *const texts[] = {"a 'b", "a `b", "a /* b", "a \"b", "a ${b"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        weir_error_clear(&fixture->err);
        assert_false(scan(fixture, texts[i]));
        assert_int_equal(fixture->err.column, 3);
        assert_int_equal(fixture->err.code, WEIR_SQL_SYNTAX);
    }
}

static void an_unknown_character_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_false(scan(fixture, "a # b"));
    assert_string_equal(fixture->err.message, "Syntax error at or near '#'");
}

static void every_keyword_is_found_in_any_case(void **state)
{
    (void)state;
    for (int i = 1; i < WEIR_KEYWORD_COUNT; i++) {
        const char *name = weir_keyword_name((enum weir_keyword)i);
        assert_int_equal(weir_keyword_find(name, strlen(name)), i);
    }
    assert_int_equal(weir_keyword_find("select", 6), WEIR_KEYWORD_SELECT);
    assert_int_equal(weir_keyword_find("selec", 5), WEIR_KEYWORD_NONE);
    assert_int_equal(weir_keyword_find("selects", 7), WEIR_KEYWORD_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_fold_to_upper_case_and_quoted_ones_do_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(places_count_lines_and_characters_not_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_longest_number_or_name_wins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(comments_and_blanks_are_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_call_gives_one_statement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_variable_is_replaced_by_its_text_in_words_and_strings,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_undefined_variable_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_end_is_refused_where_it_begins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_character_is_refused, set_up, tear_down),
        cmocka_unit_test(every_keyword_is_found_in_any_case),
    };
    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
