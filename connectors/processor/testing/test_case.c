/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/test_case.h"

#include "connectors/processor/values/binary_text.h"

#include <strings.h>

static bool malformed(struct weir_error *err, const char *what)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s", what);
}

static bool is_list(const struct weir_json_tree *tree)
{
    return tree && tree->kind == WEIR_JSON_KIND_ARRAY;
}

/* ---- records ---- */

static bool read_headers(struct weir_arena *arena, const struct weir_json_tree *list,
                         struct weir_test_record *record, struct weir_error *err)
{
    if (!is_list(list)) {
        return true;
    }
    struct weir_header *headers = weir_arena_calloc(arena, list->item_count + 1, sizeof *headers);
    for (size_t i = 0; i < list->item_count; i++) {
        const struct weir_json_tree *name = weir_json_tree_member(&list->items[i], "KEY");
        const struct weir_json_tree *value = weir_json_tree_member(&list->items[i], "VALUE");
        if (!name || name->kind != WEIR_JSON_KIND_STRING) {
            return malformed(err, "a header needs a KEY");
        }
        headers[i].name = name->text;
        if (!weir_json_tree_is_null(value) &&
            (value->kind != WEIR_JSON_KIND_STRING ||
             !weir_base64_decode(value->text, arena, &headers[i].value))) {
            return malformed(err, "a header's VALUE must be base64");
        }
    }
    record->headers = headers;
    record->header_count = list->item_count;
    return true;
}

static void read_window(const struct weir_json_tree *window, struct weir_test_record *record)
{
    const struct weir_json_tree *type = weir_json_tree_member(window, "type");
    if (weir_json_tree_is_null(window)) {
        return;
    }
    bool session = type && type->kind == WEIR_JSON_KIND_STRING && type->text.len == 7 &&
                   strncasecmp((const char *)type->text.data, "session", 7) == 0;
    record->window = session ? WEIR_WINDOW_SESSION : WEIR_WINDOW_TIME;
    record->window_start_ms = weir_json_tree_integer(weir_json_tree_member(window, "start"));
    record->window_end_ms = weir_json_tree_integer(weir_json_tree_member(window, "end"));
}

static bool read_record(struct weir_arena *arena, const struct weir_json_tree *tree,
                        struct weir_test_record *record, struct weir_error *err)
{
    *record = (struct weir_test_record){0};
    record->topic = weir_json_tree_text(arena, weir_json_tree_member(tree, "topic"));
    if (!record->topic) {
        return malformed(err, "a record needs a topic");
    }
    const struct weir_json_tree *timestamp = weir_json_tree_member(tree, "timestamp");
    record->has_timestamp = !weir_json_tree_is_null(timestamp);
    record->timestamp_ms = weir_json_tree_integer(timestamp);
    record->key = weir_json_tree_member(tree, "key");
    record->value = weir_json_tree_member(tree, "value");
    read_window(weir_json_tree_member(tree, "window"), record);
    return read_headers(arena, weir_json_tree_member(tree, "headers"), record, err);
}

bool weir_test_records_read(struct weir_arena *arena, const struct weir_json_tree *list,
                            struct weir_test_record **records_out, size_t *count_out,
                            struct weir_error *err)
{
    size_t count = is_list(list) ? list->item_count : 0;
    struct weir_test_record *records = weir_arena_calloc(arena, count + 1, sizeof *records);
    for (size_t i = 0; i < count; i++) {
        if (!read_record(arena, &list->items[i], &records[i], err)) {
            return false;
        }
    }
    *records_out = records;
    *count_out = count;
    return true;
}

/* ---- the rest of a case ---- */

bool weir_test_topics_read(struct weir_arena *arena, const struct weir_json_tree *list,
                           struct weir_test_case *test, struct weir_error *err)
{
    size_t count = is_list(list) ? list->item_count : 0;
    test->topics = weir_arena_calloc(arena, count + 1, sizeof *test->topics);
    for (size_t i = 0; i < count; i++) {
        const struct weir_json_tree *item = &list->items[i];
        const struct weir_json_tree *name = weir_json_tree_member(item, "name");
        const char *text = weir_json_tree_text(arena, name ? name : item);
        if (!text) {
            return malformed(err, "a topic needs a name");
        }
        int64_t partitions = weir_json_tree_integer(weir_json_tree_member(
            item, weir_json_tree_member(item, "partitions") ? "partitions" : "numPartitions"));
        test->topics[i] = (struct weir_test_topic){
            .name = text,
            .partitions = partitions > 0 && partitions < INT32_MAX ? (int32_t)partitions : 1,
        };
    }
    test->topic_count = count;
    return true;
}

static bool read_statements(struct weir_arena *arena, const struct weir_json_tree *list,
                            struct weir_test_case *test, struct weir_error *err)
{
    if (!is_list(list)) {
        return malformed(err, "a case needs statements");
    }
    size_t bytes = 0;
    for (size_t i = 0; i < list->item_count; i++) {
        bytes += list->items[i].text.len + 1;
    }
    char *text = weir_arena_alloc(arena, bytes + 1);
    size_t at = 0;
    for (size_t i = 0; i < list->item_count; i++) {
        struct weir_bytes statement = list->items[i].text;
        if (statement.len > 0) {
            memcpy(text + at, statement.data, statement.len);
        }
        at += statement.len;
        text[at++] = '\n';
    }
    text[at] = '\0';
    test->statements = text;
    test->statement_bytes = at;
    return true;
}

static void read_properties(struct weir_arena *arena, const struct weir_json_tree *tree,
                            struct weir_test_case *test)
{
    size_t count = tree && tree->kind == WEIR_JSON_KIND_OBJECT ? tree->item_count : 0;
    test->properties = weir_arena_calloc(arena, count + 1, sizeof *test->properties);
    for (size_t i = 0; i < count; i++) {
        const struct weir_json_tree *item = &tree->items[i];
        struct weir_bytes value = item->kind == WEIR_JSON_KIND_STRING ? item->text : item->raw;
        test->properties[test->property_count++] = (struct weir_test_property){
            .name = weir_arena_strndup(arena, (const char *)item->name.data, item->name.len),
            .value = weir_arena_strndup(arena, (const char *)value.data, value.len),
        };
    }
}

bool weir_test_case_read(struct weir_arena *arena, const struct weir_json_tree *request,
                         struct weir_test_case *test_out, struct weir_error *err)
{
    *test_out = (struct weir_test_case){.id = weir_json_tree_member(request, "id")};
    read_properties(arena, weir_json_tree_member(request, "properties"), test_out);
    return read_statements(arena, weir_json_tree_member(request, "statements"), test_out, err) &&
           weir_test_topics_read(arena, weir_json_tree_member(request, "topics"), test_out, err) &&
           weir_test_records_read(arena, weir_json_tree_member(request, "inputs"),
                                  &test_out->inputs, &test_out->input_count, err);
}
