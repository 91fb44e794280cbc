/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/json_tree.h"

#include "connectors/processor/testing/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct weir_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static const struct weir_json_tree *parse(const char *text)
{
    struct weir_error err = {0};
    const struct weir_json_tree *tree = weir_json_tree_parse(arena, weir_bytes_of(text), &err);
    assert_non_null(tree);
    return tree;
}

static void numbers_keep_their_text(void **state)
{
    (void)state;
    const struct weir_json_tree *tree =
        parse("// comment\n{\"a\" : 1.50, /* and */ \"b\": [1E3, null, true], \"a\": 2}");
    const struct weir_json_tree *list = weir_json_tree_member(tree, "b");
    assert_int_equal(list->item_count, 3);
    assert_true(weir_bytes_equal(list->items[0].raw, WEIR_BYTES("1E3")));
    assert_int_equal(weir_json_tree_integer(weir_json_tree_member(tree, "a")), 2);
    assert_null(weir_json_tree_member(tree, "c"));
}

static void broken_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const broken[] = {"", "{", "[1,]", "{\"a\" 1}", "nul", "[1] 2", "/*"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct weir_error err = {0};
        assert_null(weir_json_tree_parse(arena, weir_bytes_of(broken[i]), &err));
        assert_int_equal(err.line, 1);
    }
    struct weir_error err = {0};
    assert_null(weir_json_tree_parse(arena, WEIR_BYTES("{\n \"a\": ?}"), &err));
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 7);
}

static void values_compare_as_in_ksqldbs_tests(void **state)
{
    (void)state;
    static const struct {
        const char *actual, *expected;
        bool equal;
    } rows[] = {
        {"1", "1.0", true},
        {"1.0", "1", false},
        {"1.0", "1.00", false},
        {"1.50", "1.50", true},
        {"10000000000.0", "1.0E10", false},
        {"1.0E10", "10000000000", true},
        {"-1", "4294967295", true},
        {"\"a\"", "\"a\"", true},
        {"1.5", "\"1.5\"", true},
        {"1", "\"1\"", false},
        {"null", "null", true},
        {"{\"A\":1}", "{\"a\":1}", true},
        {"{\"A\":1,\"B\":null}", "{\"a\":1,\"c\":null}", true},
        {"{\"A\":1,\"B\":2}", "{\"A\":1}", false},
        {"[1,[2]]", "[1,[2]]", true},
        {"[1,2]", "[2,1]", false},
        {"true", "false", false},
        {"99999999999999999999", "99999999999999999999", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            weir_test_value_equal(arena, parse(rows[i].actual), parse(rows[i].expected)),
            rows[i].equal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_their_text),
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(values_compare_as_in_ksqldbs_tests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
