/* Change events of MongoDB, Debezium and Qlik, and the writes that they become. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/tests/planning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HANDLER(name) "change.data.capture.handler: com.mongodb.kafka.connect.sink.cdc." name "\n"
#define CHANGES \
    "change.data.capture.handler: com.mongodb.kafka.connect.sink.cdc.mongodb.ChangeStreamHandler"

static void change_events_are_applied(void **state)
{
    (void)state;
    assert_writes(CHANGES, NULL,
                  "{\"operationType\":\"insert\",\"documentKey\":{\"_id\":1},\"fullDocument\":{\"_"
                  "id\":1,\"a\":null}}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"a\": null}");
    assert_writes(CHANGES "\nchange.data.capture.handler.remove.null.values: true", NULL,
                  "{\"operationType\":\"replace\",\"documentKey\":{\"_id\":1},\"fullDocument\":{\"_"
                  "id\":1,\"a\":null}}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1}");
    assert_writes(CHANGES, NULL, "{\"operationType\":\"delete\",\"documentKey\":{\"_id\":1}}",
                  "delete filter={\"_id\": 1}");
    assert_writes(CHANGES, NULL, "{\"operationType\":\"drop\"}", "");
    assert_writes(CHANGES, NULL, "{\"a\":1}", "REJECT: change event: it has no operationType");
    assert_writes(
        CHANGES, NULL,
        "{\"operationType\":\"insert\",\"documentKey\":{\"_id\":1},\"fullDocument\":null}",
        "REJECT: change event: it has no fullDocument");
}

static void updates_set_unset_and_shorten(void **state)
{
    (void)state;
    assert_writes(
        CHANGES, NULL,
        "{\"operationType\":\"update\",\"documentKey\":{\"_id\":1},\"updateDescription\":{"
        "\"updatedFields\":{\"a.1\":2},"
        "\"removedFields\":[\"b\"],\"truncatedArrays\":[{\"field\":\"a\",\"newSize\":2}]}}",
        "update filter={\"_id\": 1, \"a\": {\"$type\": \"array\"}} document={\"$push\": {\"a\": "
        "{\"$each\": [], \"$slice\": 2}}}; "
        "update filter={\"_id\": 1} document={\"$set\": {\"a.1\": 2}, \"$unset\": {\"b\": \"\"}}");
    assert_writes(CHANGES, NULL,
                  "{\"operationType\":\"update\",\"documentKey\":{\"_id\":1},\"updateDescription\":"
                  "{\"updatedFields\":{},\"removedFields\":[]}}",
                  "");
    assert_writes(CHANGES, NULL,
                  "{\"operationType\":\"update\",\"documentKey\":{\"_id\":1},\"fullDocument\":{\"_"
                  "id\":1},\"updateDescription\":{\"updatedFields\":{\"a\":1}}}",
                  "replace filter={\"_id\": 1} document={\"_id\": 1}");
}

static void nulls_go_at_any_depth_and_what_is_left_empty_is_no_write(void **state)
{
    (void)state;
    static const char dropping[] = CHANGES "\nchange.data.capture.handler.remove.null.values: true";
    assert_writes(dropping, NULL,
                  "{\"operationType\":\"update\",\"documentKey\":{\"_id\":1},\"updateDescription\":"
                  "{\"updatedFields\":{\"a\":null,\"b\":{\"c\":null,\"d\":[null]}},"
                  "\"removedFields\":[\"x\"]}}",
                  "update filter={\"_id\": 1} document={\"$set\": {\"b\": {\"d\": [null]}}, "
                  "\"$unset\": {\"x\": \"\"}}");
    assert_writes(dropping, NULL,
                  "{\"operationType\":\"update\",\"documentKey\":{\"_id\":1},\"updateDescription\":"
                  "{\"updatedFields\":{\"a\":null},\"removedFields\":[]}}",
                  "");
}

static void a_key_that_looks_like_an_operator_is_compared_as_it_is(void **state)
{
    (void)state;
    assert_writes(CHANGES, NULL,
                  "{\"operationType\":\"delete\",\"documentKey\":{\"_id\":{\"$gt\":\"\"}}}",
                  "delete filter={\"_id\": {\"$eq\": {\"$gt\": \"\"}}}");
    assert_writes(CHANGES, NULL,
                  "{\"operationType\":\"delete\",\"documentKey\":{\"$where\":\"1\"}}",
                  "REJECT: change event: it has no documentKey");
    assert_writes(CHANGES, NULL, "{\"operationType\":\"delete\",\"documentKey\":{}}",
                  "REJECT: change event: it has no documentKey");
}

#define KEY "{\"id\":\"{\\\"$oid\\\":\\\"5f0000000000000000000000\\\"}\"}"
#define FILTER "filter={\"_id\": {\"$oid\": \"5f0000000000000000000000\"}}"

static void debezium_s_documents_are_replaced_and_deleted(void **state)
{
    (void)state;
    static const char oplog[] = HANDLER("debezium.mongodb.MongoDbHandler") CONVERTER;
    assert_writes(oplog, "{\"id\":\"1\"}",
                  "{\"op\":\"c\",\"after\":\"{\\\"_id\\\":1,\\\"n\\\":{\\\"$numberLong\\\":"
                  "\\\"5\\\"}}\"}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"n\": 5}");
    assert_writes(oplog, KEY, "{\"op\":\"r\",\"after\":\"{\\\"n\\\":1}\"}",
                  "REJECT: change event: the document has no _id");
    assert_writes(oplog, KEY, "{\"op\":\"d\"}", "delete " FILTER);
    assert_writes(oplog, KEY, NULL, "");
    assert_writes(oplog, "{\"x\":1}", "{\"op\":\"d\"}",
                  "REJECT: change event: the key has no id that is text");
    assert_writes(oplog, NULL, "{\"op\":\"d\"}", "REJECT: change event: the record has no key");
    assert_writes(oplog, KEY, "{\"op\":\"x\"}",
                  "REJECT: change event: op is not one of c, r, u, d");
    assert_writes(oplog, KEY, "{\"op\":\"c\",\"after\":\"{\"}",
                  "REJECT: change event: after: JSON at byte 1: a name in quotes is missing");
}

static void debezium_s_updates_go_by_patch_or_by_after(void **state)
{
    (void)state;
    static const char oplog[] = HANDLER("debezium.mongodb.MongoDbHandler") CONVERTER;
    static const char stream[] = HANDLER("debezium.mongodb.ChangeStreamHandler") CONVERTER;
    assert_writes(oplog, KEY,
                  "{\"op\":\"u\",\"patch\":\"{\\\"$v\\\":1,\\\"$set\\\":{\\\"a\\\":2}}\"}",
                  "update " FILTER " document={\"$set\": {\"a\": 2}}");
    assert_writes(oplog, KEY, "{\"op\":\"u\",\"patch\":\"{\\\"_id\\\":7,\\\"a\\\":2}\"}",
                  "replace+ filter={\"_id\": 7} document={\"_id\": 7, \"a\": 2}");
    assert_writes(oplog, KEY, "{\"op\":\"u\",\"after\":\"{}\"}",
                  "REJECT: change event: it has no JSON text in after or patch");
    assert_writes(stream, KEY, "{\"op\":\"u\",\"after\":\"{\\\"a\\\":2}\"}",
                  "replace+ " FILTER " document={\"a\": 2}");
}

static void debezium_s_rows_have_their_key_as_id(void **state)
{
    (void)state;
    static const char rows[] = HANDLER("debezium.rdbms.mysql.MysqlHandler") CONVERTER;
    assert_writes(
        rows, "{\"id\":4}", "{\"op\":\"c\",\"before\":null,\"after\":{\"id\":4,\"name\":\"x\"}}",
        "replace+ filter={\"_id\": {\"id\": 4}} document={\"_id\": {\"id\": 4}, \"name\": "
        "\"x\"}");
    assert_writes(rows, "{\"id\":4}", "{\"op\":\"d\",\"before\":{\"id\":4},\"after\":null}",
                  "delete filter={\"_id\": {\"id\": 4}}");
    assert_writes(rows, NULL, "{\"op\":\"u\",\"before\":{\"a\":1},\"after\":{\"a\":2}}",
                  "replace+ filter={\"a\": 1} document={\"a\": 2}");
    assert_writes(rows, NULL, "{\"op\":\"d\",\"before\":{\"a\":{\"$gt\":0}}}",
                  "delete filter={\"a\": {\"$eq\": {\"$gt\": 0}}}");
    assert_writes(rows, NULL, "{\"op\":\"d\",\"before\":{}}",
                  "REJECT: change event: the record has no key and no usable 'before'");
    assert_writes(rows, "{\"id\":4}", "{\"op\":\"u\",\"after\":{}}",
                  "REJECT: change event: it has no 'after'");
    assert_writes(rows, "{\"id\":4}", NULL, "");
    assert_writes(rows, NULL, "{\"ddl\":\"ALTER TABLE x\"}", "");
    const char *without_key = writes_of(settings_of(HANDLER("debezium.rdbms.RdbmsHandler"), "t"),
                                        NULL, "{\"op\":\"c\",\"after\":{\"a\":2}}");
    assert_non_null(strstr(without_key, "document={\"_id\": {\"$oid\": "));
}

static void qlik_s_events_stand_in_any_of_its_forms(void **state)
{
    (void)state;
    static const char qlik[] = HANDLER("qlik.rdbms.RdbmsHandler") CONVERTER;
    static const char replaced[] =
        "replace+ filter={\"_id\": {\"k\": 1}} document={\"_id\": {\"k\": 1}, \"a\": 2}";
    assert_writes(qlik, "{\"k\":1}",
                  "{\"message\":{\"headers\":{\"operation\":\"INSERT\"},\"data\":{\"a\":2}}}",
                  replaced);
    assert_writes(qlik, "{\"k\":1}",
                  "{\"message\":{\"headers_operation\":\"REFRESH\",\"data\":{\"a\":2}}}", replaced);
    assert_writes(qlik, "{\"k\":1}", "{\"headers\":{\"operation\":\"read\"},\"data\":{\"a\":2}}",
                  replaced);
    assert_writes(qlik, "{\"k\":1}",
                  "{\"operation\":\"UPDATE\",\"data\":{\"a\":2,\"b\":1},\"beforeData\":{\"a\":1,"
                  "\"b\":1}}",
                  "update+ filter={\"_id\": {\"k\": 1}} document={\"$set\": {\"a\": 2}}");
    assert_writes(qlik, "{\"k\":1}",
                  "{\"operation\":\"UPDATE\",\"data\":{\"a\":1},\"beforeData\":{\"a\":1}}", "");
    assert_writes(qlik, "{\"k\":1}", "{\"operation\":\"DELETE\",\"data\":{}}",
                  "delete filter={\"_id\": {\"k\": 1}}");
    assert_writes(qlik, NULL, "{\"operation\":\"DELETE\",\"data\":null,\"beforeData\":{\"a\":1}}",
                  "delete filter={\"a\": 1}");
    assert_writes(qlik, "{\"k\":1}", "{\"operation\":\"TRUNCATE\"}",
                  "REJECT: change event: it names no operation that is known");
    assert_writes(qlik, "{\"k\":1}", "{\"message\":5}",
                  "REJECT: change event: message is not a document");
    assert_writes(qlik, "{\"k\":1}", NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(change_events_are_applied),
        TEST(updates_set_unset_and_shorten),
        TEST(nulls_go_at_any_depth_and_what_is_left_empty_is_no_write),
        TEST(a_key_that_looks_like_an_operator_is_compared_as_it_is),
        TEST(debezium_s_documents_are_replaced_and_deleted),
        TEST(debezium_s_updates_go_by_patch_or_by_after),
        TEST(debezium_s_rows_have_their_key_as_id),
        TEST(qlik_s_events_stand_in_any_of_its_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
