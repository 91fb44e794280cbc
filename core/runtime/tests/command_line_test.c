/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/command_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct weir_command_line line;
static struct weir_error err;

/* The words after the program's name; the last is NULL. */
static bool parse(const char *first, ...)
{
    static char words[32][64];
    static char *argv[33];
    int argc = 0;
    va_list rest;
    va_start(rest, first);
    snprintf(words[argc], sizeof(words[0]), "weir-test");
    argv[argc] = words[argc];
    argc++;
    for (const char *word = first; word; word = va_arg(rest, const char *)) {
        snprintf(words[argc], sizeof(words[0]), "%s", word);
        argv[argc] = words[argc];
        argc++;
    }
    va_end(rest);
    memset(&err, 0, sizeof(err));
    return weir_command_line_parse(&line, argc, argv, &err);
}

static void options_may_stand_anywhere(void **state)
{
    (void)state;
    assert_true(parse("--log", "kafka=debug", "run", "--set", "a=1", "file.yaml", "--set=b=x=y",
                      "--log-format=json", NULL));
    assert_string_equal(line.command, "run");
    assert_int_equal(line.argument_count, 1);
    assert_string_equal(line.arguments[0], "file.yaml");
    assert_null(line.arguments[1]);
    assert_string_equal(line.log_levels, "kafka=debug");
    assert_string_equal(line.log_format, "json");
    assert_int_equal(line.set_count, 2);
    assert_false(line.help || line.version || line.print_effective_config);
}

static void flags_are_seen(void **state)
{
    (void)state;
    assert_true(parse("--help", NULL));
    assert_true(line.help);
    assert_null(line.command);
    assert_true(parse("--version", NULL));
    assert_true(line.version);
    assert_true(parse("validate", "f", "--print-effective-config", NULL));
    assert_true(line.print_effective_config);
}

static void what_is_not_known_is_passed_on_to_the_command(void **state)
{
    (void)state;
    assert_true(parse("test", "-s", "x.sql", "--batch", "--", "--help", NULL));
    assert_int_equal(line.argument_count, 4);
    assert_string_equal(line.arguments[0], "-s");
    assert_string_equal(line.arguments[2], "--batch");
    assert_string_equal(line.arguments[3], "--help");
    assert_false(line.help);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    assert_false(parse("run", "--set", NULL));
    assert_string_equal(err.message, "a value is missing after --set; see --help");
    assert_false(parse("run", "--set", "novalue", NULL));
    assert_string_equal(err.message, "--set takes NAME=VALUE, not novalue; see --help");
    assert_false(parse("run", "--set", "=x", NULL));
    assert_false(parse("--frobnicate", NULL));
    assert_string_equal(err.message, "unknown option --frobnicate; see --help");
    assert_false(parse("run", "--log-format", "xml", NULL));
    assert_string_equal(err.message, "--log-format is text or json, not xml; see --help");
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
}

static void set_replaces_what_the_file_says(void **state)
{
    (void)state;
    const char text[] = "a: 1\n";
    assert_true(parse("run", "--set", "a=2", "--set", "b=x=y", NULL));
    struct weir_config *config = weir_config_parse(text, strlen(text), "f", &err);
    weir_command_line_apply(&line, config);
    assert_string_equal(weir_config_given(config, "a"), "2");
    assert_string_equal(weir_config_given(config, "b"), "x=y");
    weir_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(flags_are_seen),
        cmocka_unit_test(what_is_not_known_is_passed_on_to_the_command),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(set_replaces_what_the_file_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
