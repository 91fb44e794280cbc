/* What the documents of stored offsets say, without a server. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/stored_offsets.h"

#include "core/base/alloc.h"
#include "core/mongo/bson_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct stored_offsets offsets;
static struct weir_arena *arena;
static struct weir_buffer documents;

/* One partition, as if its document had been read. */
static struct stored_partition *partition(int32_t number, int64_t stored)
{
    const struct weir_record record = {.topic = "t", .partition = number};
    struct weir_error err = {0};
    size_t count = offsets.count++;
    offsets.partitions =
        weir_realloc(offsets.partitions, offsets.count * sizeof(*offsets.partitions));
    offsets.partitions[count] = (struct stored_partition){.topic = weir_strdup("t"),
                                                          .partition = number,
                                                          .loaded = true,
                                                          .stored = stored,
                                                          .reached = -1};
    return weir_stored_offsets_find(&offsets, NULL, &record, &err);
}

static int begin(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    weir_buffer_init(&documents, 65536);
    weir_stored_offsets_init(&offsets, "db.the.offsets", "sink");
    return 0;
}

static int end(void **state)
{
    (void)state;
    weir_stored_offsets_fini(&offsets);
    weir_buffer_fini(&documents);
    weir_arena_destroy(arena);
    return 0;
}

static const char *text_of(struct weir_bytes document)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, 65536);
    assert_true(weir_bson_valid(document));
    assert_true(weir_bson_to_json(document, WEIR_BSON_JSON_RELAXED, &out));
    return weir_arena_strdup(arena, weir_buffer_text(&out));
}

static void the_first_dot_ends_the_database(void **state)
{
    (void)state;
    assert_string_equal(offsets.database, "db");
    assert_string_equal(offsets.collection, "the.offsets");
}

static void what_lies_before_the_offset_was_written(void **state)
{
    (void)state;
    struct stored_partition *one = partition(0, 10);
    assert_true(weir_stored_offsets_has(one, 9));
    assert_false(weir_stored_offsets_has(one, 10));
    weir_stored_offsets_reject(one, 5);
    weir_stored_offsets_reject(one, 5);
    assert_int_equal(one->rejected_count, 1);
    assert_false(weir_stored_offsets_has(one, 5));
    weir_stored_offsets_settle(&offsets, "t", 0, 5);
    assert_false(weir_stored_offsets_has(one, 5));
    weir_stored_offsets_settle(&offsets, "t", 0, 6);
    assert_true(weir_stored_offsets_has(one, 5));
}

static void a_new_partition_is_inserted_and_a_known_one_replaced_only_as_it_is_known(void **state)
{
    (void)state;
    struct stored_partition *known = partition(1, 10);
    known->reached = 12;
    weir_stored_offsets_reject(known, 11);
    partition(0, -1)->reached = 3;
    partition(2, 7); /* not in the chunk */
    struct weir_mongo_bulk bulk = weir_stored_offsets_bulk(&offsets, &documents, arena);
    assert_int_equal(bulk.write_count, 2);
    assert_int_equal(bulk.writes[0].kind, WEIR_MONGO_REPLACE);
    assert_true(bulk.writes[0].upsert);
    assert_string_equal(text_of(bulk.writes[0].filter), "{\"_id\": \"sink#t#1\", \"offset\": 10}");
    assert_string_equal(text_of(bulk.writes[0].document),
                        "{\"_id\": \"sink#t#1\", \"offset\": 12, \"rejected\": [11]}");
    assert_int_equal(bulk.writes[1].kind, WEIR_MONGO_INSERT);
    assert_string_equal(text_of(bulk.writes[1].document),
                        "{\"_id\": \"sink#t#0\", \"offset\": 3, \"rejected\": []}");
}

static void an_offset_never_goes_back(void **state)
{
    (void)state;
    struct stored_partition *one = partition(0, 10);
    one->reached = 4;
    struct weir_mongo_bulk bulk = weir_stored_offsets_bulk(&offsets, &documents, arena);
    assert_string_equal(text_of(bulk.writes[0].document),
                        "{\"_id\": \"sink#t#0\", \"offset\": 10, \"rejected\": []}");
    weir_stored_offsets_end(&offsets, true);
    assert_int_equal(one->stored, 10);
}

static void only_a_commit_moves_what_is_known(void **state)
{
    (void)state;
    struct stored_partition *one = partition(0, 10);
    one->reached = 20;
    weir_stored_offsets_end(&offsets, false);
    assert_int_equal(one->stored, 10);
    one->reached = 20;
    weir_stored_offsets_end(&offsets, true);
    assert_int_equal(one->stored, 20);
    assert_int_equal(one->reached, -1);
}

static void forgetting_a_partition_forgets_its_rejects_too(void **state)
{
    (void)state;
    partition(0, 10);
    partition(1, 10);
    weir_stored_offsets_reject(&offsets.partitions[0], 3);
    weir_stored_offsets_reject(&offsets.partitions[1], 3);
    weir_stored_offsets_forget_all(&offsets);
    assert_false(offsets.partitions[0].loaded);
    assert_int_equal(offsets.partitions[0].rejected_count, 1);
    weir_stored_offsets_forget(&offsets, "t", 1);
    assert_int_equal(offsets.partitions[1].rejected_count, 0);
    weir_stored_offsets_forget(&offsets, "unknown", 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_dot_ends_the_database),
        TEST(what_lies_before_the_offset_was_written),
        TEST(a_new_partition_is_inserted_and_a_known_one_replaced_only_as_it_is_known),
        TEST(an_offset_never_goes_back),
        TEST(only_a_commit_moves_what_is_known),
        TEST(forgetting_a_partition_forgets_its_rejects_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
