/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char folder[] = "/tmp/weir-resolve-XXXXXX";

static void write_file(const char *name, const char *content)
{
    weir_autofree char *path = weir_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_files(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_file("secrets.properties", "user=pat\npass\\:word = p\\=1\n");
    write_file("token", "abc\n");
    assert_int_equal(setenv("WEIR_TEST_HOST", "db.example", 1), 0);
    assert_int_equal(unsetenv("WEIR_TEST_MISSING"), 0);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    const char *const names[] = {"secrets.properties", "token"};
    for (size_t index = 0; index < 2; index++) {
        weir_autofree char *path = weir_format("%s/%s", folder, names[index]);
        unlink(path);
    }
    return rmdir(folder);
}

/* FOLDER stands for the test's own. */
static struct weir_config *parse(const char *text, struct weir_error *err)
{
    weir_auto_buffer yaml;
    weir_buffer_init(&yaml, 10000);
    const char *found;
    while ((found = strstr(text, "FOLDER")) != NULL) {
        weir_buffer_append(&yaml, text, (size_t)(found - text));
        weir_buffer_append_text(&yaml, folder);
        text = found + strlen("FOLDER");
    }
    weir_buffer_append_text(&yaml, text);
    return weir_config_parse(weir_buffer_text(&yaml), yaml.len, "stage.yaml", err);
}

static void assert_resolved(const char *given, const char *expected)
{
    struct weir_error err = {0};
    weir_autofree char *text = weir_format("note: '%s'\n", given);
    struct weir_config *config = parse(text, &err);
    assert_string_equal(err.message, "");
    size_t position = 0;
    const char *name, *value = NULL;
    assert_true(weir_config_next(config, "note", &position, &name, &value));
    assert_string_equal(value, expected);
    weir_config_destroy(config);
}

static void assert_unresolved(const char *given, const char *why)
{
    struct weir_error err = {0};
    weir_autofree char *text = weir_format("\n\nnote: '%s'\n", given);
    assert_null(parse(text, &err));
    assert_non_null(strstr(err.message, "stage.yaml:3: note: ${"));
    assert_non_null(strstr(err.message, why));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
}

static void the_environment_is_read(void **state)
{
    (void)state;
    assert_resolved("${env:WEIR_TEST_HOST}", "db.example");
    assert_resolved("mongodb://${env:WEIR_TEST_HOST}:27017/${env:WEIR_TEST_HOST}",
                    "mongodb://db.example:27017/db.example");
}

static void a_key_of_a_properties_file_is_read(void **state)
{
    (void)state;
    assert_resolved("${file:FOLDER/secrets.properties:user}", "pat");
    assert_resolved("${file:FOLDER/secrets.properties:user}@${env:WEIR_TEST_HOST}",
                    "pat@db.example");
}

static void a_whole_file_of_a_folder_is_read(void **state)
{
    (void)state;
    assert_resolved("${directory:FOLDER:token}", "abc\n");
}

static void what_is_no_provider_stays_as_it_is(void **state)
{
    (void)state;
    assert_resolved("${topic}-${key}", "${topic}-${key}");
    assert_resolved("${vault:a:b}", "${vault:a:b}");
    assert_resolved("$env:HOME ${env:WEIR_TEST_HOST", "$env:HOME ${env:WEIR_TEST_HOST");
    assert_resolved("100 $", "100 $");
}

static void what_cannot_be_resolved_is_named_with_its_line(void **state)
{
    (void)state;
    assert_unresolved("${env:WEIR_TEST_MISSING}",
                      "${env:WEIR_TEST_MISSING}: the environment variable is not set");
    assert_unresolved("${file:/no/such/file:key}", "No such file or directory");
    assert_unresolved("${file:FOLDER/secrets.properties:nobody}", "the file has no such key");
    assert_unresolved("${file:key}", "write ${file:/path:key}");
    assert_unresolved("${directory:FOLDER:nothing}", "No such file or directory");
    assert_unresolved("${directory:token}", "write ${directory:/path:file}");
}

static void every_unresolved_value_is_reported(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(parse("a: ${env:WEIR_TEST_MISSING}\nb: 1\nc: ${file:x}\n", &err));
    assert_string_equal(err.message,
                        "stage.yaml:1: a: ${env:WEIR_TEST_MISSING}: the environment variable is "
                        "not set\nstage.yaml:3: c: ${file:x}: write ${file:/path:key}");
}

static void the_text_as_given_stays_available(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_config *config = parse("note: ${env:WEIR_TEST_HOST}\n", &err);
    assert_non_null(config);
    assert_string_equal(weir_config_given(config, "note"), "${env:WEIR_TEST_HOST}");
    weir_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_is_read),
        cmocka_unit_test(a_key_of_a_properties_file_is_read),
        cmocka_unit_test(a_whole_file_of_a_folder_is_read),
        cmocka_unit_test(what_is_no_provider_stays_as_it_is),
        cmocka_unit_test(what_cannot_be_resolved_is_named_with_its_line),
        cmocka_unit_test(every_unresolved_value_is_reported),
        cmocka_unit_test(the_text_as_given_stays_available),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
