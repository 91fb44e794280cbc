/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_failure_carries_action_domain_code_and_message(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_false(
        weir_fail(&err, WEIR_ERROR_RETRY, WEIR_DOMAIN_KAFKA, -195, "broker %s is away", "b1"));
    assert_int_equal(err.action, WEIR_ERROR_RETRY);
    assert_int_equal(err.domain, WEIR_DOMAIN_KAFKA);
    assert_int_equal(err.code, -195);
    assert_int_equal(err.line, 0);
    assert_string_equal(err.message, "broker b1 is away");
}

static void a_failure_in_the_users_text_has_a_place_and_stops(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_false(weir_fail_at(&err, WEIR_DOMAIN_SQL, 3, 14, "unexpected '%s'", ";"));
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    assert_int_equal(err.line, 3);
    assert_int_equal(err.column, 14);
    assert_string_equal(err.message, "unexpected ';'");
}

static void context_is_put_in_front(void **state)
{
    (void)state;
    struct weir_error err = {0};
    weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, 2, "no such file");
    assert_false(weir_fail_within(&err, "reading %s", "a.yaml"));
    assert_false(weir_fail_within(&err, "sink"));
    assert_string_equal(err.message, "sink: reading a.yaml: no such file");
    assert_int_equal(err.code, 2);
}

static void an_overlong_message_is_cut_and_terminated(void **state)
{
    (void)state;
    char longest[2 * WEIR_ERROR_MESSAGE_BYTES];
    memset(longest, 'x', sizeof(longest));
    longest[sizeof(longest) - 1] = 0;
    struct weir_error err = {0};
    weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "%s", longest);
    assert_int_equal(strlen(err.message), WEIR_ERROR_MESSAGE_BYTES - 1);
    weir_fail_within(&err, "context");
    assert_memory_equal(err.message, "context: xxx", 12);
    assert_int_equal(strlen(err.message), WEIR_ERROR_MESSAGE_BYTES - 1);
    weir_fail_within(&err, "%s", longest);
    assert_int_equal(strlen(err.message), WEIR_ERROR_MESSAGE_BYTES - 1);
}

static void a_cleared_error_can_be_filled_again(void **state)
{
    (void)state;
    struct weir_error err = {0};
    weir_fail_at(&err, WEIR_DOMAIN_CONFIG, 1, 2, "first");
    weir_error_clear(&err);
    assert_int_equal(err.action, WEIR_ERROR_NONE);
    assert_int_equal(err.line, 0);
    weir_fail(&err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "second");
    assert_string_equal(err.message, "second");
}

/* Runs body in a child with its standard error closed; the signal that ended it. */
static int signal_of(void (*body)(void))
{
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        body();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void fill_twice(void)
{
    struct weir_error err = {0};
    weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "first");
    weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "second");
}

static void assert_what_holds(void)
{
    weir_assert(1 + 1 == 2);
}

static void a_failed_assertion_ends_the_process(void **state)
{
    (void)state;
    assert_int_equal(signal_of(fill_twice), SIGABRT);
    assert_int_equal(signal_of(assert_what_holds), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_carries_action_domain_code_and_message),
        cmocka_unit_test(a_failure_in_the_users_text_has_a_place_and_stops),
        cmocka_unit_test(context_is_put_in_front),
        cmocka_unit_test(an_overlong_message_is_cut_and_terminated),
        cmocka_unit_test(a_cleared_error_can_be_filled_again),
        cmocka_unit_test(a_failed_assertion_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
