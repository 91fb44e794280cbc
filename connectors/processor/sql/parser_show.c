/* parser_show.c - SHOW, LIST and DESCRIBE. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

bool weir_parser_show(struct weir_parser *parser, struct weir_statement *statement)
{
    static const struct {
        enum weir_keyword word;
        enum weir_show_kind what;
        bool extendable;
    } shown[] = {
        {WEIR_KEYWORD_PROPERTIES, WEIR_SHOW_PROPERTIES, false},
        {WEIR_KEYWORD_TOPICS, WEIR_SHOW_TOPICS, true},
        {WEIR_KEYWORD_STREAMS, WEIR_SHOW_STREAMS, true},
        {WEIR_KEYWORD_TABLES, WEIR_SHOW_TABLES, true},
        {WEIR_KEYWORD_FUNCTIONS, WEIR_SHOW_FUNCTIONS, false},
        {WEIR_KEYWORD_CONNECTORS, WEIR_SHOW_CONNECTORS, false},
        {WEIR_KEYWORD_TYPES, WEIR_SHOW_TYPES, false},
        {WEIR_KEYWORD_VARIABLES, WEIR_SHOW_VARIABLES, false},
        {WEIR_KEYWORD_QUERIES, WEIR_SHOW_QUERIES, true},
    };
    statement->kind = WEIR_STATEMENT_SHOW;
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_CONNECTOR)) {
        statement->show.what = WEIR_SHOW_CONNECTOR_PLUGINS;
        return weir_parser_expect_word(parser, WEIR_KEYWORD_PLUGINS);
    }
    if (weir_parser_is_word(parser, 1, WEIR_KEYWORD_TOPICS)) {
        statement->show.all = weir_parser_accept_word(parser, WEIR_KEYWORD_ALL);
    } else if (weir_parser_is_word(parser, 1, WEIR_KEYWORD_CONNECTORS) &&
               !weir_parser_accept_word(parser, WEIR_KEYWORD_SOURCE)) {
        weir_parser_accept_word(parser, WEIR_KEYWORD_SINK);
    }
    for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
        if (weir_parser_accept_word(parser, shown[i].word)) {
            statement->show.what = shown[i].what;
            statement->show.extended =
                shown[i].extendable && weir_parser_accept_word(parser, WEIR_KEYWORD_EXTENDED);
            return true;
        }
    }
    return weir_parser_fail(parser,
                            "STREAMS, TABLES, TOPICS, QUERIES, FUNCTIONS, TYPES, PROPERTIES, "
                            "VARIABLES or CONNECTORS");
}

bool weir_parser_describe(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_DESCRIBE;
    statement->describe.what = WEIR_DESCRIBE_SOURCE;
    bool named = weir_parser_is_name(parser, 1);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_STREAMS)) {
        statement->describe.what = WEIR_DESCRIBE_STREAMS;
    } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_TABLES)) {
        statement->describe.what = WEIR_DESCRIBE_TABLES;
    } else {
        if (weir_parser_accept_word(parser, WEIR_KEYWORD_CONNECTOR)) {
            statement->describe.what = WEIR_DESCRIBE_CONNECTOR;
        } else if (named && weir_parser_accept_word(parser, WEIR_KEYWORD_FUNCTION)) {
            statement->describe.what = WEIR_DESCRIBE_FUNCTION;
        }
        statement->describe.name_place = weir_parser_place(parser);
        statement->describe.name = weir_parser_name(parser, "a name");
        if (!statement->describe.name) {
            return false;
        }
    }
    statement->describe.extended = weir_parser_accept_word(parser, WEIR_KEYWORD_EXTENDED);
    return true;
}
