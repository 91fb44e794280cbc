/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/queue.h"

#include "core/base/clock.h"

#include <pthread.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int items[5000];

static void items_come_out_in_order_around_the_ring(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(3);
    for (int round = 0; round < 10; round++) {
        assert_true(weir_queue_push(queue, &items[round], 0));
        assert_true(weir_queue_push(queue, &items[round + 1], 0));
        assert_int_equal(weir_queue_count(queue), 2);
        assert_ptr_equal(weir_queue_pop(queue, 0), &items[round]);
        assert_ptr_equal(weir_queue_pop(queue, 0), &items[round + 1]);
    }
    weir_queue_destroy(queue);
    weir_queue_destroy(NULL);
}

static void a_passed_deadline_does_not_wait(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(1);
    assert_null(weir_queue_pop(queue, 0));
    assert_null(weir_queue_pop(queue, -5));
    assert_null(weir_queue_pop(queue, weir_clock_ms() - 1));
    assert_true(weir_queue_push(queue, &items[0], 0));
    assert_false(weir_queue_push(queue, &items[1], 0));
    assert_int_equal(weir_queue_count(queue), 1);
    weir_queue_destroy(queue);
}

static void a_deadline_is_waited_for(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(1);
    int64_t deadline_ms = weir_clock_ms() + 5;
    assert_null(weir_queue_pop(queue, deadline_ms));
    assert_true(weir_clock_ms() >= deadline_ms);
    weir_queue_destroy(queue);
}

static void a_closed_queue_drains_and_takes_nothing_more(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(2);
    assert_true(weir_queue_push(queue, &items[0], INT64_MAX));
    weir_queue_close(queue);
    assert_false(weir_queue_push(queue, &items[1], INT64_MAX));
    assert_ptr_equal(weir_queue_pop(queue, INT64_MAX), &items[0]);
    assert_null(weir_queue_pop(queue, INT64_MAX));
    weir_queue_destroy(queue);
}

static void *pop_one(void *context)
{
    return weir_queue_pop(context, INT64_MAX);
}

static void closing_wakes_whoever_waits(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(1);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, pop_one, queue), 0);
    weir_queue_close(queue);
    void *popped = &items[0];
    assert_int_equal(pthread_join(thread, &popped), 0);
    assert_null(popped);
    weir_queue_destroy(queue);
}

static void *push_many(void *context)
{
    struct weir_queue *queue = context;
    for (int number = 0; number < 5000; number++) {
        if (!weir_queue_push(queue, &items[number], INT64_MAX)) {
            return NULL;
        }
    }
    return queue;
}

static void *count_many(void *context)
{
    int *item;
    while ((item = weir_queue_pop(context, INT64_MAX)) != NULL) {
        __atomic_fetch_add(item, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void many_threads_hand_over_each_item_once(void **state)
{
    (void)state;
    struct weir_queue *queue = weir_queue_create(4);
    pthread_t writers[3], readers[3];
    for (size_t index = 0; index < 3; index++) {
        assert_int_equal(pthread_create(&readers[index], NULL, count_many, queue), 0);
        assert_int_equal(pthread_create(&writers[index], NULL, push_many, queue), 0);
    }
    for (size_t index = 0; index < 3; index++) {
        void *finished = NULL;
        assert_int_equal(pthread_join(writers[index], &finished), 0);
        assert_non_null(finished);
    }
    weir_queue_close(queue);
    for (size_t index = 0; index < 3; index++) {
        assert_int_equal(pthread_join(readers[index], NULL), 0);
    }
    for (size_t number = 0; number < 5000; number++) {
        assert_int_equal(items[number], 3);
    }
    weir_queue_destroy(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_out_in_order_around_the_ring),
        cmocka_unit_test(a_passed_deadline_does_not_wait),
        cmocka_unit_test(a_deadline_is_waited_for),
        cmocka_unit_test(a_closed_queue_drains_and_takes_nothing_more),
        cmocka_unit_test(closing_wakes_whoever_waits),
        cmocka_unit_test(many_threads_hand_over_each_item_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
