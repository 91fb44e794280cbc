/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/event.h"

#include "connectors/source/mongodb/properties.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 16 };

#define TOKEN "\"_id\": {\"_data\": \"8264\"}"
#define NAMESPACE "\"ns\": {\"db\": \"mdb\", \"coll\": \"fish\"}"
#define KEY "\"documentKey\": {\"_id\": {\"$oid\": \"64a1b2c3d4e5f60718293a4b\"}}"
#define DOCUMENT \
    "{\"_id\": {\"$oid\": \"64a1b2c3d4e5f60718293a4b\"}, \"n\": {\"$numberLong\": \"7\"}, \"h\": " \
    "12.5}"
#define INSERT \
    "{" TOKEN ", \"operationType\": \"insert\", \"fullDocument\": " DOCUMENT ", " NAMESPACE \
    ", " KEY "}"

struct fixture {
    struct weir_config *config;
    struct weir_event_writer writer;
    struct weir_batch *batch;
};

static void set_up(struct fixture *fixture, const char *settings)
{
    static const struct weir_property *const tables[] = {weir_mongodb_source_properties, NULL};
    struct weir_error err = {0};
    fixture->config = weir_config_parse(settings, strlen(settings), "f", &err);
    assert_true(weir_config_check(fixture->config, tables, &err));
    assert_true(weir_event_writer_init(&fixture->writer, fixture->config, &err));
    fixture->batch = weir_batch_create(1024);
}

static void tear_down(struct fixture *fixture)
{
    weir_batch_destroy(fixture->batch);
    weir_event_writer_fini(&fixture->writer);
    weir_config_destroy(fixture->config);
}

static void to_bson(const char *json, struct weir_buffer *bson)
{
    struct weir_error err = {0};
    weir_buffer_init(bson, BYTES_MAX);
    assert_true(weir_extended_json_to_bson(weir_bytes_of(json), bson, &err));
}

static void assert_bytes(struct weir_bytes bytes, const char *expected)
{
    if (!expected) {
        assert_true(weir_bytes_is_null(bytes));
        return;
    }
    assert_false(weir_bytes_is_null(bytes));
    assert_int_equal(bytes.len, strlen(expected));
    assert_memory_equal(bytes.data, expected, bytes.len);
}

/* The record of one event; topic NULL: none. */
static void assert_record(const char *settings, const char *event, const char *topic,
                          const char *key, const char *value)
{
    struct fixture fixture;
    struct weir_error err = {0};
    weir_auto_buffer bson;
    to_bson(event, &bson);
    set_up(&fixture, settings);
    assert_true(weir_event_write(&fixture.writer, weir_buffer_view(&bson), fixture.batch, &err));
    assert_int_equal(fixture.batch->record_count, topic ? 1 : 0);
    if (topic) {
        assert_string_equal(fixture.batch->records[0].topic, topic);
        assert_bytes(fixture.batch->records[0].key, key);
        assert_bytes(fixture.batch->records[0].value, value);
    }
    tear_down(&fixture);
}

#define OID_KEY "{\"_id\": {\"$oid\": \"64a1b2c3d4e5f60718293a4b\"}}"
#define TOKEN_KEY "{\"_id\": {\"_data\": \"8264\"}}"
#define ONLY "publish.full.document.only: true\n"
#define TOMBSTONE ONLY "publish.full.document.only.tombstone.on.delete: true\n"

static void a_whole_event_keeps_its_fields_and_their_order(void **state)
{
    (void)state;
    assert_record("topic.prefix: kt\n", INSERT, "kt.mdb.fish", OID_KEY, INSERT);
}

static void the_resume_token_is_the_key_on_request(void **state)
{
    (void)state;
    assert_record("change.stream.document.key.as.key: false\n", INSERT, "mdb.fish", TOKEN_KEY,
                  INSERT);
    assert_record("{}", "{" TOKEN ", \"operationType\": \"drop\", " NAMESPACE "}", "mdb.fish",
                  TOKEN_KEY, "{" TOKEN ", \"operationType\": \"drop\", " NAMESPACE "}");
}

static void the_document_alone_is_the_value_on_request(void **state)
{
    (void)state;
    assert_record(ONLY, INSERT, "mdb.fish", OID_KEY, DOCUMENT);
    assert_record(ONLY "output.json.formatter: SimplifiedJson\n", INSERT, "mdb.fish",
                  "{\"_id\": \"64a1b2c3d4e5f60718293a4b\"}",
                  "{\"_id\": \"64a1b2c3d4e5f60718293a4b\", \"n\": 7, \"h\": 12.5}");
}

static void a_delete_is_a_tombstone_or_nothing(void **state)
{
    (void)state;
    static const char delete_event[] =
        "{" TOKEN ", \"operationType\": \"delete\", " NAMESPACE ", " KEY "}";
    assert_record(ONLY, delete_event, NULL, NULL, NULL);
    assert_record(TOMBSTONE, delete_event, "mdb.fish", OID_KEY, NULL);
}

static void an_update_whose_document_is_gone_makes_no_tombstone(void **state)
{
    (void)state;
    static const char update[] =
        "{" TOKEN ", \"operationType\": \"update\", \"fullDocument\": null, " NAMESPACE ", " KEY
        "}";
    assert_record(TOMBSTONE, update, NULL, NULL, NULL);
    assert_record("{}", update, "mdb.fish", OID_KEY, update);
}

static void an_invalidate_event_makes_no_record(void **state)
{
    (void)state;
    assert_record("{}", "{" TOKEN ", \"operationType\": \"invalidate\"}", NULL, NULL, NULL);
}

static void a_copied_document_is_an_insert_with_its_namespace_last(void **state)
{
    (void)state;
    struct fixture fixture;
    struct weir_error err = {0};
    weir_auto_buffer bson;
    to_bson(DOCUMENT, &bson);
    set_up(&fixture, "topic.prefix: kt\n");
    assert_true(weir_event_write_copied(&fixture.writer, "mdb", "fish", weir_buffer_view(&bson),
                                        fixture.batch, &err));
    assert_int_equal(fixture.batch->record_count, 1);
    assert_string_equal(fixture.batch->records[0].topic, "kt.mdb.fish");
    assert_bytes(fixture.batch->records[0].key, OID_KEY);
    assert_bytes(fixture.batch->records[0].value,
                 "{\"_id\": {\"_id\": {\"$oid\": \"64a1b2c3d4e5f60718293a4b\"}, \"copyingData\": "
                 "true}, \"operationType\": "
                 "\"insert\", " KEY ", \"fullDocument\": " DOCUMENT ", " NAMESPACE "}");
    tear_down(&fixture);
}

static void bson_passes_through_unchanged(void **state)
{
    (void)state;
    struct fixture fixture;
    struct weir_error err = {0};
    weir_auto_buffer bson, key;
    to_bson(INSERT, &bson);
    to_bson(OID_KEY, &key);
    set_up(&fixture, "output.data.format: BSON\n");
    assert_true(weir_event_write(&fixture.writer, weir_buffer_view(&bson), fixture.batch, &err));
    assert_true(weir_bytes_equal(fixture.batch->records[0].value, weir_buffer_view(&bson)));
    assert_true(weir_bytes_equal(fixture.batch->records[0].key, weir_buffer_view(&key)));
    tear_down(&fixture);
}

static void a_heartbeat_is_a_token_without_a_value(void **state)
{
    (void)state;
    struct weir_error err = {0};
    weir_auto_buffer token;
    weir_auto_batch *batch = weir_batch_create(1024);
    to_bson("{\"_data\": \"8264\"}", &token);
    assert_true(weir_event_write_heartbeat("beats", weir_buffer_view(&token), batch, &err));
    assert_int_equal(batch->record_count, 1);
    assert_string_equal(batch->records[0].topic, "beats");
    assert_bytes(batch->records[0].key, "{\"_data\": \"8264\"}");
    assert_bytes(batch->records[0].value, NULL);
}

static void an_event_that_is_not_bson_stops_the_task(void **state)
{
    (void)state;
    static const uint8_t cut[] = {12, 0, 0, 0, 0x10, 'a', 0, 1, 0};
    struct fixture fixture;
    struct weir_error err = {0};
    set_up(&fixture, "{}");
    assert_false(weir_event_write(&fixture.writer, (struct weir_bytes){cut, sizeof(cut)},
                                  fixture.batch, &err));
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    assert_int_equal(fixture.batch->record_count, 0);
    tear_down(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_event_keeps_its_fields_and_their_order),
        cmocka_unit_test(the_resume_token_is_the_key_on_request),
        cmocka_unit_test(the_document_alone_is_the_value_on_request),
        cmocka_unit_test(a_delete_is_a_tombstone_or_nothing),
        cmocka_unit_test(an_update_whose_document_is_gone_makes_no_tombstone),
        cmocka_unit_test(an_invalidate_event_makes_no_record),
        cmocka_unit_test(a_copied_document_is_an_insert_with_its_namespace_last),
        cmocka_unit_test(bson_passes_through_unchanged),
        cmocka_unit_test(a_heartbeat_is_a_token_without_a_value),
        cmocka_unit_test(an_event_that_is_not_bson_stops_the_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
