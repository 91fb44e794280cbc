/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/metrics.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *write_text(struct weir_metrics *metrics, struct weir_buffer *out)
{
    weir_buffer_init(out, 65536);
    weir_metrics_write(metrics, out);
    return weir_buffer_text(out);
}

static void the_text_has_help_type_and_samples_in_order(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    weir_auto_buffer out;
    const struct weir_metric_label a[] = {{"connector", "a"}, {"task", "0"}};
    const struct weir_metric_label b[] = {{"connector", "b"}, {"task", "1"}};
    weir_metric_add(weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "Counts x.", a, 2),
                    3);
    weir_metric_set(weir_metrics_series(metrics, WEIR_METRIC_GAUGE, "y", "Is y.", NULL, 0), -0.5);
    weir_metric_add(weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "", b, 2),
                    12345678901.0);
    assert_string_equal(write_text(metrics, &out),
                        "# HELP x_total Counts x.\n"
                        "# TYPE x_total counter\n"
                        "x_total{connector=\"a\",task=\"0\"} 3\n"
                        "x_total{connector=\"b\",task=\"1\"} 12345678901\n"
                        "# HELP y Is y.\n"
                        "# TYPE y gauge\n"
                        "y -0.5\n");
    weir_metrics_destroy(metrics);
}

static void the_same_name_and_labels_are_the_same_series(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    const struct weir_metric_label label = {"topic", "t"};
    struct weir_metric *first =
        weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "", &label, 1);
    weir_metric_add(first, 1);
    weir_metric_add(first, 1.5);
    assert_ptr_equal(first,
                     weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "", &label, 1));
    assert_ptr_not_equal(first,
                         weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "", NULL, 0));
    assert_float_equal(weir_metric_value(first), 2.5, 0);
    weir_metrics_destroy(metrics);
}

static void label_values_and_help_are_escaped(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    weir_auto_buffer out;
    const struct weir_metric_label label = {"why", "a\"b\\c\nd"};
    weir_metrics_series(metrics, WEIR_METRIC_GAUGE, "x", "one\ntwo \"three\"", &label, 1);
    assert_string_equal(write_text(metrics, &out), "# HELP x one\\ntwo \"three\"\n"
                                                   "# TYPE x gauge\n"
                                                   "x{why=\"a\\\"b\\\\c\\nd\"} 0\n");
    weir_metrics_destroy(metrics);
}

static void histogram_buckets_are_cumulative(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    weir_auto_buffer out;
    const struct weir_metric_label label = {"task", "0"};
    struct weir_metric *histogram =
        weir_metrics_series(metrics, WEIR_METRIC_HISTOGRAM, "commit_seconds", "", &label, 1);
    weir_metric_observe(histogram, 0.001);
    weir_metric_observe(histogram, 0.25);
    weir_metric_observe(histogram, 100);
    const char *text = write_text(metrics, &out);
    assert_non_null(strstr(text, "# TYPE commit_seconds histogram\n"));
    assert_non_null(strstr(text, "commit_seconds_bucket{task=\"0\",le=\"0.001\"} 1\n"));
    assert_non_null(strstr(text, "commit_seconds_bucket{task=\"0\",le=\"0.1\"} 1\n"));
    assert_non_null(strstr(text, "commit_seconds_bucket{task=\"0\",le=\"0.25\"} 2\n"));
    assert_non_null(strstr(text, "commit_seconds_bucket{task=\"0\",le=\"60\"} 2\n"));
    assert_non_null(strstr(text, "commit_seconds_bucket{task=\"0\",le=\"+Inf\"} 3\n"));
    assert_non_null(strstr(text, "commit_seconds_sum{task=\"0\"} 100.251\n"));
    assert_non_null(strstr(text, "commit_seconds_count{task=\"0\"} 3\n"));
    assert_int_equal(weir_metric_observations(histogram), 3);
    assert_float_equal(weir_metric_mean_ms(histogram), 33417, 1e-9);
    weir_metrics_destroy(metrics);
}

static void a_gauge_that_is_not_a_number_is_left_out(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    weir_auto_buffer out;
    struct weir_metric *gauge = weir_metrics_series(metrics, WEIR_METRIC_GAUGE, "x", "", NULL, 0);
    weir_metric_set(gauge, (double)NAN);
    assert_string_equal(write_text(metrics, &out), "# HELP x \n# TYPE x gauge\n");
    weir_metrics_destroy(metrics);
}

static void refresh(struct weir_metrics *metrics, void *context)
{
    int *calls = context;
    (*calls)++;
    weir_metric_set(weir_metrics_series(metrics, WEIR_METRIC_GAUGE, "x", "", NULL, 0), *calls);
}

static void derived_gauges_are_refreshed_before_each_write(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    weir_auto_buffer out;
    int calls = 0;
    weir_metrics_refresh_set(metrics, refresh, &calls);
    assert_string_equal(write_text(metrics, &out), "# HELP x \n# TYPE x gauge\nx 1\n");
    assert_int_equal(calls, 1);
    weir_metrics_destroy(metrics);
}

enum { ADD_COUNT = 20000 };

static void *add_many(void *context)
{
    for (int i = 0; i < ADD_COUNT; i++) {
        weir_metric_add(context, 1);
    }
    return NULL;
}

static void no_addition_is_lost_between_threads(void **state)
{
    (void)state;
    struct weir_metrics *metrics = weir_metrics_create();
    struct weir_metric *counter =
        weir_metrics_series(metrics, WEIR_METRIC_COUNTER, "x_total", "", NULL, 0);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, counter), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_float_equal(weir_metric_value(counter), 2 * ADD_COUNT, 0);
    weir_metrics_destroy(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_has_help_type_and_samples_in_order),
        cmocka_unit_test(the_same_name_and_labels_are_the_same_series),
        cmocka_unit_test(label_values_and_help_are_escaped),
        cmocka_unit_test(histogram_buckets_are_cumulative),
        cmocka_unit_test(a_gauge_that_is_not_a_number_is_left_out),
        cmocka_unit_test(derived_gauges_are_refreshed_before_each_write),
        cmocka_unit_test(no_addition_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
