/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/plugins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct weir_property no_properties[] = {{0}};

static bool open_source(void *state, const struct weir_source_context *context, int64_t deadline_ms,
                        struct weir_error *err)
{
    (void)state;
    (void)context;
    (void)deadline_ms;
    (void)err;
    return true;
}

static bool poll_nothing(void *state, struct weir_batch *batch, int64_t deadline_ms,
                         struct weir_error *err)
{
    (void)state;
    (void)batch;
    (void)deadline_ms;
    (void)err;
    return true;
}

static void close_source(void *state)
{
    (void)state;
}

static const char *const mongo_names[] = {"com.mongodb.kafka.connect.MongoSourceConnector",
                                          "MongoDbAtlasSource", NULL};
#define SOURCE(short_name, names) \
    { \
        .name = short_name, .class_names = names, .version = "1", .properties = no_properties, \
        .open = open_source, .poll = poll_nothing, .close = close_source, \
    }
static const struct weir_source_ops mongo = SOURCE("mongodb", mongo_names);
static const struct weir_source_ops files = SOURCE("files", NULL);
static const struct weir_source_ops *const sources[] = {&mongo, &files, NULL};
static const struct weir_sink_ops *const no_sinks[] = {NULL};

static const struct weir_connector *find(const struct weir_plugins *plugins, const char *name)
{
    struct weir_error err = {0};
    return weir_plugins_find(plugins, name, &err);
}

static void a_connector_is_found_by_every_name_that_connect_takes(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(sources, NULL);
    const char *names[] = {"mongodb", "com.mongodb.kafka.connect.MongoSourceConnector",
                           "MongoSourceConnector", "MongoSource", "MongoDbAtlasSource"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_non_null(find(plugins, names[i]));
        assert_ptr_equal(find(plugins, names[i])->source, &mongo);
    }
    const char *others[] = {"Mongo", "mongosource", "MongoSourceConn",
                            "kafka.connect.MongoSourceConnector", ""};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_null(find(plugins, others[i]));
    }
    assert_ptr_equal(find(plugins, "files")->source, &files);
    weir_plugins_destroy(plugins);
}

static void an_unknown_class_lists_the_known(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_plugins *plugins = weir_plugins_create(sources, NULL);
    assert_null(weir_plugins_find(plugins, "CassandraSource", &err));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    assert_string_equal(err.message, "Failed to find any class that implements Connector and which "
                                     "name matches CassandraSource, "
                                     "available connectors are: mongodb "
                                     "(com.mongodb.kafka.connect.MongoSourceConnector), files");
    weir_plugins_destroy(plugins);
}

static void names_come_from_the_table(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(sources, NULL);
    const struct weir_connector *connector = find(plugins, "mongodb");
    assert_string_equal(weir_connector_name(connector), "mongodb");
    assert_string_equal(weir_connector_class(connector), mongo_names[0]);
    assert_string_equal(weir_connector_type(connector), "source");
    assert_string_equal(weir_connector_version(connector), "1");
    assert_string_equal(connector->origin, "built-in");
    assert_string_equal(weir_connector_class(find(plugins, "files")), "files");
    weir_plugins_destroy(plugins);
}

static bool has_problem(const struct weir_plugins *plugins, const char *file, const char *reason)
{
    for (size_t i = 0; i < weir_plugins_problem_count(plugins); i++) {
        const char *problem = weir_plugins_problem(plugins, i);
        if (strstr(problem, file) && strstr(problem, reason)) {
            return true;
        }
    }
    return false;
}

static void shared_objects_are_loaded_and_bad_ones_named(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(NULL, no_sinks);
    weir_plugins_load_folder(plugins, getenv("WEIR_TEST_MODULES"), true);
    const struct weir_connector *connector = find(plugins, "NullSink");
    assert_non_null(connector);
    assert_string_equal(weir_connector_version(connector), "1.2.3");
    assert_string_equal(weir_connector_type(connector), "sink");
    assert_non_null(strstr(connector->origin, "module_good.so"));
    assert_true(has_problem(plugins, "module_good.so", "a sink lacks"));
    assert_true(has_problem(plugins, "module_old.so", "was built for plugin interface 0"));
    assert_true(has_problem(plugins, "module_empty.so", "has no symbol 'weir_plugin'"));
    assert_int_equal(weir_plugins_count(plugins), 1);

    struct weir_error err = {0};
    assert_null(weir_plugins_find(plugins, "other", &err));
    assert_non_null(strstr(err.message, "module_old.so: was built for"));
    weir_plugins_destroy(plugins);
}

static void the_first_of_two_with_one_name_stays(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(NULL, no_sinks);
    weir_plugins_load_folder(plugins, getenv("WEIR_TEST_MODULES"), true);
    weir_plugins_load_folder(plugins, getenv("WEIR_TEST_MODULES"), true);
    assert_int_equal(weir_plugins_count(plugins), 1);
    assert_true(has_problem(plugins, "module_good.so", "'null' is already there"));
    weir_plugins_destroy(plugins);
}

static void a_source_stage_takes_no_sinks(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(sources, NULL);
    weir_plugins_load_folder(plugins, getenv("WEIR_TEST_MODULES"), true);
    assert_int_equal(weir_plugins_count(plugins), 2);
    weir_plugins_destroy(plugins);
}

static void a_missing_folder_is_a_problem_only_when_it_was_asked_for(void **state)
{
    (void)state;
    struct weir_plugins *plugins = weir_plugins_create(sources, NULL);
    weir_plugins_load_folder(plugins, "/nonexistent/plugins", false);
    assert_int_equal(weir_plugins_problem_count(plugins), 0);
    weir_plugins_load_folder(plugins, "/nonexistent/plugins", true);
    assert_string_equal(weir_plugins_problem(plugins, 0),
                        "/nonexistent/plugins: No such file or directory");
    weir_plugins_destroy(plugins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connector_is_found_by_every_name_that_connect_takes),
        cmocka_unit_test(an_unknown_class_lists_the_known),
        cmocka_unit_test(names_come_from_the_table),
        cmocka_unit_test(shared_objects_are_loaded_and_bad_ones_named),
        cmocka_unit_test(the_first_of_two_with_one_name_stays),
        cmocka_unit_test(a_source_stage_takes_no_sinks),
        cmocka_unit_test(a_missing_folder_is_a_problem_only_when_it_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
