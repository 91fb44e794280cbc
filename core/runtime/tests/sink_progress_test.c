/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/sink_progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct weir_topic_partition owned[] = {{"a", 0}, {"a", 1}, {"b", 0}};

/* One record and what became of it. */
struct step {
    const char *topic;
    int32_t partition;
    int64_t offset;
    enum weir_outcome_kind outcome;
};

static void advance(struct weir_sink_progress *progress, const struct step *steps, size_t count)
{
    weir_auto_batch *batch = weir_batch_create(1024);
    struct weir_outcome outcomes[16] = {{0}};
    for (size_t i = 0; i < count; i++) {
        struct weir_record *record = weir_batch_add(batch);
        record->topic = steps[i].topic;
        record->partition = steps[i].partition;
        record->offset = steps[i].offset;
        outcomes[i].kind = steps[i].outcome;
    }
    weir_sink_progress_advance(progress, batch->records, batch->record_count, outcomes);
}

static int64_t delivered(struct weir_sink_progress *progress, const char *topic, int32_t partition)
{
    return weir_sink_progress_find(progress, topic, partition)->delivered_offset;
}

static void each_partition_stops_at_its_first_undelivered_record(void **state)
{
    (void)state;
    struct weir_sink_progress progress = {0};
    const struct step steps[] = {
        {"a", 0, 10, WEIR_OUTCOME_DONE},  {"a", 1, 7, WEIR_OUTCOME_RETRY},
        {"a", 0, 11, WEIR_OUTCOME_RETRY}, {"b", 0, 3, WEIR_OUTCOME_REJECT},
        {"a", 0, 12, WEIR_OUTCOME_DONE},  {"b", 0, 4, WEIR_OUTCOME_DONE},
    };
    weir_sink_progress_assign(&progress, owned, 3);
    advance(&progress, steps, 6);
    assert_int_equal(delivered(&progress, "a", 0), 11);
    assert_int_equal(delivered(&progress, "a", 1), -1);
    assert_int_equal(delivered(&progress, "b", 0),
                     -1); /* a reject that ends the task comes again */
    weir_sink_progress_clear(&progress);
}

static void a_later_try_goes_on_where_the_first_stood(void **state)
{
    (void)state;
    struct weir_sink_progress progress = {0};
    const struct step first[] = {{"a", 0, 10, WEIR_OUTCOME_DONE}, {"a", 0, 12, WEIR_OUTCOME_RETRY}};
    const struct step second[] = {{"a", 0, 10, WEIR_OUTCOME_DONE}, {"a", 0, 12, WEIR_OUTCOME_DONE}};
    weir_sink_progress_assign(&progress, owned, 3);
    assert_false(weir_sink_progress_pending(&progress));
    advance(&progress, first, 2);
    assert_int_equal(delivered(&progress, "a", 0), 11);
    advance(&progress, second, 2);
    assert_int_equal(delivered(&progress, "a", 0), 13);
    assert_true(weir_sink_progress_pending(&progress));
    weir_sink_progress_clear(&progress);
}

static void records_of_partitions_that_were_lost_do_not_count(void **state)
{
    (void)state;
    struct weir_sink_progress progress = {0};
    const struct step steps[] = {{"c", 0, 1, WEIR_OUTCOME_DONE}, {"a", 2, 1, WEIR_OUTCOME_DONE}};
    weir_sink_progress_assign(&progress, owned, 3);
    advance(&progress, steps, 2);
    assert_null(weir_sink_progress_find(&progress, "c", 0));
    assert_false(weir_sink_progress_pending(&progress));
    weir_sink_progress_clear(&progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_partition_stops_at_its_first_undelivered_record),
        cmocka_unit_test(a_later_try_goes_on_where_the_first_stood),
        cmocka_unit_test(records_of_partitions_that_were_lost_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
