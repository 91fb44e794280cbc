/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/task.h"

#include "core/base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_metrics *metrics;

static int set_up(void **state)
{
    metrics = weir_metrics_create();
    *state = weir_task_create(
        &(struct weir_task_options){.connector_name = "orders", .index = 3, .metrics = metrics});
    return 0;
}

static int tear_down(void **state)
{
    weir_task_destroy(*state);
    weir_metrics_destroy(metrics);
    return 0;
}

static void a_new_task_is_neither_stopping_nor_connected(void **state)
{
    struct weir_task *task = *state;
    struct weir_task_view view;
    weir_task_look(task, &view);
    assert_false(weir_task_stopping(task));
    assert_false(weir_task_paused(task));
    assert_true(weir_task_stop_deadline_ms(task) == INT64_MAX);
    assert_false(view.connected);
    assert_false(view.progressed);
    assert_string_equal(view.trouble, "");
    assert_string_equal(weir_task_connector_name(task), "orders");
    assert_int_equal(weir_task_index(task), 3);
}

static void a_reset_forgets_all_but_the_pause_and_that_it_was_connected(void **state)
{
    struct weir_task *task = *state;
    struct weir_task_view view;
    weir_task_connected(task, true);
    weir_task_assigned(task, 2);
    weir_task_progress(task);
    weir_task_trouble(task, "retrying");
    weir_task_pause(task, true);
    weir_task_stop(task, 7);
    weir_task_look(task, &view);
    assert_true(view.connected && view.progressed && view.assigned && view.partition_count == 2);
    assert_string_equal(view.trouble, "retrying");
    assert_true(weir_task_stopping(task));
    assert_int_equal(weir_task_stop_deadline_ms(task), 7);

    weir_task_reset(task);
    weir_task_look(task, &view);
    assert_false(view.connected || view.progressed || view.assigned || view.partition_count != 0);
    assert_true(view.connected_ever);
    assert_true(weir_task_paused(task));
    assert_false(weir_task_stopping(task));
}

static void no_partitions_are_an_assignment_too_until_it_is_revoked(void **state)
{
    struct weir_task *task = *state;
    struct weir_task_view view;
    weir_task_assigned(task, 0);
    weir_task_look(task, &view);
    assert_true(view.assigned);
    weir_task_revoked(task);
    weir_task_look(task, &view);
    assert_false(view.assigned);
}

static void a_series_is_labelled_with_connector_and_task(void **state)
{
    struct weir_task *task = *state;
    struct weir_metric *counter =
        weir_task_series(task, WEIR_METRIC_COUNTER, "weir_x_total", "Counts x.");
    assert_ptr_equal(counter, weir_task_series(task, WEIR_METRIC_COUNTER, "weir_x_total", ""));
    assert_ptr_not_equal(counter, weir_task_series(task, WEIR_METRIC_COUNTER, "weir_y_total", ""));
}

static void *stop_from_outside(void *context)
{
    weir_task_stop(context, 0);
    return NULL;
}

static void a_sleep_ends_at_its_time_or_at_a_stop(void **state)
{
    struct weir_task *task = *state;
    pthread_t thread;
    assert_true(weir_task_sleep_ms(task, 1));
    int64_t before_ms = weir_clock_ms();
    assert_int_equal(pthread_create(&thread, NULL, stop_from_outside, task), 0);
    assert_false(weir_task_sleep_ms(task, 60000));
    pthread_join(thread, NULL);
    assert_true(weir_clock_ms() - before_ms < 30000);
    assert_false(weir_task_sleep_ms(task, 60000)); /* already stopping */
}

#define WITH_TASK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TASK(a_new_task_is_neither_stopping_nor_connected),
        WITH_TASK(a_reset_forgets_all_but_the_pause_and_that_it_was_connected),
        WITH_TASK(no_partitions_are_an_assignment_too_until_it_is_revoked),
        WITH_TASK(a_series_is_labelled_with_connector_and_task),
        WITH_TASK(a_sleep_ends_at_its_time_or_at_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
