/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/trigger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOTE_BYTES_MAX = 4096 };

static const int64_t WINDOW_MS = 60000, FIRST_MS = 1646327820000, DAY_MS = 86400000;

static struct windowed_key key_of(const char *base, int64_t number)
{
    return (struct windowed_key){weir_bytes_of(base), true, false, FIRST_MS + number * WINDOW_MS,
                                 0};
}

static struct trigger *make(int64_t cooldown_ms)
{
    const struct trigger_options options = {true, cooldown_ms, DAY_MS};
    return weir_trigger_create(&options);
}

static enum trigger_answer ask(struct trigger *trigger, struct windowed_key key, int64_t now_ms)
{
    int64_t wait_ms = 0;
    return weir_trigger_ask(trigger, weir_trigger_partition(trigger, "t", 0), &key, now_ms,
                            &wait_ms);
}

static void succeed(struct trigger *trigger, struct windowed_key key, int64_t now_ms)
{
    weir_trigger_succeeded(trigger, weir_trigger_partition(trigger, "t", 0), &key, now_ms);
}

/* A restart: only the note is left. */
static struct trigger *restart(struct trigger *trigger, int64_t cooldown_ms, size_t *left_out)
{
    weir_auto_buffer note;
    weir_buffer_init(&note, NOTE_BYTES_MAX);
    *left_out = weir_trigger_write_note(trigger, weir_trigger_partition(trigger, "t", 0),
                                        NOTE_BYTES_MAX, &note);
    assert_false(note.overflow);
    weir_trigger_destroy(trigger);
    struct trigger *next = make(cooldown_ms);
    assert_true(weir_trigger_assign(next, "t", 0, weir_buffer_view(&note)));
    return next;
}

static void a_window_is_sent_once_for_each_key(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    assert_int_equal(ask(trigger, key_of("a", 0), 0), TRIGGER_SEND);
    succeed(trigger, key_of("a", 0), 0);
    assert_int_equal(ask(trigger, key_of("a", 0), 0), TRIGGER_SENT_BEFORE);
    assert_int_equal(ask(trigger, key_of("a", 1), 0), TRIGGER_SEND);
    assert_int_equal(ask(trigger, key_of("b", 0), 0), TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

static void what_did_not_succeed_is_sent_again(void **state)
{
    (void)state;
    struct trigger *trigger = make(5000);
    assert_int_equal(ask(trigger, key_of("a", 0), 0), TRIGGER_SEND);
    assert_int_equal(ask(trigger, key_of("a", 0), 1), TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

static void a_cool_down_begins_with_a_success_and_is_the_key_s_own(void **state)
{
    (void)state;
    struct trigger *trigger = make(5000);
    int64_t wait_ms = 0;
    struct windowed_key later = key_of("a", 1);
    succeed(trigger, key_of("a", 0), 1000000);
    assert_int_equal(weir_trigger_ask(trigger, weir_trigger_partition(trigger, "t", 0), &later,
                                      1002000, &wait_ms),
                     TRIGGER_COOLING);
    assert_int_equal(wait_ms, 3000);
    assert_int_equal(ask(trigger, key_of("b", 1), 1002000), TRIGGER_SEND);
    assert_int_equal(ask(trigger, later, 1005000), TRIGGER_SEND);
    assert_int_equal(ask(trigger, later, 10), TRIGGER_SEND); /* the clock was set back */
    weir_trigger_destroy(trigger);
}

static void a_window_far_behind_the_newest_is_too_late(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    succeed(trigger, key_of("a", 2000), 0);
    assert_int_equal(ask(trigger, key_of("a", 2000 - 1440), 0), TRIGGER_SEND);
    assert_int_equal(ask(trigger, key_of("a", 2000 - 1441), 0), TRIGGER_TOO_LATE);
    weir_trigger_destroy(trigger);
}

static void a_day_of_minute_windows_survives_a_restart(void **state)
{
    (void)state;
    struct trigger *trigger = make(5000);
    size_t left_out;
    for (int64_t number = 0; number < 1440; number++) {
        succeed(trigger, key_of("key", number), 1000000 + number);
    }
    trigger = restart(trigger, 5000, &left_out);
    assert_int_equal(left_out, 0);
    for (int64_t number = 0; number < 1440; number++) {
        assert_int_equal(ask(trigger, key_of("key", number), 0), TRIGGER_SENT_BEFORE);
    }
    assert_int_equal(ask(trigger, key_of("key", 1440), 1000000 + 1439 + 4999), TRIGGER_COOLING);
    assert_int_equal(ask(trigger, key_of("key", 1440), 1000000 + 1439 + 5000), TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

static void a_note_that_is_full_keeps_the_newest_windows(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    size_t left_out;
    char name[16];
    for (int64_t number = 0; number < 60; number++) {
        for (int key = 0; key < 100; key++) {
            name[0] = (char)('a' + key % 26);
            name[1] = (char)('a' + key / 26);
            name[2] = '\0';
            succeed(trigger, key_of(name, number), 0);
        }
    }
    trigger = restart(trigger, 0, &left_out);
    assert_in_range(left_out, 1, 5999);
    assert_int_equal(ask(trigger, key_of("aa", 59), 0), TRIGGER_SENT_BEFORE);
    assert_int_equal(ask(trigger, key_of("aa", 0), 0), TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

static void windows_that_came_out_of_order_are_kept(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    size_t left_out;
    static const int64_t numbers[] = {5, 1, 9, 3, 5, 0};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        succeed(trigger, key_of("a", numbers[i]), 0);
    }
    trigger = restart(trigger, 0, &left_out);
    for (int64_t number = 0; number < 10; number++) {
        bool sent = number == 0 || number == 1 || number == 3 || number == 5 || number == 9;
        assert_int_equal(ask(trigger, key_of("a", number), 0),
                         sent ? TRIGGER_SENT_BEFORE : TRIGGER_SEND);
    }
    weir_trigger_destroy(trigger);
}

static void a_foreign_note_is_told_and_ignored(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    assert_true(weir_trigger_assign(trigger, "t", 0, WEIR_BYTES_NULL));
    assert_true(weir_trigger_assign(trigger, "t", 0, WEIR_BYTES("")));
    assert_false(weir_trigger_assign(trigger, "t", 0, WEIR_BYTES("leader@host")));
    assert_false(weir_trigger_assign(trigger, "t", 0, WEIR_BYTES("w1:****")));
    assert_false(weir_trigger_assign(trigger, "t", 0, WEIR_BYTES("w1:AAAA/w==")));
    assert_int_equal(ask(trigger, key_of("a", 0), 0), TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

static void a_revoked_partition_is_forgotten_and_others_are_not(void **state)
{
    (void)state;
    struct trigger *trigger = make(0);
    struct windowed_key key = key_of("a", 0);
    int64_t wait_ms;
    succeed(trigger, key, 0);
    weir_trigger_succeeded(trigger, weir_trigger_partition(trigger, "t", 1), &key, 0);
    weir_trigger_revoke(trigger, "t", 1);
    weir_trigger_revoke(trigger, "other", 0);
    assert_int_equal(ask(trigger, key, 0), TRIGGER_SENT_BEFORE);
    assert_int_equal(
        weir_trigger_ask(trigger, weir_trigger_partition(trigger, "t", 1), &key, 0, &wait_ms),
        TRIGGER_SEND);
    weir_trigger_destroy(trigger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_sent_once_for_each_key),
        cmocka_unit_test(what_did_not_succeed_is_sent_again),
        cmocka_unit_test(a_cool_down_begins_with_a_success_and_is_the_key_s_own),
        cmocka_unit_test(a_window_far_behind_the_newest_is_too_late),
        cmocka_unit_test(a_day_of_minute_windows_survives_a_restart),
        cmocka_unit_test(a_note_that_is_full_keeps_the_newest_windows),
        cmocka_unit_test(windows_that_came_out_of_order_are_kept),
        cmocka_unit_test(a_foreign_note_is_told_and_ignored),
        cmocka_unit_test(a_revoked_partition_is_forgotten_and_others_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
