/* A dead letter holds all of its record, and becomes it again in a replay. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/dead_letter.h"

#include "core/runtime/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena *arena;

#define TEXT(text) \
    { \
        (const uint8_t *)(text), sizeof(text) - 1 \
    }

static const struct weir_header own_headers[] = {{TEXT("trace"), TEXT("7")}};
static const struct weir_record rejected = {.topic = "orders",
                                            .partition = 3,
                                            .offset = 12345678901,
                                            .timestamp_ms = 99,
                                            .key = TEXT("k"),
                                            .value = TEXT("\x00\xff"),
                                            .headers = own_headers,
                                            .header_count = 1};
static const struct weir_dead_letter_options options = {"sink", "org.example.Sink", 2, NULL};
static const struct weir_dead_letter_reason reason = {"TASK_PUT", NULL, "it is bad"};

static int begin(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int end(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static const char *header(const struct weir_record *record, const char *name)
{
    for (size_t i = 0; i < record->header_count; i++) {
        if (weir_bytes_equal(record->headers[i].name, weir_bytes_of(name))) {
            struct weir_bytes value = record->headers[i].value;
            return weir_arena_strndup(arena, (const char *)value.data, value.len);
        }
    }
    return NULL;
}

static void a_letter_is_the_record_and_where_it_came_from(void **state)
{
    (void)state;
    struct weir_record letter = weir_dead_letter_make(&options, &rejected, &reason, arena);
    assert_true(weir_bytes_equal(letter.key, rejected.key));
    assert_true(weir_bytes_equal(letter.value, rejected.value));
    assert_int_equal(letter.timestamp_ms, 99);
    assert_int_equal(letter.partition, -1);
    static const char *const expected[][2] = {
        {"trace", "7"},
        {"__connect.errors.topic", "orders"},
        {"__connect.errors.partition", "3"},
        {"__connect.errors.offset", "12345678901"},
        {"__connect.errors.connector.name", "sink"},
        {"__connect.errors.task.id", "2"},
        {"__connect.errors.stage", "TASK_PUT"},
        {"__connect.errors.class.name", "org.example.Sink"},
        {"__connect.errors.exception.class.name",
         "org.apache.kafka.connect.errors.ConnectException"},
        {"__connect.errors.exception.message", "it is bad"},
        {"__connect.errors.exception.stacktrace", "it is bad"},
    };
    assert_int_equal(letter.header_count, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < letter.header_count; i++) {
        assert_string_equal(header(&letter, expected[i][0]), expected[i][1]);
    }
}

static void a_letter_without_words_and_with_an_exception_of_its_own(void **state)
{
    (void)state;
    const struct weir_dead_letter_reason own = {"VALUE_CONVERTER", "org.example.Bad", NULL};
    struct weir_record letter = weir_dead_letter_make(&options, &rejected, &own, arena);
    assert_string_equal(header(&letter, "__connect.errors.exception.class.name"),
                        "org.example.Bad");
    assert_string_equal(header(&letter, "__connect.errors.exception.message"), "");
}

static void a_replay_makes_the_record_of_the_letter(void **state)
{
    (void)state;
    struct weir_record letter = weir_dead_letter_make(&options, &rejected, &reason, arena);
    letter.topic = "letters";
    letter.partition = 0;
    letter.offset = 5;
    struct weir_record again = weir_replay_restore(&letter, arena);
    assert_string_equal(again.topic, "orders");
    assert_int_equal(again.partition, 3);
    assert_int_equal(again.offset, 12345678901);
    assert_int_equal(again.header_count, 1);
    assert_string_equal(header(&again, "trace"), "7");
    assert_true(weir_bytes_equal(again.value, rejected.value));
}

static void a_letter_of_a_letter_is_the_later_one_s_record(void **state)
{
    (void)state;
    struct weir_record first = weir_dead_letter_make(&options, &rejected, &reason, arena);
    first.topic = "between";
    first.partition = 1;
    first.offset = 2;
    struct weir_record second = weir_dead_letter_make(&options, &first, &reason, arena);
    struct weir_record again = weir_replay_restore(&second, arena);
    assert_string_equal(again.topic, "between");
    assert_int_equal(again.offset, 2);
    assert_int_equal(again.header_count, 1);
}

static void a_letter_that_lost_its_value_is_no_tombstone(void **state)
{
    (void)state;
    struct weir_header headers[] = {
        {WEIR_BYTES("__connect.errors.value.left.out"), WEIR_BYTES("true")}};
    struct weir_record letter = {.topic = "letters", .headers = headers, .header_count = 1};
    assert_true(weir_replay_is_incomplete(&letter));
    letter.header_count = 0;
    assert_false(weir_replay_is_incomplete(&letter));
    letter.header_count = 1;
    letter.value = WEIR_BYTES("there");
    assert_false(weir_replay_is_incomplete(&letter));
}

static void a_letter_without_context_stays_where_it_is(void **state)
{
    (void)state;
    static const char *const offsets[] = {"", "-1", "12x", "1234567890123456789"};
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        struct weir_header headers[] = {
            {WEIR_BYTES("__connect.errors.topic"), WEIR_BYTES("orders")},
            {WEIR_BYTES("__connect.errors.partition"), WEIR_BYTES("1")},
            {WEIR_BYTES("__connect.errors.offset"), weir_bytes_of(offsets[i])}};
        const struct weir_record letter = {
            .topic = "letters", .partition = 4, .offset = 6, .headers = headers, .header_count = 3};
        struct weir_record again = weir_replay_restore(&letter, arena);
        assert_string_equal(again.topic, "letters");
        assert_int_equal(again.partition, 4);
        assert_int_equal(again.offset, 6);
        assert_int_equal(again.header_count, 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_letter_is_the_record_and_where_it_came_from),
        TEST(a_letter_without_words_and_with_an_exception_of_its_own),
        TEST(a_replay_makes_the_record_of_the_letter),
        TEST(a_letter_of_a_letter_is_the_later_one_s_record),
        TEST(a_letter_that_lost_its_value_is_no_tombstone),
        TEST(a_letter_without_context_stays_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
