/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/pipeline.h"

#include "connectors/source/mongodb/properties.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 16 };

static struct weir_config *read_settings(const char *settings)
{
    static const struct weir_property *const tables[] = {weir_mongodb_source_properties, NULL};
    struct weir_error err = {0};
    struct weir_config *config = weir_config_parse(settings, strlen(settings), "f", &err);
    assert_true(weir_config_check(config, tables, &err));
    return config;
}

static void assert_array(struct weir_bytes array, const char *expected)
{
    weir_auto_buffer out;
    struct weir_bson_element element = {.value = array, .type = WEIR_BSON_ARRAY};
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_bson_value_to_json(&element, WEIR_BSON_JSON_RELAXED, &out));
    assert_string_equal(weir_buffer_text(&out), expected);
}

/* token NULL: none */
static void assert_stream(const char *settings, const char *token, const char *expected)
{
    struct weir_error err = {0};
    struct weir_config *config = read_settings(settings);
    weir_auto_buffer bson, out;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_source_pipelines_check(config, &err));
    assert_true(!token || weir_extended_json_to_bson(weir_bytes_of(token), &bson, &err));
    const struct weir_stream_options stream = {.token = token ? weir_buffer_view(&bson)
                                                              : WEIR_BYTES_NULL};
    weir_stream_pipeline(config, &stream, &out);
    assert_array(weir_buffer_view(&out), expected);
    weir_config_destroy(config);
}

static void assert_copy(const char *settings, const char *range, bool events, const char *expected)
{
    struct weir_error err = {0};
    struct weir_config *config = read_settings(settings);
    weir_auto_buffer bson, out;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&out, BYTES_MAX);
    bool are_events;
    assert_true(!range || weir_extended_json_to_bson(weir_bytes_of(range), &bson, &err));
    weir_copy_pipeline(config, "mdb", "fish", range ? weir_buffer_view(&bson) : WEIR_BYTES_NULL,
                       &out, &are_events);
    assert_array(weir_buffer_view(&out), expected);
    assert_int_equal(are_events, events);
    weir_config_destroy(config);
}

static void assert_refused(const char *settings, const char *message)
{
    struct weir_error err = {0};
    struct weir_config *config = read_settings(settings);
    assert_false(weir_source_pipelines_check(config, &err));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    assert_non_null(strstr(err.message, message));
    weir_config_destroy(config);
}

static void a_stream_of_a_collection_needs_no_options(void **state)
{
    (void)state;
    assert_stream("database: mdb\n", NULL, "[{\"$changeStream\": {}}]");
}

static void the_deployment_is_watched_without_a_database(void **state)
{
    (void)state;
    assert_stream("{}", NULL, "[{\"$changeStream\": {\"allChangesForCluster\": true}}]");
}

static void a_stream_goes_on_after_its_token(void **state)
{
    (void)state;
    assert_stream("database: mdb\n", "{\"_data\": \"82\"}",
                  "[{\"$changeStream\": {\"startAfter\": {\"_data\": \"82\"}}}]");
}

static void a_token_goes_before_the_start_time(void **state)
{
    (void)state;
#define TIMED \
    "database: mdb\nstartup.mode: timestamp\nstartup.mode.timestamp.start.at.operation.time: "
    assert_stream(TIMED "100\n", "{\"_data\": \"82\"}",
                  "[{\"$changeStream\": {\"startAfter\": {\"_data\": \"82\"}}}]");
    assert_stream(TIMED "100\n", NULL,
                  "[{\"$changeStream\": {\"startAtOperationTime\": {\"$timestamp\": {\"t\": 100, "
                  "\"i\": 0}}}}]");
    assert_stream(TIMED "'1970-01-01T00:01:40Z'\n", NULL,
                  "[{\"$changeStream\": {\"startAtOperationTime\": {\"$timestamp\": {\"t\": 100, "
                  "\"i\": 0}}}}]");
    assert_stream(TIMED "'{\"$timestamp\": {\"t\": 100, \"i\": 3}}'\n", NULL,
                  "[{\"$changeStream\": {\"startAtOperationTime\": {\"$timestamp\": {\"t\": 100, "
                  "\"i\": 3}}}}]");
    assert_refused(TIMED "yesterday\n", "expected seconds");
}

static void documents_are_looked_up_when_they_are_all_that_is_published(void **state)
{
    (void)state;
    assert_stream("database: mdb\npublish.full.document.only: true\n", NULL,
                  "[{\"$changeStream\": {\"fullDocument\": \"updateLookup\"}}]");
    assert_stream("database: mdb\nchange.stream.full.document: required\n"
                  "change.stream.full.document.before.change: "
                  "whenAvailable\nchange.stream.show.expanded.events: true\n",
                  NULL,
                  "[{\"$changeStream\": {\"fullDocument\": \"required\", "
                  "\"fullDocumentBeforeChange\": \"whenAvailable\", "
                  "\"showExpandedEvents\": true}}]");
    assert_stream("database: mdb\nchange.stream.full.document: updatelookup\n", NULL,
                  "[{\"$changeStream\": {\"fullDocument\": \"updateLookup\"}}]");
}

static void the_users_stages_follow(void **state)
{
    (void)state;
    assert_stream("database: mdb\npipeline: \"[{'$match': {operationType: 'insert'}}]\"\n", NULL,
                  "[{\"$changeStream\": {}}, {\"$match\": {\"operationType\": \"insert\"}}]");
    assert_refused("pipeline: '{}'\n", "expected an array of stages");
    assert_refused("pipeline: '[{]'\n", "f:1: pipeline");
    assert_refused("collation: '[]'\n", "expected an object");
}

static void a_copy_runs_in_order_of_id(void **state)
{
    (void)state;
    assert_copy("{}", NULL, false, "[{\"$sort\": {\"_id\": 1}}]");
    assert_copy("{}", "{\"from\": 7}", false,
                "[{\"$match\": {\"$expr\": {\"$gt\": [\"$_id\", {\"$literal\": 7}]}}}, {\"$sort\": "
                "{\"_id\": 1}}]");
    assert_copy("{}", "{\"from\": 7, \"to\": \"x\"}", false,
                "[{\"$match\": {\"$expr\": {\"$gt\": [\"$_id\", {\"$literal\": 7}]}}}, "
                "{\"$match\": {\"$expr\": {\"$lte\": [\"$_id\", {\"$literal\": \"x\"}]}}}, "
                "{\"$sort\": {\"_id\": 1}}]");
}

static void a_copys_own_stages_come_before_the_users(void **state)
{
    (void)state;
    assert_copy("copy.existing.pipeline: '[{\"$match\": {\"a\": 1}}]'\npipeline: "
                "'[{\"$addFields\": {\"k\": 1}}]'\n",
                NULL, true,
                "[{\"$sort\": {\"_id\": 1}}, {\"$match\": {\"a\": 1}}, {\"$replaceRoot\": "
                "{\"newRoot\": {\"_id\": {\"_id\": \"$_id\", "
                "\"copyingData\": {\"$literal\": true}}, \"operationType\": \"insert\", "
                "\"documentKey\": {\"_id\": \"$_id\"}, "
                "\"fullDocument\": \"$$ROOT\", \"ns\": {\"db\": {\"$literal\": \"mdb\"}, \"coll\": "
                "{\"$literal\": \"fish\"}}}}}, "
                "{\"$addFields\": {\"k\": 1}}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_of_a_collection_needs_no_options),
        cmocka_unit_test(the_deployment_is_watched_without_a_database),
        cmocka_unit_test(a_stream_goes_on_after_its_token),
        cmocka_unit_test(a_token_goes_before_the_start_time),
        cmocka_unit_test(documents_are_looked_up_when_they_are_all_that_is_published),
        cmocka_unit_test(the_users_stages_follow),
        cmocka_unit_test(a_copy_runs_in_order_of_id),
        cmocka_unit_test(a_copys_own_stages_come_before_the_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
