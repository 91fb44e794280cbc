/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/json_tree.h"

#include "connectors/processor/values/json_scan.h"
#include "connectors/processor/values/number_text.h"

enum { ITEMS_FIRST = 8 };

struct parser {
    struct weir_json_cursor cursor;
    struct weir_arena *arena;
};

static void skip_comment(struct weir_json_cursor *cursor)
{
    bool block = cursor->at[1] == '*';
    cursor->at += 2;
    while (cursor->at < cursor->end) {
        if (!block && *cursor->at == '\n') {
            return;
        }
        if (block && cursor->end - cursor->at >= 2 && memcmp(cursor->at, "*/", 2) == 0) {
            cursor->at += 2;
            return;
        }
        cursor->at++;
    }
}

static void skip_blanks(struct weir_json_cursor *cursor)
{
    weir_json_space(cursor);
    while (cursor->end - cursor->at >= 2 && cursor->at[0] == '/' &&
           (cursor->at[1] == '/' || cursor->at[1] == '*')) {
        skip_comment(cursor);
        weir_json_space(cursor);
    }
}

static bool take(struct parser *parser, uint8_t byte)
{
    skip_blanks(&parser->cursor);
    return weir_json_take(&parser->cursor, byte);
}

static bool parse_value(struct parser *parser, struct weir_json_tree *tree, int depth);

static struct weir_json_tree *item_add(struct parser *parser, struct weir_json_tree *tree,
                                       size_t *capacity)
{
    if (tree->item_count == *capacity) {
        size_t grown = *capacity ? *capacity * 2 : ITEMS_FIRST;
        tree->items = weir_arena_grow(parser->arena, tree->items, *capacity * sizeof *tree->items,
                                      grown * sizeof *tree->items);
        *capacity = grown;
    }
    struct weir_json_tree *item = &tree->items[tree->item_count++];
    *item = (struct weir_json_tree){0};
    return item;
}

/* After the opening bracket. */
static bool parse_items(struct parser *parser, struct weir_json_tree *tree, int depth)
{
    bool object = tree->kind == WEIR_JSON_KIND_OBJECT;
    uint8_t closing = object ? '}' : ']';
    size_t capacity = 0;
    if (take(parser, closing)) {
        return true;
    }
    do {
        struct weir_json_tree *item = item_add(parser, tree, &capacity);
        if (object &&
            (!take(parser, '"') || !weir_json_string(&parser->cursor, parser->arena, &item->name) ||
             !take(parser, ':'))) {
            return false;
        }
        if (!parse_value(parser, item, depth - 1)) {
            return false;
        }
    } while (take(parser, ','));
    return take(parser, closing);
}

static bool parse_number(struct parser *parser)
{
    struct weir_json_cursor *cursor = &parser->cursor;
    struct weir_number_text number;
    size_t length =
        weir_number_scan((const char *)cursor->at, (size_t)(cursor->end - cursor->at), &number);
    cursor->at += length;
    return length > 0;
}

static bool parse_kind(struct parser *parser, struct weir_json_tree *tree, int depth)
{
    struct weir_json_cursor *cursor = &parser->cursor;
    switch (*cursor->at) {
    case '{':
        cursor->at++;
        tree->kind = WEIR_JSON_KIND_OBJECT;
        return parse_items(parser, tree, depth);
    case '[':
        cursor->at++;
        tree->kind = WEIR_JSON_KIND_ARRAY;
        return parse_items(parser, tree, depth);
    case '"':
        cursor->at++;
        tree->kind = WEIR_JSON_KIND_STRING;
        return weir_json_string(cursor, parser->arena, &tree->text);
    case 't':
        tree->kind = WEIR_JSON_KIND_BOOLEAN;
        tree->boolean = true;
        return weir_json_word(cursor, "true", 4);
    case 'f':
        tree->kind = WEIR_JSON_KIND_BOOLEAN;
        return weir_json_word(cursor, "false", 5);
    case 'n':
        return weir_json_word(cursor, "null", 4);
    default:
        tree->kind = WEIR_JSON_KIND_NUMBER;
        return parse_number(parser);
    }
}

static bool parse_value(struct parser *parser, struct weir_json_tree *tree, int depth)
{
    skip_blanks(&parser->cursor);
    const uint8_t *start = parser->cursor.at;
    if (depth == 0 || start == parser->cursor.end || !parse_kind(parser, tree, depth)) {
        return false;
    }
    tree->raw = (struct weir_bytes){start, (size_t)(parser->cursor.at - start)};
    return true;
}

static bool fail_at(const struct parser *parser, struct weir_bytes text, struct weir_error *err)
{
    uint32_t line = 1, column = 1;
    for (const uint8_t *at = text.data; at < parser->cursor.at; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    return weir_fail_at(err, WEIR_DOMAIN_CONFIG, line, column, "not JSON at line %u column %u",
                        line, column);
}

struct weir_json_tree *weir_json_tree_parse(struct weir_arena *arena, struct weir_bytes text,
                                            struct weir_error *err)
{
    struct parser parser = {.cursor = {text.data, text.data + text.len}, .arena = arena};
    struct weir_json_tree *tree = weir_arena_calloc(arena, 1, sizeof *tree);
    bool ok = parse_value(&parser, tree, WEIR_JSON_DEPTH_MAX);
    skip_blanks(&parser.cursor);
    if (!ok || parser.cursor.at != parser.cursor.end) {
        fail_at(&parser, text, err);
        return NULL;
    }
    return tree;
}

const struct weir_json_tree *weir_json_tree_member(const struct weir_json_tree *tree,
                                                   const char *name)
{
    struct weir_bytes wanted = weir_bytes_of(name);
    for (size_t i = tree && tree->kind == WEIR_JSON_KIND_OBJECT ? tree->item_count : 0; i-- > 0;) {
        if (weir_bytes_equal(tree->items[i].name, wanted)) {
            return &tree->items[i];
        }
    }
    return NULL;
}

const char *weir_json_tree_text(struct weir_arena *arena, const struct weir_json_tree *tree)
{
    if (!tree || tree->kind != WEIR_JSON_KIND_STRING) {
        return NULL;
    }
    return weir_arena_strndup(arena, (const char *)tree->text.data, tree->text.len);
}

int64_t weir_json_tree_integer(const struct weir_json_tree *tree)
{
    struct weir_number_text number;
    if (!tree || tree->kind != WEIR_JSON_KIND_NUMBER ||
        weir_number_scan((const char *)tree->raw.data, tree->raw.len, &number) == 0) {
        return 0;
    }
    return weir_number_to_int64(&number);
}
