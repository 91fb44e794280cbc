/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/stage.h"

#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/runtime/tests/fake_sink.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What one run of weir_stage_main wrote. */
static char out[65536], errors[65536];
static char config_path[64];

static int redirect(int descriptor, FILE *file)
{
    int saved = dup(descriptor);
    fflush(NULL);
    dup2(fileno(file), descriptor);
    return saved;
}

static void restore(int descriptor, int saved, FILE *file, char *text, size_t text_bytes)
{
    fflush(NULL);
    dup2(saved, descriptor);
    close(saved);
    rewind(file);
    size_t length = fread(text, 1, text_bytes - 1, file);
    text[length] = '\0';
    fclose(file);
}

/* Runs with these words after the program's name; the last is NULL. */
static int stage_main(const char *first, ...)
{
    char words[16][128] = {"weir-test"};
    char *argv[17] = {words[0]};
    int argc = 1;
    va_list rest;
    va_start(rest, first);
    for (const char *word = first; word; word = va_arg(rest, const char *)) {
        snprintf(words[argc], sizeof(words[argc]), "%s", word);
        argv[argc] = words[argc];
        argc++;
    }
    va_end(rest);
    FILE *out_file = tmpfile();
    FILE *error_file = tmpfile();
    int saved_out = redirect(STDOUT_FILENO, out_file);
    int saved_errors = redirect(STDERR_FILENO, error_file);
    int status = weir_stage_main(argc, argv, &fake_stage);
    restore(STDOUT_FILENO, saved_out, out_file, out, sizeof(out));
    restore(STDERR_FILENO, saved_errors, error_file, errors, sizeof(errors));
    return status;
}

static void write_config(const char *text)
{
    FILE *file = fopen(config_path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(config_path, sizeof(config_path), "/tmp/weir-stage-test-XXXXXX");
    int file = mkstemp(config_path);
    assert_true(file >= 0);
    close(file);
    write_config(fake_config_text);
    weir_log_configure(WEIR_LOG_INFO, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(config_path);
    return 0;
}

static void version_and_help_are_printed(void **state)
{
    (void)state;
    assert_int_equal(stage_main("--version", NULL), 0);
    assert_string_equal(out, "weir-test " WEIR_VERSION "\n");
    assert_int_equal(stage_main("--help", NULL), 0);
    assert_non_null(strstr(out, "run FILE"));
    assert_non_null(strstr(out, "echo WORD..."));
    assert_string_equal(errors, "");
}

static void a_wrong_command_line_is_status_2(void **state)
{
    (void)state;
    assert_int_equal(stage_main(NULL), 2);
    assert_string_equal(errors, "weir-test: a command is missing; see --help\n");
    assert_int_equal(stage_main("frobnicate", NULL), 2);
    assert_string_equal(errors, "weir-test: unknown command frobnicate; see --help\n");
    assert_int_equal(stage_main("run", NULL), 2);
    assert_string_equal(errors, "weir-test: which FILE?; see --help\n");
    assert_int_equal(stage_main("run", "a", "b", NULL), 2);
    assert_string_equal(errors, "weir-test: one FILE is expected, not b; see --help\n");
    assert_int_equal(stage_main("run", "a", "--log", "loud", NULL), 2);
    assert_string_equal(errors, "weir-test: not log levels: loud; see --help\n");
}

static void a_good_configuration_validates(void **state)
{
    (void)state;
    assert_int_equal(stage_main("validate", config_path, NULL), 0);
    assert_string_equal(errors, "");
    assert_string_equal(out, "");
}

static void the_effective_configuration_hides_secrets(void **state)
{
    (void)state;
    assert_int_equal(stage_main("validate", config_path, "--print-effective-config", "--set",
                                "batch.size=7", NULL),
                     0);
    assert_non_null(strstr(out, "target.password = ***\n"));
    assert_non_null(strstr(out, "batch.size = 7\n"));
    assert_non_null(strstr(out, "errors.tolerance = none\n"));
    assert_null(strstr(out, "hunter2"));
}

static void mistakes_in_the_file_have_file_and_line_and_status_2(void **state)
{
    (void)state;
    char expected[256];
    assert_int_equal(stage_main("validate", config_path, "--set", "connector.class=Other", NULL),
                     2);
    assert_non_null(strstr(
        errors, "Failed to find any class that implements Connector and which name matches Other, "
                "available connectors are: null (org.example.NullSinkConnector)\n"));
    write_config(
        "name: x\nconnector.class: null\nbootstrap.servers: a:1\ntopics: t\ntarget: nowhere\n");
    assert_int_equal(stage_main("run", config_path, NULL), 2);
    snprintf(expected, sizeof(expected), "%s:5: target: nowhere is no place\n", config_path);
    assert_string_equal(errors, expected);
    write_config(
        "name: x\nconnector.class: null\nbootstrap.servers: a:1\ntopics: t\nbatch.sise: 3\n");
    assert_int_equal(stage_main("validate", config_path, NULL), 2);
    snprintf(expected, sizeof(expected),
             "%s:5: batch.sise: unknown property; did you mean 'batch.size'?\n%s: target: missing "
             "required property\n",
             config_path, config_path);
    assert_string_equal(errors, expected);
    write_config("name: x\n");
    assert_int_equal(stage_main("validate", config_path, NULL), 2);
    assert_non_null(strstr(errors, ": connector.class: missing required property"));
    assert_int_equal(stage_main("validate", "/nonexistent.yaml", NULL), 2);
    assert_string_equal(errors, "/nonexistent.yaml: No such file or directory\n");
}

static void a_run_whose_tasks_end_is_status_0(void **state)
{
    (void)state;
    assert_int_equal(stage_main("run", config_path, "--set", "target=brief", NULL), 0);
    assert_non_null(strstr(errors, " INFO  runtime started stage=weir-test"));
    assert_non_null(strstr(errors, "admin=http://127.0.0.1:"));
    assert_null(strstr(errors, "127.0.0.1:0\n"));
    assert_non_null(strstr(errors, " INFO  runtime stopped"));
}

static void a_failing_run_says_why_once_and_is_status_1(void **state)
{
    (void)state;
    assert_int_equal(
        stage_main("run", config_path, "--set", "target=broken", "--log", "error", NULL), 1);
    assert_string_equal(errors, "weir-test: the target is broken\n");
}

static void an_unusable_listener_is_status_1(void **state)
{
    (void)state;
    assert_int_equal(stage_main("run", config_path, "--set", "listeners=http://192.0.2.1:0",
                                "--log", "error", NULL),
                     1);
    assert_non_null(strstr(errors, "weir-test: listeners: cannot listen on 192.0.2.1:0: "));
}

static void logs_are_json_when_asked(void **state)
{
    (void)state;
    assert_int_equal(
        stage_main("run", config_path, "--set", "target=brief", "--log-format", "json", NULL), 0);
    assert_memory_equal(errors, "{\"ts\":\"", 7);
    assert_non_null(strstr(errors, "\"msg\":\"started\""));
}

static void *terminate_when_working(void *context)
{
    (void)context;
    while (!atomic_load(&fake_task_works)) {
        sched_yield();
    }
    kill(getpid(), SIGTERM);
    return NULL;
}

static void a_signal_stops_the_run_with_status_0(void **state)
{
    (void)state;
    sigset_t term;
    sigset_t before;
    pthread_t thread;
    /* Blocked in every thread of the test: only the stage's own waits for it. */
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, &before);
    atomic_store(&fake_task_works, false);
    assert_int_equal(pthread_create(&thread, NULL, terminate_when_working, NULL), 0);
    assert_int_equal(stage_main("run", config_path, NULL), 0);
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert_non_null(strstr(errors, "stopping signal=15"));
}

static void plugins_lists_the_connectors(void **state)
{
    (void)state;
    assert_int_equal(stage_main("plugins", NULL), 0);
    assert_string_equal(out, "null         sink    1.2.3    built-in\n"
                             "             org.example.NullSinkConnector\n");
    assert_int_equal(stage_main("plugins", "/nonexistent", NULL), 0);
    assert_string_equal(errors, "weir-test: not loaded: /nonexistent: No such file or directory\n");
}

static void help_config_explains_the_stage_or_a_connector(void **state)
{
    (void)state;
    assert_int_equal(stage_main("help-config", NULL), 0);
    assert_non_null(strstr(out, "connector.class (string, required)\n"));
    assert_non_null(strstr(out, "bootstrap.servers (list, required)\n"));
    assert_non_null(strstr(out, "startup.timeout.ms (long)\n"));
    assert_null(strstr(out, "batch.size"));
    assert_int_equal(stage_main("help-config", "NullSink", NULL), 0);
    assert_non_null(strstr(out, "batch.size (int)\n"));
    assert_int_equal(stage_main("help-config", "--markdown", "null", NULL), 0);
    assert_memory_equal(out, "# null sink\n", 12);
    assert_int_equal(stage_main("help-config", "--markdown", NULL), 0);
    assert_memory_equal(out, "# weir-test\n\n`weir-test` does nothing.\n\n## Properties\n", 54);
    assert_int_equal(stage_main("help-config", "other", NULL), 2);
}

static void a_stage_may_have_commands_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(stage_main("echo", "-s", "x", "--log", "debug", "y", NULL), 7);
    assert_string_equal(out, "-s;x;y;");
    assert_int_equal(stage_main("name", config_path, "--set", "name=other", NULL), 0);
    assert_string_equal(out, "name=other");
    assert_int_equal(stage_main("name", "/nonexistent.yaml", NULL), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(version_and_help_are_printed),
        TEST(a_wrong_command_line_is_status_2),
        TEST(a_good_configuration_validates),
        TEST(the_effective_configuration_hides_secrets),
        TEST(mistakes_in_the_file_have_file_and_line_and_status_2),
        TEST(a_run_whose_tasks_end_is_status_0),
        TEST(a_failing_run_says_why_once_and_is_status_1),
        TEST(an_unusable_listener_is_status_1),
        TEST(logs_are_json_when_asked),
        TEST(a_signal_stops_the_run_with_status_0),
        TEST(plugins_lists_the_connectors),
        TEST(help_config_explains_the_stage_or_a_connector),
        TEST(a_stage_may_have_commands_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
