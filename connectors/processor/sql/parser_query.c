/* parser_query.c - SELECT with its clauses. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

/* EMIT and PARTITION can be names, but `EMIT CHANGES` and `PARTITION BY` after a source are
 * clauses. */
static bool starts_clause(const struct weir_parser *parser)
{
    if (weir_parser_is_word(parser, 0, WEIR_KEYWORD_EMIT)) {
        return weir_parser_is_word(parser, 1, WEIR_KEYWORD_CHANGES) ||
               weir_parser_is_word(parser, 1, WEIR_KEYWORD_FINAL);
    }
    return weir_parser_is_word(parser, 0, WEIR_KEYWORD_PARTITION) &&
           weir_parser_is_word(parser, 1, WEIR_KEYWORD_BY);
}

/* [AS] name; false on a mistake, *alias_out NULL when there is none. */
static bool parse_alias(struct weir_parser *parser, const char **alias_out)
{
    bool as = weir_parser_accept_word(parser, WEIR_KEYWORD_AS);
    if (!as && (!weir_parser_is_name(parser, 0) || starts_clause(parser))) {
        return true;
    }
    *alias_out = weir_parser_name(parser, "a name");
    return *alias_out != NULL;
}

static bool parse_select_item(struct weir_parser *parser, struct weir_select_item *item)
{
    item->place = weir_parser_place(parser);
    if (weir_parser_accept(parser, WEIR_TOKEN_ASTERISK)) {
        item->kind = WEIR_SELECT_ALL;
        return true;
    }
    if (weir_parser_is_name(parser, 0) && weir_parser_peek(parser, 1)->kind == WEIR_TOKEN_DOT &&
        weir_parser_peek(parser, 2)->kind == WEIR_TOKEN_ASTERISK) {
        item->kind = WEIR_SELECT_ALL;
        item->source = weir_parser_peek(parser, 0)->text;
        parser->at += 3;
        return true;
    }
    item->expression = weir_parser_expression(parser);
    if (!item->expression) {
        return false;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_ARROW)) { /* the expression stopped before ->* */
        parser->at += 2;
        item->kind = WEIR_SELECT_STRUCT_ALL;
        return true;
    }
    item->kind = WEIR_SELECT_SINGLE;
    return parse_alias(parser, &item->alias);
}

static bool parse_select_list(struct weir_parser *parser, struct weir_query *query)
{
    size_t capacity = 0;
    do {
        if (query->item_count == capacity) {
            size_t grown = capacity ? capacity * 2 : 8;
            query->items =
                weir_arena_grow(parser->arena, query->items, capacity * sizeof(*query->items),
                                grown * sizeof(*query->items));
            capacity = grown;
        }
        struct weir_select_item *item = &query->items[query->item_count++];
        *item = (struct weir_select_item){0};
        if (!parse_select_item(parser, item)) {
            return false;
        }
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return true;
}

static bool parse_relation(struct weir_parser *parser, struct weir_relation *relation)
{
    relation->place = weir_parser_place(parser);
    relation->name = weir_parser_name(parser, "the name of a stream or table");
    if (!relation->name || !parse_alias(parser, &relation->alias)) {
        return false;
    }
    if (!relation->alias) {
        relation->alias = relation->name;
    }
    return true;
}

static bool parse_grace(struct weir_parser *parser, bool *has_out, int64_t *grace_ms_out)
{
    if (!weir_parser_is_word(parser, 0, WEIR_KEYWORD_GRACE)) {
        return true;
    }
    parser->at++;
    *has_out = true;
    return weir_parser_expect_word(parser, WEIR_KEYWORD_PERIOD) &&
           weir_parser_duration(parser, grace_ms_out);
}

static bool parse_within(struct weir_parser *parser, struct weir_join *join)
{
    struct weir_join_within *within = weir_arena_calloc(parser->arena, 1, sizeof(*within));
    within->place = weir_parser_place(parser);
    if (!weir_parser_accept_word(parser, WEIR_KEYWORD_WITHIN)) {
        return true;
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        if (!weir_parser_duration(parser, &within->before_ms) ||
            !weir_parser_expect(parser, WEIR_TOKEN_COMMA, ",") ||
            !weir_parser_duration(parser, &within->after_ms) ||
            !weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")")) {
            return false;
        }
    } else if (!weir_parser_duration(parser, &within->before_ms)) {
        return false;
    } else {
        within->after_ms = within->before_ms;
    }
    join->within = within;
    return parse_grace(parser, &within->has_grace, &within->grace_ms);
}

/* false and no error: there is no further join. */
static bool parse_join_kind(struct weir_parser *parser, enum weir_join_kind *kind_out)
{
    static const struct {
        enum weir_keyword word;
        enum weir_join_kind kind;
    } kinds[] = {
        {WEIR_KEYWORD_FULL, WEIR_JOIN_FULL},
        {WEIR_KEYWORD_LEFT, WEIR_JOIN_LEFT},
        {WEIR_KEYWORD_RIGHT, WEIR_JOIN_RIGHT},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (weir_parser_accept_word(parser, kinds[i].word)) {
            *kind_out = kinds[i].kind;
            weir_parser_accept_word(parser, WEIR_KEYWORD_OUTER);
            return weir_parser_expect_word(parser, WEIR_KEYWORD_JOIN);
        }
    }
    *kind_out = WEIR_JOIN_INNER;
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_INNER)) {
        return weir_parser_expect_word(parser, WEIR_KEYWORD_JOIN);
    }
    return weir_parser_accept_word(parser, WEIR_KEYWORD_JOIN);
}

static bool parse_joins(struct weir_parser *parser, struct weir_query *query)
{
    for (;;) {
        struct weir_join join = {.place = weir_parser_place(parser)};
        if (!parse_join_kind(parser, &join.kind)) {
            return parser->err->action == WEIR_ERROR_NONE;
        }
        if (!parse_relation(parser, &join.right) || !parse_within(parser, &join) ||
            !weir_parser_expect_word(parser, WEIR_KEYWORD_ON) ||
            !(join.on = weir_parser_expression(parser))) {
            return false;
        }
        size_t bytes = query->join_count * sizeof(join);
        query->joins = weir_arena_grow(parser->arena, query->joins, bytes, bytes + sizeof(join));
        query->joins[query->join_count++] = join;
    }
}

static bool parse_window_kind(struct weir_parser *parser, struct weir_window_clause *window)
{
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_TUMBLING)) {
        window->kind = WEIR_WINDOW_TUMBLING;
    } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_HOPPING)) {
        window->kind = WEIR_WINDOW_HOPPING;
    } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_SESSION)) {
        window->kind = WEIR_WINDOW_SESSION_GAP;
    } else {
        return weir_parser_fail(parser, "TUMBLING, HOPPING or SESSION");
    }
    return weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(") &&
           (window->kind == WEIR_WINDOW_SESSION_GAP ||
            weir_parser_expect_word(parser, WEIR_KEYWORD_SIZE));
}

static bool parse_advance(struct weir_parser *parser, struct weir_window_clause *window)
{
    window->advance_ms = window->size_ms;
    return window->kind != WEIR_WINDOW_HOPPING ||
           (weir_parser_expect(parser, WEIR_TOKEN_COMMA, ", ADVANCE BY") &&
            weir_parser_expect_word(parser, WEIR_KEYWORD_ADVANCE) &&
            weir_parser_expect_word(parser, WEIR_KEYWORD_BY) &&
            weir_parser_duration(parser, &window->advance_ms));
}

static bool parse_window(struct weir_parser *parser, struct weir_query *query)
{
    struct weir_window_clause *window = weir_arena_calloc(parser->arena, 1, sizeof(*window));
    window->place = weir_parser_place(parser);
    if (!parse_window_kind(parser, window) || !weir_parser_duration(parser, &window->size_ms) ||
        !parse_advance(parser, window)) {
        return false;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_COMMA) &&
        weir_parser_is_word(parser, 1, WEIR_KEYWORD_RETENTION)) {
        parser->at += 2;
        window->has_retention = true;
        if (!weir_parser_duration(parser, &window->retention_ms)) {
            return false;
        }
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_COMMA)) {
        if (!weir_parser_is_word(parser, 0, WEIR_KEYWORD_GRACE)) {
            return weir_parser_fail(parser, "GRACE PERIOD");
        }
        if (!parse_grace(parser, &window->has_grace, &window->grace_ms)) {
            return false;
        }
    }
    query->window = window;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")");
}

/* `(a, b)` is a list, `(a + b) * c, d` starts with an expression: what follows the parenthesis
 * tells. */
static bool is_list_in_parentheses(const struct weir_parser *parser)
{
    if (!weir_parser_is(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        return false;
    }
    size_t ahead = 1, open = 1;
    for (; open > 0; ahead++) {
        enum weir_token_kind kind = weir_parser_peek(parser, ahead)->kind;
        if (kind == WEIR_TOKEN_END || kind == WEIR_TOKEN_SEMICOLON) {
            return false;
        }
        open += kind == WEIR_TOKEN_LEFT_PARENTHESIS;
        open -= kind == WEIR_TOKEN_RIGHT_PARENTHESIS;
    }
    enum weir_token_kind next = weir_parser_peek(parser, ahead)->kind;
    return next == WEIR_TOKEN_WORD || next == WEIR_TOKEN_SEMICOLON || next == WEIR_TOKEN_END;
}

static bool parse_expressions(struct weir_parser *parser, struct weir_expression ***items_out,
                              size_t *count_out)
{
    struct weir_pointers items = {0};
    bool parentheses = is_list_in_parentheses(parser);
    parser->at += parentheses;
    if (!parentheses || !weir_parser_accept(parser, WEIR_TOKEN_RIGHT_PARENTHESIS)) {
        do {
            struct weir_expression *item = weir_parser_value_expression(parser);
            if (!item) {
                return false;
            }
            weir_pointers_add(parser, &items, item);
        } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
        if (parentheses && !weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,")) {
            return false;
        }
    }
    *items_out = (struct weir_expression **)items.items;
    *count_out = items.count;
    return true;
}

static bool parse_grouping(struct weir_parser *parser, struct weir_query *query)
{
    struct weir_place place = weir_parser_place(parser);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_GROUP)) {
        query->group_by_place = place;
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_BY) ||
            !parse_expressions(parser, &query->group_by, &query->group_by_count)) {
            return false;
        }
    }
    place = weir_parser_place(parser);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_PARTITION)) {
        query->partition_by_place = place;
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_BY) ||
            !parse_expressions(parser, &query->partition_by, &query->partition_by_count)) {
            return false;
        }
    }
    return true;
}

static bool parse_emit(struct weir_parser *parser, struct weir_query *query)
{
    query->emit_place = weir_parser_place(parser);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_EMIT)) {
        if (weir_parser_accept_word(parser, WEIR_KEYWORD_CHANGES)) {
            query->emit = WEIR_EMIT_CHANGES;
        } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_FINAL)) {
            query->emit = WEIR_EMIT_FINAL;
        } else {
            return weir_parser_fail(parser, "CHANGES or FINAL");
        }
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_LIMIT)) {
        query->has_limit = true;
        return weir_parser_integer(parser, "a whole number", &query->limit);
    }
    return true;
}

struct weir_query *weir_parser_query(struct weir_parser *parser)
{
    struct weir_query *query = weir_arena_calloc(parser->arena, 1, sizeof(*query));
    query->place = weir_parser_place(parser);
    if (!weir_parser_expect_word(parser, WEIR_KEYWORD_SELECT) ||
        !parse_select_list(parser, query) || !weir_parser_expect_word(parser, WEIR_KEYWORD_FROM) ||
        !parse_relation(parser, &query->from) || !parse_joins(parser, query)) {
        return NULL;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_WINDOW) && !parse_window(parser, query)) {
        return NULL;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_WHERE) &&
        !(query->where = weir_parser_expression(parser))) {
        return NULL;
    }
    if (!parse_grouping(parser, query)) {
        return NULL;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_HAVING) &&
        !(query->having = weir_parser_expression(parser))) {
        return NULL;
    }
    return parse_emit(parser, query) ? query : NULL;
}
