/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/topic_mapper.h"

#include "connectors/source/mongodb/properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct weir_config *read_settings(const char *settings)
{
    static const struct weir_property *const tables[] = {weir_mongodb_source_properties, NULL};
    struct weir_error err = {0};
    struct weir_config *config = weir_config_parse(settings, strlen(settings), "f", &err);
    assert_true(weir_config_check(config, tables, &err));
    return config;
}

/* NULL for collection or expected: none. */
static void assert_topic(const char *settings, const char *database, const char *collection,
                         const char *expected)
{
    struct weir_error err = {0};
    struct weir_config *config = read_settings(settings);
    struct weir_topic_mapper *mapper = weir_topic_mapper_create(config, &err);
    assert_non_null(mapper);
    for (int again = 0; again < 2; again++) {
        const char *topic =
            weir_topic_mapper_topic(mapper, weir_bytes_of(database), weir_bytes_of(collection));
        if (expected) {
            assert_non_null(topic);
            assert_string_equal(topic, expected);
        } else {
            assert_null(topic);
        }
    }
    weir_topic_mapper_destroy(mapper);
    weir_config_destroy(config);
}

static void assert_refused(const char *settings, const char *part_of_message)
{
    struct weir_error err = {0};
    struct weir_config *config = read_settings(settings);
    assert_null(weir_topic_mapper_create(config, &err));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    assert_non_null(strstr(err.message, part_of_message));
    weir_config_destroy(config);
}

static void a_topic_is_prefix_namespace_suffix(void **state)
{
    (void)state;
    assert_topic("{}", "mdb", "fish", "mdb.fish");
    assert_topic("topic.prefix: kt\n", "mdb", "weight-prediction", "kt.mdb.weight-prediction");
    assert_topic("topic.prefix: kt\ntopic.suffix: v1\ntopic.separator: _\n", "mdb", "fish",
                 "kt_mdb_fish_v1");
}

static void an_event_of_a_database_has_its_name_alone(void **state)
{
    (void)state;
    assert_topic("topic.prefix: kt\n", "mdb", NULL, "kt.mdb");
}

static void an_event_without_a_namespace_has_no_topic(void **state)
{
    (void)state;
    assert_topic("topic.prefix: kt\n", NULL, NULL, NULL);
}

#define MAP \
    "topic.prefix: p\ntopic.separator: '-'\n" \
    "topic.namespace.map: \"{'myDB': 'one', 'myDB.coll2': 'alt.coll', '/re.*': 'x{sep_coll}', " \
    "'*': 'rest'}\"\n"

static void a_namespace_maps_by_the_nearest_rule(void **state)
{
    (void)state;
    assert_topic(MAP, "myDB", "coll2", "p-alt.coll");
    assert_topic(MAP, "myDB", "other", "p-one-other");
    assert_topic(MAP, "myDB", NULL, "p-one");
    assert_topic(MAP, "red", "fish", "p-x-fish");
    assert_topic(MAP, "red", NULL, "p-x");
    assert_topic(MAP, "blue", "fish", "p-rest");
}

static void a_regular_expression_matches_the_whole_namespace(void **state)
{
    (void)state;
    assert_topic("topic.namespace.map: \"{'/a[.]b': 'x'}\"\n", "a", "bc", "a.bc");
    assert_topic("topic.namespace.map: \"{'/a[.]b': 'x'}\"\n", "a", "b", "x");
    assert_topic("topic.namespace.map: \"{'/a|b': 'x'}\"\n", "a", "c", "a.c");
}

static void templates_fill_in_the_namespace(void **state)
{
    (void)state;
    assert_topic("topic.namespace.map: \"{'*': '{db}{sep}{coll}!{coll_sep}{sep_coll_sep}'}\"\n",
                 "a", "b", "a.b!b..b.");
    assert_topic("topic.namespace.map: \"{'*': '{db}{sep_coll}'}\"\n", "a", NULL, "a");
}

static void a_map_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_refused("topic.namespace.map: '{'\n", "f:1: topic.namespace.map");
    assert_refused("topic.namespace.map: '{\"a\": 1}'\n", "'a' must map to text");
    assert_refused("topic.namespace.map: '{\"/(\": \"x\"}'\n", "'(': Invalid regular expression");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_topic_is_prefix_namespace_suffix),
        cmocka_unit_test(an_event_of_a_database_has_its_name_alone),
        cmocka_unit_test(an_event_without_a_namespace_has_no_topic),
        cmocka_unit_test(a_namespace_maps_by_the_nearest_rule),
        cmocka_unit_test(a_regular_expression_matches_the_whole_namespace),
        cmocka_unit_test(templates_fill_in_the_namespace),
        cmocka_unit_test(a_map_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
