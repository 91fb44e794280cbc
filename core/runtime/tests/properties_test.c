/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct weir_property *const sink_tables[] = {
    weir_worker_properties, weir_connector_properties, weir_sink_task_properties, NULL};
static const struct weir_property *const source_tables[] = {
    weir_worker_properties, weir_connector_properties, weir_source_task_properties, NULL};

/* The message that text leads to, "" when it is accepted. */
static const char *message_of(const char *text, bool is_sink)
{
    static struct weir_error err;
    memset(&err, 0, sizeof(err));
    struct weir_config *config = weir_config_parse(text, strlen(text), "f", &err);
    if (config && weir_config_check(config, is_sink ? sink_tables : source_tables, &err)) {
        if (is_sink) {
            weir_sink_topics_check(config, &err);
        }
    }
    weir_config_destroy(config);
    return err.message;
}

#define SINK "name: s\nconnector.class: http\n"

static void a_small_configuration_is_accepted(void **state)
{
    (void)state;
    assert_string_equal(message_of(SINK "topics: [a, b]\n", true), "");
    assert_string_equal(message_of(SINK "topics.regex: a.*\n", true), "");
    assert_string_equal(message_of("name: s\nconnector.class: mongodb\n", false), "");
}

static void a_sink_has_topics_or_a_regex(void **state)
{
    (void)state;
    assert_string_equal(message_of(SINK, true),
                        "f: topics: missing: give 'topics' or 'topics.regex'");
    assert_string_equal(message_of(SINK "topics: a\ntopics.regex: b\n", true),
                        "f:3: topics: give 'topics' or 'topics.regex', not both");
    assert_non_null(strstr(message_of(SINK "topics.regex: '('\n", true),
                           "f:3: topics.regex: '(' is not a regular expression"));
}

static void dead_letters_do_not_come_back_as_records(void **state)
{
    (void)state;
    assert_string_equal(
        message_of(SINK "topics: a, b\nerrors.deadletterqueue.topic.name: b\n", true),
        "f:4: errors.deadletterqueue.topic.name: the dead letter queue cannot be one of 'topics'");
}

#define SOURCE "name: s\nconnector.class: mongodb\n"

static void a_sink_reads_no_json_with_an_envelope(void **state)
{
    (void)state;
    const char *json = SOURCE "value.converter: org.apache.kafka.connect.json.JsonConverter\n";
    const char *wrapped = SINK "topics: a\nvalue.converter.schemas.enable: true\n";
    assert_string_equal(message_of(json, false), "");
    assert_non_null(
        strstr(message_of(wrapped, true), "f:4: value.converter.schemas.enable: JSON wrapped"));
    assert_non_null(strstr(message_of(SOURCE "key.converter: x.AvroConverter\n", false),
                           "f:3: key.converter: 'x.AvroConverter' is not one of"));
}

static void listeners_are_an_address_with_a_port_or_empty(void **state)
{
    (void)state;
    assert_string_equal(message_of(SINK "topics: a\nlisteners: http://0.0.0.0:0\n", true), "");
    assert_string_equal(message_of(SINK "topics: a\nlisteners: http://[::1]:8083\n", true), "");
    assert_string_equal(message_of(SINK "topics: a\nlisteners: http://:8083\n", true), "");
    assert_string_equal(message_of(SINK "topics: a\nlisteners: ''\n", true), "");
    const char *bad[] = {"https://a:1", "localhost:8083",  "http://a", "http://a:",
                         "http://a:x",  "http://a:123456", "http:",    "http://a:80/x"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), SINK "topics: a\nlisteners: '%s'\n", bad[i]);
        assert_non_null(strstr(message_of(text, true), "f:4: listeners: "));
    }
}

static void a_name_has_no_control_characters(void **state)
{
    (void)state;
    assert_non_null(strstr(message_of("name: \"a\\nb\"\nconnector.class: x\n", false),
                           "f:1: name: a name has no control characters"));
    assert_non_null(
        strstr(message_of("name: ''\nconnector.class: x\n", false), "f:1: name: a name has 1 to"));
}

static void every_row_is_documented_and_its_default_may_stand(void **state)
{
    (void)state;
    const struct weir_property *const tables[] = {weir_worker_properties, weir_connector_properties,
                                                  weir_source_task_properties,
                                                  weir_sink_task_properties};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct weir_property *row = tables[i]; row->name; row++) {
            struct weir_error err = {0};
            assert_non_null(row->documentation);
            assert_non_null(row->group);
            if (row->default_value && row->check) {
                assert_true(row->check(row, row->default_value, &err));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_configuration_is_accepted),
        cmocka_unit_test(a_sink_has_topics_or_a_regex),
        cmocka_unit_test(dead_letters_do_not_come_back_as_records),
        cmocka_unit_test(a_sink_reads_no_json_with_an_envelope),
        cmocka_unit_test(listeners_are_an_address_with_a_port_or_empty),
        cmocka_unit_test(a_name_has_no_control_characters),
        cmocka_unit_test(every_row_is_documented_and_its_default_may_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
