/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const choices[] = {"one", "two", NULL};
static const char *const aliases[] = {"old.name", NULL};
static const struct weir_property rows[] = {
    {.name = "a.b",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .group = "First",
     .documentation = "What a|b is."},
    {.name = "c",
     .type = WEIR_PROPERTY_INT,
     .default_value = "3",
     .has_range = true,
     .value_min = 1,
     .value_max = 9,
     .group = "Second",
     .documentation = "A number."},
    {.name = "d",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "",
     .allowed = choices,
     .aliases = aliases,
     .group = "First",
     .documentation = "A choice."},
    {.name = "e",
     .type = WEIR_PROPERTY_BOOLEAN,
     .documentation = NULL,
     .obsolete = "nothing is cached."},
    {0},
};
static const char *const class_names[] = {"org.example.XSourceConnector", "XSource", NULL};
static const struct weir_source_ops source = {.name = "x",
                                              .class_names = class_names,
                                              .version = "1",
                                              .documentation = "Reads x.",
                                              .properties = rows};

static void help_lists_rows_under_their_groups(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 65536);
    weir_help_table(&text, rows);
    assert_string_equal(weir_buffer_text(&text),
                        "== First ==\n\n"
                        "a.b (string, required)\n    What a|b is.\n\n"
                        "== Second ==\n\n"
                        "c (int)\n    A number.\n    Default: 3. 1 to 9.\n\n"
                        "== First ==\n\n"
                        "d (string)\n    A choice.\n"
                        "    Default: \"\". One of one, two. Also: old.name.\n\n"
                        "== Other ==\n\n"
                        "e (boolean)\n\n    Has no effect: nothing is cached.\n\n");
}

static void long_text_is_wrapped(void **state)
{
    (void)state;
    static const struct weir_property wide[] = {
        {.name = "a",
         .type = WEIR_PROPERTY_STRING,
         .group = "G",
         .documentation =
             "aaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccccccc "
             "ddddddddddddddddddddd"},
        {0},
    };
    weir_auto_buffer text;
    weir_buffer_init(&text, 65536);
    weir_help_table(&text, wide);
    assert_non_null(
        strstr(weir_buffer_text(&text), "ccccccccccccccccccccccccc\n    ddddddddddddddddddddd\n"));
}

static void a_page_has_one_table_for_each_group(void **state)
{
    (void)state;
    const struct weir_connector connector = {.source = &source, .origin = "built-in"};
    weir_auto_buffer text;
    weir_buffer_init(&text, 65536);
    weir_help_page(&text, &connector, "weir-source");
    assert_string_equal(
        weir_buffer_text(&text),
        "# x source\n\nReads x.\n\n"
        "`connector.class`: `x`, or `org.example.XSourceConnector`, `XSource`. Runs in "
        "`weir-source`, which has "
        "[properties of its own](weir-source.md) beside these.\n\n"
        "## Properties\n\n"
        "### First\n\n| property | type | what it does |\n|---|---|---|\n"
        "| `a.b` | string, required | What a\\|b is. |\n"
        "| `d` | string | A choice. Default: `\"\"`. One of `one`, `two`. Also: `old.name`. |\n"
        "\n### Second\n\n| property | type | what it does |\n|---|---|---|\n"
        "| `c` | int | A number. Default: `3`. 1 to 9. |\n"
        "\n### Other\n\n| property | type | what it does |\n|---|---|---|\n"
        "| `e` | boolean |  Has no effect: nothing is cached. |\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_lists_rows_under_their_groups),
        cmocka_unit_test(long_text_is_wrapped),
        cmocka_unit_test(a_page_has_one_table_for_each_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
