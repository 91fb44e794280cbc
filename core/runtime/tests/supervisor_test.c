/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/supervisor.h"

#include "core/base/log.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A task that does as told, one step for each call of run. */
enum step {
    END = 0, /* returns true by itself */
    RETRY,   /* fails, may pass */
    STOP,    /* fails for good */
    WORK,    /* connected, assigned and progressing until asked to stop */
    STALL,   /* connected, but never assigned */
    HANG,    /* connected, does not look at stop, until hang_over */
    CONNECT, /* the same, not connected yet */
};

struct script {
    const enum step *steps;
    size_t step_count;
    atomic_size_t run_count, destroy_count;
    atomic_bool working; /* a WORK step is under way */
    atomic_bool hang_over;
};

static void work(struct script *script, struct weir_task *task)
{
    weir_task_assigned(task, 1);
    weir_task_progress(task);
    atomic_store(&script->working, true);
    while (!weir_task_stopping(task)) {
        weir_task_sleep_ms(task, 60000);
    }
    atomic_store(&script->working, false);
}

static bool script_run(void *state, struct weir_task *task, struct weir_error *err)
{
    struct script *script = state;
    size_t count = atomic_fetch_add(&script->run_count, 1);
    enum step step = script->steps[count < script->step_count ? count : script->step_count - 1];
    switch (step) {
    case END:
        return true;
    case RETRY:
        return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_WEIR, 0, "no answer");
    case STOP:
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "bad credentials");
    case WORK:
        weir_task_connected(task, true);
        work(script, task);
        return true;
    case STALL:
        weir_task_connected(task, true);
        atomic_store(&script->working, true);
        while (!weir_task_stopping(task)) {
            weir_task_sleep_ms(task, 60000);
        }
        return true;
    case HANG:
    case CONNECT:
        weir_task_connected(task, step == HANG);
        atomic_store(&script->working, true);
        while (!atomic_load(&script->hang_over)) {
            sched_yield();
        }
        return true;
    }
    return true;
}

static bool script_offsets(void *state, struct weir_buffer *json, struct weir_error *err)
{
    (void)err;
    const struct script *script = state;
    if (script->step_count > 1) { /* some tasks have none */
        weir_buffer_append_text(json, "{\"partition\":{},\"offset\":{}}");
    }
    return true;
}

static void script_destroy(void *state)
{
    struct script *script = state;
    atomic_fetch_add(&script->destroy_count, 1);
}

static const struct weir_task_ops script_ops = {
    .run = script_run, .offsets = script_offsets, .destroy = script_destroy};

struct fixture {
    struct weir_metrics *metrics;
    struct weir_supervisor *supervisor;
    pthread_t thread;
    bool ok, hung;
    struct weir_error err;
};

static struct fixture make(struct weir_supervisor_options options)
{
    struct fixture fixture = {.metrics = weir_metrics_create()};
    options.connector_name = "orders";
    options.metrics = fixture.metrics;
    options.startup_timeout_ms = options.startup_timeout_ms ? options.startup_timeout_ms : 60000;
    options.shutdown_timeout_ms = options.shutdown_timeout_ms ? options.shutdown_timeout_ms : 60000;
    options.progress_timeout_ms = 60000;
    fixture.supervisor = weir_supervisor_create(&options);
    return fixture;
}

static void *run_main(void *context)
{
    struct fixture *fixture = context;
    fixture->ok = weir_supervisor_run(fixture->supervisor, &fixture->hung, &fixture->err);
    return NULL;
}

static void run_in_thread(struct fixture *fixture)
{
    assert_int_equal(pthread_create(&fixture->thread, NULL, run_main, fixture), 0);
}

static void finish(struct fixture *fixture)
{
    pthread_join(fixture->thread, NULL);
}

static void dispose(struct fixture *fixture)
{
    weir_supervisor_destroy(fixture->supervisor);
    weir_metrics_destroy(fixture->metrics);
}

static void wait_working(struct script *script)
{
    while (!atomic_load(&script->working)) {
        sched_yield();
    }
}

static void wait_state(struct fixture *fixture, enum weir_task_state state)
{
    while (weir_supervisor_state(fixture->supervisor) != state) {
        sched_yield();
    }
}

static void tasks_that_return_by_themselves_end_the_run(void **state)
{
    (void)state;
    struct script a = {.steps = (enum step[]){END}, .step_count = 1};
    struct script b = {.steps = (enum step[]){END}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &a);
    weir_supervisor_add(fixture.supervisor, &script_ops, &b);
    run_main(&fixture);
    assert_true(fixture.ok);
    dispose(&fixture);
    assert_int_equal(a.destroy_count + b.destroy_count, 2);
}

static void a_failure_that_may_pass_is_tried_again(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){RETRY, RETRY, END}, .step_count = 3};
    struct fixture fixture = make((struct weir_supervisor_options){.restart_count_max = 2});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_main(&fixture);
    assert_true(fixture.ok);
    assert_int_equal(script.run_count, 3);
    dispose(&fixture);
}

static void restarts_stop_after_the_limit_and_the_error_says_so(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){RETRY}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){.restart_count_max = 2});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_main(&fixture);
    assert_false(fixture.ok);
    assert_int_equal(script.run_count, 3);
    assert_string_equal(fixture.err.message, "failed 3 times in a row: no answer");
    assert_int_equal(weir_supervisor_state(fixture.supervisor), WEIR_TASK_FAILED);
    dispose(&fixture);
}

static void a_task_that_never_connects_gives_up_after_the_startup_timeout(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){RETRY}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){
        .restart_count_max = -1, .startup_timeout_ms = 1, .restart_backoff_ms_max = 2});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_main(&fixture);
    assert_false(fixture.ok);
    assert_string_equal(fixture.err.message, "not connected within 1 ms: no answer");
    dispose(&fixture);
}

static void a_final_failure_stops_the_others_and_is_returned(void **state)
{
    (void)state;
    struct script good = {.steps = (enum step[]){WORK}, .step_count = 1};
    struct script bad = {.steps = (enum step[]){STOP}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &good);
    weir_supervisor_add(fixture.supervisor, &script_ops, &bad);
    run_main(&fixture);
    assert_false(fixture.ok);
    assert_false(fixture.hung);
    assert_string_equal(fixture.err.message, "bad credentials");
    assert_false(good.working);
    dispose(&fixture);
}

static void quit_ends_working_tasks(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){WORK}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_in_thread(&fixture);
    wait_working(&script);
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    assert_true(fixture.ok);
    assert_int_equal(script.run_count, 1);
    dispose(&fixture);
}

static void quit_ends_a_wait_between_tries(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){RETRY}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){
        .restart_count_max = -1, .restart_backoff_ms = 60000, .restart_backoff_ms_max = 60000});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_in_thread(&fixture);
    wait_state(&fixture, WEIR_TASK_RESTARTING);
    struct weir_task_status status;
    weir_supervisor_task_status(fixture.supervisor, 0, &status);
    assert_string_equal(status.trace, "no answer");
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    assert_true(fixture.ok);
    dispose(&fixture);
}

/* Quits while the one task hangs in this step. */
static struct fixture quit_while_hanging(struct script *script)
{
    struct fixture fixture = make((struct weir_supervisor_options){.shutdown_timeout_ms = 1});
    weir_supervisor_add(fixture.supervisor, &script_ops, script);
    run_in_thread(&fixture);
    wait_working(script);
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    atomic_store(&script->hang_over, true);
    return fixture;
}

static void a_task_that_does_not_stop_in_time_is_reported_as_hung(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){HANG}, .step_count = 1};
    struct fixture fixture = quit_while_hanging(&script);
    assert_false(fixture.ok);
    assert_true(fixture.hung);
    assert_non_null(strstr(fixture.err.message, "not every task stopped within 1 ms"));
    dispose(&fixture); /* the process would leave by _exit here */
}

static void a_task_that_is_still_connecting_may_be_left_behind(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){CONNECT}, .step_count = 1};
    struct fixture fixture = quit_while_hanging(&script);
    assert_true(fixture.ok);
    assert_true(fixture.hung);
    dispose(&fixture);
}

static void pause_resume_and_stop_show_in_the_state(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){WORK}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_in_thread(&fixture);
    wait_state(&fixture, WEIR_TASK_RUNNING);
    weir_supervisor_pause(fixture.supervisor);
    assert_int_equal(weir_supervisor_state(fixture.supervisor), WEIR_TASK_PAUSED);
    weir_supervisor_resume(fixture.supervisor);
    assert_int_equal(weir_supervisor_state(fixture.supervisor), WEIR_TASK_RUNNING);
    weir_supervisor_stop(fixture.supervisor);
    while (atomic_load(&script.working)) {
        sched_yield();
    }
    wait_state(&fixture, WEIR_TASK_STOPPED);
    weir_supervisor_resume(fixture.supervisor);
    wait_working(&script);
    assert_int_equal(script.run_count, 2);
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    assert_true(fixture.ok);
    dispose(&fixture);
}

static void a_resume_right_after_a_stop_is_not_lost(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){WORK}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_in_thread(&fixture);
    for (size_t round = 1; round <= 200; round++) {
        wait_working(&script);
        weir_supervisor_stop(fixture.supervisor);
        weir_supervisor_resume(fixture.supervisor); /* before run has noticed, mostly */
        wait_state(&fixture, WEIR_TASK_RUNNING);
    }
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    assert_true(fixture.ok);
    dispose(&fixture);
}

static void a_restart_that_was_asked_for_calls_run_again(void **state)
{
    (void)state;
    struct script script = {.steps = (enum step[]){WORK, WORK}, .step_count = 2};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &script);
    run_in_thread(&fixture);
    wait_working(&script);
    weir_supervisor_restart_task(fixture.supervisor, 0);
    while (atomic_load(&script.run_count) < 2) {
        sched_yield();
    }
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    assert_true(fixture.ok);
    dispose(&fixture);
}

static void ready_means_connected_assigned_and_progressing(void **state)
{
    (void)state;
    struct script good = {.steps = (enum step[]){WORK}, .step_count = 1};
    struct script stalled = {.steps = (enum step[]){STALL}, .step_count = 1};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    weir_auto_buffer reasons;
    weir_buffer_init(&reasons, 4096);
    weir_supervisor_add(fixture.supervisor, &script_ops, &good);
    assert_false(weir_supervisor_ready(fixture.supervisor, &reasons));
    assert_string_equal(weir_buffer_text(&reasons), "task 0: not connected\n");
    weir_supervisor_add(fixture.supervisor, &script_ops, &stalled);
    run_in_thread(&fixture);
    wait_working(&good);
    wait_working(&stalled);
    weir_buffer_reset(&reasons);
    assert_false(weir_supervisor_ready(fixture.supervisor, &reasons));
    assert_string_equal(weir_buffer_text(&reasons), "task 1: waits for its partitions\n");
    weir_supervisor_quit(fixture.supervisor);
    finish(&fixture);
    dispose(&fixture);

    struct script alone = {.steps = (enum step[]){WORK}, .step_count = 1};
    fixture = make((struct weir_supervisor_options){0});
    weir_supervisor_add(fixture.supervisor, &script_ops, &alone);
    run_in_thread(&fixture);
    wait_working(&alone);
    assert_true(weir_supervisor_ready(fixture.supervisor, &reasons));
    weir_supervisor_pause(fixture.supervisor);
    assert_false(weir_supervisor_ready(fixture.supervisor, &reasons));
    weir_supervisor_resume(fixture.supervisor);
    assert_true(weir_supervisor_ready(fixture.supervisor, &reasons));
    weir_supervisor_quit(fixture.supervisor);
    assert_false(weir_supervisor_ready(fixture.supervisor, &reasons));
    finish(&fixture);
    dispose(&fixture);
}

static void offsets_of_all_tasks_are_joined_by_commas(void **state)
{
    (void)state;
    struct script none = {.steps = (enum step[]){END}, .step_count = 1};
    struct script some = {.steps = (enum step[]){END, END}, .step_count = 2};
    struct fixture fixture = make((struct weir_supervisor_options){0});
    struct weir_error err = {0};
    weir_auto_buffer json;
    weir_buffer_init(&json, 4096);
    struct script *order[] = {&none, &some, &none, &some, &none};
    for (size_t i = 0; i < 5; i++) {
        weir_supervisor_add(fixture.supervisor, &script_ops, order[i]);
    }
    assert_true(weir_supervisor_offsets(fixture.supervisor, &json, &err));
    assert_string_equal(weir_buffer_text(&json), "{\"partition\":{},\"offset\":{}},"
                                                 "{\"partition\":{},\"offset\":{}}");
    dispose(&fixture);
}

static void discard(enum weir_log_level level, const char *line, void *context)
{
    (void)level;
    (void)line;
    (void)context;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_that_return_by_themselves_end_the_run),
        cmocka_unit_test(a_failure_that_may_pass_is_tried_again),
        cmocka_unit_test(restarts_stop_after_the_limit_and_the_error_says_so),
        cmocka_unit_test(a_task_that_never_connects_gives_up_after_the_startup_timeout),
        cmocka_unit_test(a_final_failure_stops_the_others_and_is_returned),
        cmocka_unit_test(quit_ends_working_tasks),
        cmocka_unit_test(quit_ends_a_wait_between_tries),
        cmocka_unit_test(a_task_that_does_not_stop_in_time_is_reported_as_hung),
        cmocka_unit_test(a_task_that_is_still_connecting_may_be_left_behind),
        cmocka_unit_test(pause_resume_and_stop_show_in_the_state),
        cmocka_unit_test(a_resume_right_after_a_stop_is_not_lost),
        cmocka_unit_test(a_restart_that_was_asked_for_calls_run_again),
        cmocka_unit_test(ready_means_connected_assigned_and_progressing),
        cmocka_unit_test(offsets_of_all_tasks_are_joined_by_commas),
    };
    weir_log_sink_set(discard, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
