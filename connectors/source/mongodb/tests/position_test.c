/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/position.h"

#include "connectors/source/mongodb/properties.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 16 };

static struct weir_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = weir_arena_create(1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static struct weir_bytes bson(const char *json)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_extended_json_to_bson(weir_bytes_of(json), &out, &err));
    return weir_arena_copy(arena, weir_buffer_view(&out));
}

static void assert_document(struct weir_bytes document, const char *json)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_bson_to_json(document, WEIR_BSON_JSON_EXTENDED, &out));
    assert_string_equal(weir_buffer_text(&out), json);
}

static void assert_text(struct weir_bytes bytes, const char *text)
{
    assert_int_equal(bytes.len, strlen(text));
    assert_memory_equal(bytes.data, text, bytes.len);
}

static const char *write_position(const struct weir_position *position, struct weir_buffer *out)
{
    weir_buffer_init(out, BYTES_MAX);
    weir_position_write(position, out);
    return weir_buffer_text(out);
}

static struct weir_position read_position(const char *offset)
{
    struct weir_error err = {0};
    struct weir_position position;
    assert_true(weir_position_read(weir_bytes_of(offset), arena, &position, &err));
    return position;
}

static void a_token_is_stored_as_mongodbs_connector_stores_it(void **state)
{
    (void)state;
    weir_auto_buffer out;
    struct weir_position position = {.token = bson("{\"_data\": \"8264\"}")};
    assert_string_equal(write_position(&position, &out),
                        "{\"_id\":\"{\\\"_data\\\": \\\"8264\\\"}\"}");
    struct weir_position again = read_position(weir_buffer_text(&out));
    assert_false(again.copying);
    assert_document(again.token, "{\"_data\": \"8264\"}");
}

static void a_copy_is_resumed_with_the_ranges_that_are_left(void **state)
{
    (void)state;
    weir_auto_buffer out;
    struct weir_position position = {
        .copying = true,
        .token = bson("{\"_data\": \"8264\"}"),
        .namespace = WEIR_BYTES("mdb.fish"),
        .ranges = bson("{\"left\": [{\"to\": {\"$numberInt\": \"7\"}}]}"),
    };
    assert_string_equal(
        write_position(&position, &out),
        "{\"_id\":\"{\\\"copyingData\\\": true}\",\"copy\":\"true\",\"ns\":\"mdb.fish\","
        "\"ranges\":\"{\\\"left\\\": [{\\\"to\\\": {\\\"$numberInt\\\": \\\"7\\\"}}]}\","
        "\"token\":\"{\\\"_data\\\": \\\"8264\\\"}\"}");
    struct weir_position again = read_position(weir_buffer_text(&out));
    assert_true(again.copying);
    assert_text(again.namespace, "mdb.fish");
    assert_document(again.token, "{\"_data\": \"8264\"}");
    assert_document(again.ranges, "{\"left\": [{\"to\": {\"$numberInt\": \"7\"}}]}");
}

static void ids_of_any_type_survive(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "{\"$numberInt\": \"7\"}",
        "{\"$numberDouble\": \"1.5\"}",
        "\"text \\\" quoted\"",
        "{\"$numberDecimal\": \"1.50\"}",
        "{\"$date\": {\"$numberLong\": \"-1\"}}",
        "{\"$binary\": {\"base64\": \"AAECAwQFBgcICQoLDA0ODw==\", \"subType\": \"04\"}}",
        "{\"a\": {\"$numberInt\": \"1\"}, \"b\": [true, null]}",
    };
    for (size_t index = 0; index < sizeof(ids) / sizeof(ids[0]); index++) {
        weir_auto_buffer out;
        const char *document = weir_arena_format(arena, "{\"left\": [{\"from\": %s}]}", ids[index]);
        struct weir_position position = {.copying = true,
                                         .token = bson("{\"_data\": \"82\"}"),
                                         .namespace = WEIR_BYTES("a.b"),
                                         .ranges = bson(document)};
        struct weir_position again = read_position(write_position(&position, &out));
        assert_document(again.ranges, document);
    }
}

static void a_collection_that_has_not_begun_has_no_ranges(void **state)
{
    (void)state;
    weir_auto_buffer out;
    struct weir_position position = {
        .copying = true, .token = bson("{\"_data\": \"82\"}"), .namespace = WEIR_BYTES("a.b")};
    struct weir_position again = read_position(write_position(&position, &out));
    assert_true(again.copying);
    assert_true(weir_bytes_is_null(again.ranges));
}

static void a_copy_of_mongodbs_own_connector_begins_again(void **state)
{
    (void)state;
    struct weir_position position =
        read_position("{\"_id\": \"{\\\"_id\\\": {\\\"$oid\\\": \\\"000102030405060708090a0b\\\"}, "
                      "\\\"copyingData\\\": true}\", \"copy\": \"true\"}");
    assert_true(position.copying);
    assert_true(weir_bytes_is_null(position.token));
    assert_true(weir_bytes_is_null(position.namespace));
    assert_true(weir_bytes_is_null(position.ranges));
}

static void no_offset_is_a_fresh_start(void **state)
{
    (void)state;
    struct weir_position position = read_position(NULL);
    assert_false(position.copying);
    assert_true(weir_bytes_is_null(position.token));
}

static void what_is_not_an_offset_stops_the_task(void **state)
{
    (void)state;
    static const char *const offsets[] = {"[]", "text", "{\"_id\":\"{\"",
                                          "{\"_id\":\"not a document\"}",
                                          "{\"_id\":\"{}\",\"copy\":\"true\",\"token\":\"1\"}"};
    for (size_t index = 0; index < sizeof(offsets) / sizeof(offsets[0]); index++) {
        struct weir_error err = {0};
        struct weir_position position;
        assert_false(weir_position_read(weir_bytes_of(offsets[index]), arena, &position, &err));
        assert_int_equal(err.action, WEIR_ERROR_STOP);
    }
}

static void assert_partition(const char *settings, const char *expected)
{
    static const struct weir_property *const tables[] = {weir_mongodb_source_properties, NULL};
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    struct weir_config *config = weir_config_parse(settings, strlen(settings), "f", &err);
    assert_true(weir_config_check(config, tables, &err));
    weir_position_partition(config, "mongodb://m1:27017,m2:27017", &out);
    assert_string_equal(weir_buffer_text(&out), expected);
    weir_config_destroy(config);
}

static void the_partition_names_hosts_and_namespace(void **state)
{
    (void)state;
    assert_partition("database: mdb\ncollection: weight-prediction\n",
                     "{\"ns\":\"mongodb://m1:27017,m2:27017/mdb.weight-prediction\"}");
    assert_partition("database: mdb\n", "{\"ns\":\"mongodb://m1:27017,m2:27017/mdb\"}");
    assert_partition("{}", "{\"ns\":\"mongodb://m1:27017,m2:27017/\"}");
    assert_partition("offset.partition.name: 'my \"own\"'\n", "{\"ns\":\"my \\\"own\\\"\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_stored_as_mongodbs_connector_stores_it),
        cmocka_unit_test(a_copy_is_resumed_with_the_ranges_that_are_left),
        cmocka_unit_test(ids_of_any_type_survive),
        cmocka_unit_test(a_collection_that_has_not_begun_has_no_ranges),
        cmocka_unit_test(a_copy_of_mongodbs_own_connector_begins_again),
        cmocka_unit_test(no_offset_is_a_fresh_start),
        cmocka_unit_test(what_is_not_an_offset_stops_the_task),
        cmocka_unit_test(the_partition_names_hosts_and_namespace),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
