/* One batch between a sink in memory and the offsets that may be committed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/runtime/properties.h"
#include "core/runtime/sink_task_internal.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { RECORD_COUNT = 4, TRY_COUNT_MAX = 8 };

/* What the sink answers to each try: for each record of the batch D(one), R(etry), X (reject) or
 * space (leaves it as it is); then ! when the whole call fails with RETRY, ? with STOP. */
static const char *answers[TRY_COUNT_MAX];
static size_t try_count;
static int64_t retry_after_ms;

static bool write_memory(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                         int64_t deadline_ms, struct weir_error *err)
{
    (void)state;
    (void)deadline_ms;
    const char *answer = answers[try_count++];
    for (size_t i = 0; i < batch->record_count; i++) {
        if (answer[i] == 'D') {
            outcomes[i].kind = WEIR_OUTCOME_DONE;
        } else if (answer[i] == 'X') {
            outcomes[i] = (struct weir_outcome){.kind = WEIR_OUTCOME_REJECT, .reason = "bad"};
        } else if (answer[i] == 'R') {
            outcomes[i].retry_after_ms = retry_after_ms;
        }
    }
    char last = answer[batch->record_count];
    if (last == '!' || last == '?') {
        return weir_fail(err, last == '!' ? WEIR_ERROR_RETRY : WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO,
                         1, "away");
    }
    return true;
}

static const struct weir_sink_ops memory = {.name = "memory", .write = write_memory};

static struct weir_metrics *metrics;
static struct weir_config *config;
static struct weir_sink_task *self;
static const struct weir_topic_partition owned[] = {{"a", 0}, {"b", 0}};

static int begin(void **state)
{
    (void)state;
    metrics = weir_metrics_create();
    self = weir_sink_task_create(&(struct weir_sink_task_options){.ops = &memory});
    self->task =
        weir_task_create(&(struct weir_task_options){.connector_name = "s", .metrics = metrics});
    struct weir_metric **series[] = {&self->read,     &self->sent,    &self->skipped,
                                     &self->failures, &self->retries, &self->write_mean_ms};
    for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
        char name[] = "m0";
        name[1] = (char)('0' + i);
        *series[i] = weir_task_series(self->task, WEIR_METRIC_COUNTER, name, "m");
    }
    self->write_time = weir_task_series(self->task, WEIR_METRIC_HISTOGRAM, "h", "h");
    self->batch = weir_batch_create(4096);
    self->backoff = (struct weir_backoff){.delay_ms_min = 100, .delay_ms_max = 1000};
    return 0;
}

static int end(void **state)
{
    (void)state;
    weir_batch_destroy(self->batch);
    weir_sink_progress_clear(&self->progress);
    weir_free(self->outcomes);
    weir_task_destroy(self->task);
    weir_sink_task_ops.destroy(self);
    weir_config_destroy(config);
    config = NULL;
    weir_metrics_destroy(metrics);
    return 0;
}

/* a/0: offsets 10, 11; b/0: 20, 21. */
static struct weir_record records[RECORD_COUNT];

static void start(const char *more)
{
    static const struct weir_property own[] = {
        {.name = "topic.override.*"}, {.name = "mongo.*"}, {0}};
    static const struct weir_property *const tables[] = {
        weir_worker_properties, weir_connector_properties, weir_sink_task_properties, own, NULL};
    struct weir_error err = {0};
    weir_autofree char *text = weir_format("name: s\nconnector.class: x\ntopics: a, b\n%s\n", more);
    config = weir_config_parse(text, strlen(text), "f", &err);
    assert_true(weir_config_check(config, tables, &err));
    self->options.config = config;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        records[i] = (struct weir_record){.topic = i < 2 ? "a" : "b",
                                          .offset = (int64_t)(i < 2 ? 10 + i : 18 + i)};
    }
    self->fetch = (struct weir_fetch){.records = records, .record_count = RECORD_COUNT};
    weir_sink_progress_assign(&self->progress, owned, 2);
    weir_sink_delivery_begin(self);
    memset(answers, 0, sizeof(answers));
    try_count = 0;
    retry_after_ms = 0;
}

static int64_t delivered(const char *topic)
{
    return weir_sink_progress_find(&self->progress, topic, 0)->delivered_offset;
}

/* The wait that the try asks for; -1: it failed. */
static int64_t try_once(struct weir_error *err)
{
    int64_t wait_ms = 0;
    memset(err, 0, sizeof(*err));
    return weir_sink_delivery_try(self, INT64_MAX, &wait_ms, err) ? wait_ms : -1;
}

static void what_is_done_may_be_committed(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    answers[0] = "DDDD";
    assert_int_equal(try_once(&err), 0);
    assert_int_equal(delivered("a"), 12);
    assert_int_equal(delivered("b"), 22);
}

static void nothing_behind_an_undecided_record_may_be_committed(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    answers[0] = "RDD !";
    assert_true(try_once(&err) > 0);
    assert_int_equal(delivered("a"), -1);
    assert_int_equal(delivered("b"), 21);
    answers[1] = "D  D";
    assert_int_equal(try_once(&err), 0);
    assert_int_equal(delivered("a"), 12);
    assert_int_equal(delivered("b"), 22);
}

static void waits_grow_while_the_target_is_away(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    int64_t longest_ms = 0;
    for (size_t i = 0; i < TRY_COUNT_MAX; i++) {
        answers[i] = "    !";
        int64_t wait_ms = try_once(&err);
        assert_in_range(wait_ms, 1, 1000);
        longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
    }
    assert_true(longest_ms > 100);
    assert_int_equal(delivered("a"), -1);
}

static void a_wait_that_the_sink_asks_for_is_kept(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    retry_after_ms = 1234;
    answers[0] = "DRDD";
    assert_int_equal(try_once(&err), 1234);
}

static void a_slow_target_is_served_without_waits(void **state)
{
    (void)state;
    struct weir_error err;
    start("errors.retry.timeout: 0");
    answers[0] = "D   ";
    assert_int_equal(try_once(&err), 1);
    answers[1] = " DDD";
    assert_int_equal(try_once(&err), 0);
}

static void retries_end_after_their_time(void **state)
{
    (void)state;
    struct weir_error err;
    start("errors.retry.timeout: 0");
    answers[0] = "    !";
    assert_int_equal(try_once(&err), -1);
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    assert_non_null(strstr(err.message, "4 records not delivered"));
}

static void a_failure_that_is_for_good_ends_the_task(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    answers[0] = "D   ?";
    assert_int_equal(try_once(&err), -1);
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    assert_string_equal(err.message, "away");
    assert_int_equal(delivered("a"), 11);
}

static void a_rejected_record_ends_the_task_and_is_not_committed(void **state)
{
    (void)state;
    struct weir_error err;
    start("");
    answers[0] = "DXDD";
    assert_int_equal(try_once(&err), -1);
    assert_non_null(strstr(err.message, "topic a partition 0 offset 11: bad"));
    assert_int_equal(delivered("a"), 11);
    assert_int_equal(delivered("b"), 22);
}

static void a_rejected_record_is_left_out_where_that_is_tolerated(void **state)
{
    (void)state;
    static const char *const tolerating[] = {
        "errors.tolerance: all", "errors.tolerance: data", "mongo.errors.tolerance: all",
        "topic.override.a.errors.tolerance: all",
        "mongo.errors.tolerance: none\ntopic.override.a.mongo.errors.tolerance: data"};
    for (size_t i = 0; i < sizeof(tolerating) / sizeof(tolerating[0]); i++) {
        struct weir_error err;
        start(tolerating[i]);
        answers[0] = "DXDD";
        assert_int_equal(try_once(&err), 0);
        assert_int_equal(delivered("a"), 12);
        weir_config_destroy(config);
        config = NULL;
    }
}

static void an_override_of_one_topic_is_not_for_another(void **state)
{
    (void)state;
    struct weir_error err;
    start("errors.tolerance: all\ntopic.override.b.errors.tolerance: none");
    answers[0] = "DXXD";
    assert_int_equal(try_once(&err), -1);
    assert_non_null(strstr(err.message, "topic b partition 0 offset 20"));
    assert_int_equal(delivered("a"), 12);
    assert_int_equal(delivered("b"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_done_may_be_committed),
        TEST(nothing_behind_an_undecided_record_may_be_committed),
        TEST(waits_grow_while_the_target_is_away),
        TEST(a_wait_that_the_sink_asks_for_is_kept),
        TEST(a_slow_target_is_served_without_waits),
        TEST(retries_end_after_their_time),
        TEST(a_failure_that_is_for_good_ends_the_task),
        TEST(a_rejected_record_ends_the_task_and_is_not_committed),
        TEST(a_rejected_record_is_left_out_where_that_is_tolerated),
        TEST(an_override_of_one_topic_is_not_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
