/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/log.h"

#include "core/base/buffer.h"
#include "core/base/clock.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct captured {
    struct weir_buffer lines; /* each ends with a line feed */
    int count;
    enum weir_log_level level; /* of the last */
};

static void capture(enum weir_log_level level, const char *line, void *context)
{
    struct captured *captured = context;
    captured->level = level;
    captured->count++;
    weir_buffer_append_format(&captured->lines, "%s\n", line);
}

static int start_capture(void **state)
{
    static struct captured captured;
    captured = (struct captured){0};
    weir_buffer_init(&captured.lines, 1 << 20);
    weir_log_sink_set(capture, &captured);
    *state = &captured;
    return 0;
}

static int stop_capture(void **state)
{
    struct captured *captured = *state;
    weir_log_sink_set(NULL, NULL);
    weir_log_configure(WEIR_LOG_INFO, false);
    assert_true(weir_log_levels_set("info,kafka=info,source=info"));
    weir_log_context_set("");
    weir_buffer_fini(&captured->lines);
    return 0;
}

/* What follows the time: "2026-11-23T10:00:00.123Z ". */
static const char *after_time(struct captured *captured)
{
    const char *line = weir_buffer_text(&captured->lines);
    int year, month, day, hour, minute, second, ms, length = 0;
    int read = sscanf(line, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n", &year, &month, &day, &hour, &minute,
                      &second, &ms, &length);
    assert_int_equal(read, 7);
    assert_int_equal(length, 25);
    return line + length;
}

static void a_text_line_has_level_component_event_and_pairs(void **state)
{
    weir_log_info("source", "snapshot finished", "collection=%s documents=%d", "fish", 159);
    assert_string_equal(after_time(*state),
                        "INFO  source snapshot finished collection=fish documents=159\n");
}

static void pairs_may_be_missing(void **state)
{
    weir_log_error("kafka", "gone", NULL);
    assert_string_equal(after_time(*state), "ERROR kafka gone\n");
}

static void the_threads_context_stands_in_each_line(void **state)
{
    weir_log_context_set("[orders|task-0]");
    weir_log_warn("kafka", "slow", "ms=%d", 5);
    assert_string_equal(after_time(*state), "WARN  kafka [orders|task-0] slow ms=5\n");
    assert_int_equal(((struct captured *)*state)->level, WEIR_LOG_WARN);
}

static void control_bytes_cannot_forge_a_line(void **state)
{
    weir_log_info("http", "answer", "body=%s", "a\nERROR forged\x1b[2J");
    assert_string_equal(after_time(*state), "INFO  http answer body=a ERROR forged [2J\n");
}

static void a_json_line_escapes_what_json_asks_for(void **state)
{
    struct captured *captured = *state;
    weir_log_configure(WEIR_LOG_INFO, true);
    weir_log_context_set("[n|task-1]");
    weir_log_info("http", "answer", "body=%s", "\"a\\b\"\t");
    const char *line = weir_buffer_text(&captured->lines);
    assert_memory_equal(line, "{\"ts\":\"20", 9);
    assert_non_null(strstr(line, "Z\",\"level\":\"INFO\",\"component\":\"http\",\"task\":"
                                 "\"[n|task-1]\",\"msg\":\"answer\",\"fields\":"
                                 "\"body=\\\"a\\\\b\\\"\\u0009\"}\n"));
}

static void a_huge_payload_cannot_cut_the_json_line(void **state)
{
    struct captured *captured = *state;
    weir_log_configure(WEIR_LOG_INFO, true);
    static char huge[100000];
    memset(huge, '\t', sizeof(huge) - 1);
    weir_log_info("http", huge, "%s", huge);
    assert_int_equal(captured->count, 1);
    const char *line = weir_buffer_text(&captured->lines);
    assert_string_equal(line + captured->lines.len - 8, "u0009\"}\n");
}

static void levels_are_set_for_the_root_and_for_each_component(void **state)
{
    struct captured *captured = *state;
    assert_true(weir_log_levels_set("kafka=debug,source=Error,warn"));
    assert_int_equal(weir_log_level_get("kafka"), WEIR_LOG_DEBUG);
    assert_int_equal(weir_log_level_get("source"), WEIR_LOG_ERROR);
    assert_int_equal(weir_log_level_get("http"), WEIR_LOG_WARN);
    weir_log_debug("kafka", "kept", NULL);
    weir_log_warn("source", "dropped", NULL);
    weir_log_info("http", "dropped", NULL);
    weir_log(WEIR_LOG_TRACE, "kafka", "dropped", NULL);
    assert_int_equal(captured->count, 1);
}

static void levels_that_are_not_understood_change_nothing(void **state)
{
    (void)state;
    const char *const wrong[] = {
        "",           "loud",        "kafka=",  "=debug", "kafka=debug,x", "kafka debug",
        "info,,warn", "debug=kafka", "kafka=1",
    };
    for (size_t index = 0; index < sizeof(wrong) / sizeof(wrong[0]); index++) {
        assert_false(weir_log_levels_set(wrong[index]));
        assert_int_equal(weir_log_level_get("kafka"), WEIR_LOG_INFO);
        assert_int_equal(weir_log_level_get("other"), WEIR_LOG_INFO);
    }
}

static void repeats_are_counted_and_not_repeated(void **state)
{
    (void)state;
    struct weir_log_limit limit = {0};
    uint64_t suppressed = 99;
    assert_true(weir_log_limit_pass(&limit, 60000, &suppressed));
    assert_int_equal(suppressed, 0);
    for (int repeat = 0; repeat < 5; repeat++) {
        assert_false(weir_log_limit_pass(&limit, 60000, &suppressed));
    }
    limit.next_ms = weir_clock_ms();
    assert_true(weir_log_limit_pass(&limit, 60000, &suppressed));
    assert_int_equal(suppressed, 5);
}

#define with_capture(test) cmocka_unit_test_setup_teardown(test, start_capture, stop_capture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_capture(a_text_line_has_level_component_event_and_pairs),
        with_capture(pairs_may_be_missing),
        with_capture(the_threads_context_stands_in_each_line),
        with_capture(control_bytes_cannot_forge_a_line),
        with_capture(a_json_line_escapes_what_json_asks_for),
        with_capture(a_huge_payload_cannot_cut_the_json_line),
        with_capture(levels_are_set_for_the_root_and_for_each_component),
        with_capture(levels_that_are_not_understood_change_nothing),
        cmocka_unit_test(repeats_are_counted_and_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
