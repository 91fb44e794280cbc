/* ast.h - the syntax tree of ksqlDB's SQL: statements and expressions.
 *
 * Everything lives in the arena of the program that was parsed. Each node carries its place,
 * 1-based, in the joined text of the program. Names are already unquoted and folded: unquoted
 * identifiers are upper case, quoted ones as written. The parser desugars: `a || b` is CONCAT(a,
 * b), NOT BETWEEN/IN/LIKE is NOT of the positive form, IS NOT DISTINCT FROM is NOT of IS DISTINCT
 * FROM, DATE '...' is CAST('...' AS DATE), parentheses leave no node, `- 1` is the literal -1.
 * Threads: immutable after analysis. Allocates: in the program's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_AST_H
#define WEIR_PROCESSOR_SQL_AST_H

#include "connectors/processor/values/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* err->code of an error that says: weir knows that it does not know this (domain SQL). 0 = the
 * user's mistake. */
enum { WEIR_SQL_UNSUPPORTED = 1, WEIR_SQL_SYNTAX = 2 };

struct weir_place {
    uint32_t line, column; /* 1-based; 0 = made by the analysis, no place */
};

/* ---- types as written: names of CREATE TYPE are resolved by the analysis ---- */

struct weir_type_node;

struct weir_type_node_field {
    const char *name;
    const struct weir_type_node *type;
};

enum weir_type_node_kind {
    WEIR_TYPE_NODE_NAME,    /* BIGINT, VARCHAR(STRING), a user's type */
    WEIR_TYPE_NODE_DECIMAL, /* DECIMAL(p, s) */
    WEIR_TYPE_NODE_ARRAY,   /* ARRAY<element>, `element ARRAY` */
    WEIR_TYPE_NODE_MAP,
    WEIR_TYPE_NODE_STRUCT,
};

struct weir_type_node {
    enum weir_type_node_kind kind;
    struct weir_place place;
    const char *name; /* NAME: upper case unless quoted */
    int64_t precision, scale;
    const struct weir_type_node *key, *element;
    const struct weir_type_node_field *fields;
    size_t field_count;
};

/* ---- expressions ---- */

enum weir_expression_kind {
    WEIR_EXPRESSION_NULL,
    WEIR_EXPRESSION_BOOLEAN,
    WEIR_EXPRESSION_INTEGER, /* fits 32 bits */
    WEIR_EXPRESSION_BIGINT,
    WEIR_EXPRESSION_DECIMAL, /* 1.50: text kept; its type is DECIMAL(digits, digits after the point)
                              */
    WEIR_EXPRESSION_DOUBLE,  /* 1e3 */
    WEIR_EXPRESSION_STRING,
    WEIR_EXPRESSION_INTERVAL_UNIT, /* DAYS, as an argument of a function */
    WEIR_EXPRESSION_COLUMN,
    WEIR_EXPRESSION_DEREFERENCE, /* base->field */
    WEIR_EXPRESSION_SUBSCRIPT,   /* base[index] */
    WEIR_EXPRESSION_CALL,
    WEIR_EXPRESSION_CAST,
    WEIR_EXPRESSION_ARITHMETIC,
    WEIR_EXPRESSION_NEGATE, /* -x */
    WEIR_EXPRESSION_PLUS,   /* +x */
    WEIR_EXPRESSION_COMPARISON,
    WEIR_EXPRESSION_AND,
    WEIR_EXPRESSION_OR,
    WEIR_EXPRESSION_NOT,
    WEIR_EXPRESSION_BETWEEN,
    WEIR_EXPRESSION_IN,
    WEIR_EXPRESSION_LIKE,
    WEIR_EXPRESSION_IS_NULL,
    WEIR_EXPRESSION_IS_NOT_NULL,
    WEIR_EXPRESSION_SEARCHED_CASE,
    WEIR_EXPRESSION_SIMPLE_CASE,
    WEIR_EXPRESSION_ARRAY,
    WEIR_EXPRESSION_MAP,
    WEIR_EXPRESSION_STRUCT,
    WEIR_EXPRESSION_LAMBDA,
    WEIR_EXPRESSION_LAMBDA_VARIABLE,
};

enum weir_arithmetic {
    WEIR_ARITHMETIC_ADD,
    WEIR_ARITHMETIC_SUBTRACT,
    WEIR_ARITHMETIC_MULTIPLY,
    WEIR_ARITHMETIC_DIVIDE,
    WEIR_ARITHMETIC_MODULUS,
};

enum weir_comparison {
    WEIR_COMPARISON_EQUAL,
    WEIR_COMPARISON_NOT_EQUAL,
    WEIR_COMPARISON_LESS,
    WEIR_COMPARISON_LESS_OR_EQUAL,
    WEIR_COMPARISON_GREATER,
    WEIR_COMPARISON_GREATER_OR_EQUAL,
    WEIR_COMPARISON_IS_DISTINCT_FROM,
};

enum weir_interval_unit {
    WEIR_INTERVAL_MILLISECONDS,
    WEIR_INTERVAL_SECONDS,
    WEIR_INTERVAL_MINUTES,
    WEIR_INTERVAL_HOURS,
    WEIR_INTERVAL_DAYS,
};

/* Where a column's value is in the row that an expression is evaluated over. The planner fills it:
 * slots count in the input schema of the step that holds the expression. */
enum weir_slot_kind {
    WEIR_SLOT_UNRESOLVED = 0,
    WEIR_SLOT_KEY,   /* row->key[index] */
    WEIR_SLOT_VALUE, /* row->values[index] */
    WEIR_SLOT_ROWTIME,
    WEIR_SLOT_ROWPARTITION,
    WEIR_SLOT_ROWOFFSET,
    WEIR_SLOT_WINDOWSTART,
    WEIR_SLOT_WINDOWEND,
    WEIR_SLOT_HEADERS, /* ARRAY<STRUCT<KEY STRING, VALUE BYTES>> of the record's headers */
    WEIR_SLOT_HEADER,  /* BYTES: the last header named `header` */
};

struct weir_slot {
    enum weir_slot_kind kind;
    uint32_t index;
    const struct weir_type *type; /* the column's type, set with kind */
    const char *header;           /* HEADER */
};

struct weir_case_when {
    struct weir_expression
        *condition; /* simple CASE: the value that the operand is compared with */
    struct weir_expression *result;
};

struct weir_expression {
    enum weir_expression_kind kind;
    struct weir_place place;
    union {
        bool boolean;
        int64_t integer;      /* INTEGER, BIGINT */
        struct {              /* STRING: content; DECIMAL, DOUBLE: as written, with its sign */
            const char *text; /* NUL-terminated */
            size_t length;
            double value; /* DOUBLE */
        } literal;
        enum weir_interval_unit interval_unit;
        struct {
            const char *source; /* qualifier, or NULL */
            const char *name;
            struct weir_slot slot;
        } column;
        struct {
            struct weir_expression *base;
            const char *field;
        } dereference;
        struct {
            struct weir_expression *base, *index;
        } subscript;
        struct {
            const char *name; /* upper case unless quoted */
            struct weir_expression **arguments;
            size_t argument_count;
            bool star; /* f(*): no arguments */
        } call;
        struct {
            struct weir_expression *operand;
            const struct weir_type_node *target;
            const struct weir_type *type; /* of target, set by the analysis */
        } cast;
        struct {
            enum weir_arithmetic operator;
            struct weir_expression *left, *right;
        } arithmetic;
        struct {
            enum weir_comparison operator;
            struct weir_expression *left, *right;
        } comparison;
        struct { /* AND, OR */
            struct weir_expression *left, *right;
        } logical;
        struct weir_expression *operand; /* NEGATE, PLUS, NOT, IS_NULL, IS_NOT_NULL */
        struct {
            struct weir_expression *operand, *lower, *upper;
        } between;
        struct {
            struct weir_expression *operand;
            struct weir_expression **items;
            size_t item_count;
        } in;
        struct {
            struct weir_expression *operand, *pattern;
            const char *escape; /* one character as UTF-8, or NULL */
        } like;
        struct {
            struct weir_expression *operand; /* simple CASE only */
            struct weir_case_when *whens;
            size_t when_count;
            struct weir_expression *otherwise; /* ELSE, or NULL */
        } cases;
        struct {
            struct weir_expression **items;
            size_t item_count;
        } array;
        struct {
            struct weir_expression **keys, **values;
            size_t entry_count;
        } map;
        struct {
            const char **names;
            struct weir_expression **values;
            size_t field_count;
        } structure;
        struct {
            const char **parameters;
            size_t parameter_count;
            uint32_t first_index; /* variable index of parameters[0] */
            struct weir_expression *body;
        } lambda;
        struct {
            const char *name;
            uint32_t index; /* counted over the enclosing lambdas, outermost first: a place in the
                               frame of variables */
        } variable;
    };
};

/* Children in the order of the text, for walkers and rewriters; index <
 * weir_expression_child_count. */
size_t weir_expression_child_count(const struct weir_expression *expression);
struct weir_expression **weir_expression_child(struct weir_expression *expression, size_t index);
/* A copy of the tree whose nodes can be changed (slots!); names, texts and types are shared. */
struct weir_expression *weir_expression_copy(struct weir_arena *arena,
                                             const struct weir_expression *expression);
/* Structural, without places and slots: what GROUP BY and PARTITION BY compare. */
bool weir_expression_equal(const struct weir_expression *a, const struct weir_expression *b);

/* ---- queries ---- */

enum weir_select_kind {
    WEIR_SELECT_SINGLE,
    WEIR_SELECT_ALL,        /* *, source.* */
    WEIR_SELECT_STRUCT_ALL, /* expression->* */
};

struct weir_select_item {
    enum weir_select_kind kind;
    struct weir_place place;
    struct weir_expression *expression; /* SINGLE, STRUCT_ALL */
    const char *alias;                  /* SINGLE: or NULL */
    const char *source;                 /* ALL: or NULL */
};

struct weir_relation {
    struct weir_place place;
    const char *name;
    const char *alias; /* the name if none is written */
};

enum weir_join_kind { WEIR_JOIN_INNER, WEIR_JOIN_LEFT, WEIR_JOIN_RIGHT, WEIR_JOIN_FULL };

struct weir_join_within {
    struct weir_place place;
    int64_t before_ms, after_ms;
    bool has_grace;
    int64_t grace_ms;
};

struct weir_join {
    enum weir_join_kind kind;
    struct weir_place place;
    struct weir_relation right;
    const struct weir_join_within *within; /* or NULL */
    struct weir_expression *on;
};

enum weir_window_clause_kind { WEIR_WINDOW_TUMBLING, WEIR_WINDOW_HOPPING, WEIR_WINDOW_SESSION_GAP };

struct weir_window_clause {
    enum weir_window_clause_kind kind;
    struct weir_place place;
    int64_t size_ms;    /* session: the gap */
    int64_t advance_ms; /* tumbling: size_ms */
    bool has_retention, has_grace;
    int64_t retention_ms, grace_ms;
};

enum weir_emit { WEIR_EMIT_NONE, WEIR_EMIT_CHANGES, WEIR_EMIT_FINAL };

struct weir_query {
    struct weir_place place;
    struct weir_select_item *items;
    size_t item_count;
    struct weir_relation from;
    struct weir_join *joins;
    size_t join_count;
    const struct weir_window_clause *window; /* or NULL */
    struct weir_expression *where;           /* or NULL */
    struct weir_expression **group_by;
    size_t group_by_count;
    struct weir_expression **partition_by;
    size_t partition_by_count;
    struct weir_place group_by_place, partition_by_place;
    struct weir_expression *having; /* or NULL */
    enum weir_emit emit;
    struct weir_place emit_place;
    bool has_limit;
    int64_t limit;
};

/* ---- statements ---- */

enum weir_statement_kind {
    WEIR_STATEMENT_QUERY,
    WEIR_STATEMENT_CREATE_SOURCE,    /* CREATE [SOURCE] STREAM|TABLE (columns) WITH */
    WEIR_STATEMENT_CREATE_AS,        /* CREATE STREAM|TABLE AS SELECT */
    WEIR_STATEMENT_CREATE_CONNECTOR, /* parsed, so that the analysis can name weir-source and
                                        weir-sink */
    WEIR_STATEMENT_CREATE_TYPE,
    WEIR_STATEMENT_INSERT_SELECT,
    WEIR_STATEMENT_INSERT_VALUES,
    WEIR_STATEMENT_DROP_SOURCE,
    WEIR_STATEMENT_DROP_CONNECTOR,
    WEIR_STATEMENT_DROP_TYPE,
    WEIR_STATEMENT_ALTER_SOURCE, /* ADD COLUMN */
    WEIR_STATEMENT_ALTER_SYSTEM,
    WEIR_STATEMENT_SET,
    WEIR_STATEMENT_UNSET,
    WEIR_STATEMENT_DEFINE,
    WEIR_STATEMENT_UNDEFINE,
    WEIR_STATEMENT_SHOW,
    WEIR_STATEMENT_DESCRIBE,
    WEIR_STATEMENT_EXPLAIN,
    WEIR_STATEMENT_PRINT,
    WEIR_STATEMENT_TERMINATE,
    WEIR_STATEMENT_ASSERT_TOPIC,
};

enum weir_column_constraint {
    WEIR_COLUMN_VALUE,
    WEIR_COLUMN_KEY,
    WEIR_COLUMN_PRIMARY_KEY,
    WEIR_COLUMN_HEADERS,
    WEIR_COLUMN_HEADER,
};

struct weir_column_definition {
    struct weir_place place;
    const char *name;
    const struct weir_type_node *type;
    enum weir_column_constraint constraint;
    const char *header; /* HEADER('name') */
};

/* One of WITH (...): name in upper case unless it was written as a 'string' (connectors). */
struct weir_with_property {
    struct weir_place place;
    const char *name;
    struct weir_expression *value; /* a literal */
};

struct weir_with {
    struct weir_place place;
    struct weir_with_property *properties;
    size_t count;
};

enum weir_show_kind {
    WEIR_SHOW_PROPERTIES,
    WEIR_SHOW_TOPICS,
    WEIR_SHOW_STREAMS,
    WEIR_SHOW_TABLES,
    WEIR_SHOW_FUNCTIONS,
    WEIR_SHOW_CONNECTORS,
    WEIR_SHOW_CONNECTOR_PLUGINS,
    WEIR_SHOW_TYPES,
    WEIR_SHOW_VARIABLES,
    WEIR_SHOW_QUERIES,
};

enum weir_describe_kind {
    WEIR_DESCRIBE_SOURCE,
    WEIR_DESCRIBE_STREAMS,
    WEIR_DESCRIBE_TABLES,
    WEIR_DESCRIBE_FUNCTION,
    WEIR_DESCRIBE_CONNECTOR,
};

struct weir_statement {
    enum weir_statement_kind kind;
    struct weir_place place;
    size_t text_offset, text_length; /* in the program's text, without the ; */
    union {
        struct weir_query *query;
        struct {
            bool table, or_replace, if_not_exists, read_only; /* read_only: CREATE SOURCE STREAM */
            const char *name;
            struct weir_place name_place;
            struct weir_column_definition *columns;
            size_t column_count;
            struct weir_with with;
        } create_source;
        struct {
            bool table, or_replace, if_not_exists;
            const char *name;
            struct weir_place name_place;
            struct weir_with with;
            struct weir_query *query;
        } create_as;
        struct {
            bool sink, if_not_exists;
            const char *name;
            struct weir_with with;
        } create_connector;
        struct {
            const char *name;
            bool if_not_exists;
            const struct weir_type_node *type;
        } create_type;
        struct {
            const char *target;
            struct weir_place target_place;
            struct weir_with with;
            struct weir_query *query;
        } insert_select;
        struct {
            const char *target;
            struct weir_place target_place;
            const char **columns; /* count 0: none written */
            struct weir_place *column_places;
            size_t column_count;
            struct weir_expression **values;
            size_t value_count;
        } insert_values;
        struct { /* DROP_SOURCE, DROP_CONNECTOR, DROP_TYPE */
            const char *name;
            struct weir_place name_place;
            bool table, if_exists, delete_topic;
        } drop;
        struct {
            const char *name;
            struct weir_place name_place;
            bool table;
            struct weir_column_definition *columns;
            size_t column_count;
        } alter_source;
        struct { /* SET, UNSET (no value), ALTER_SYSTEM, DEFINE, UNDEFINE (no value) */
            const char *name;
            const char *value;
        } property;
        struct {
            enum weir_show_kind what;
            bool extended, all;
        } show;
        struct {
            enum weir_describe_kind what;
            const char *name;
            struct weir_place name_place;
            bool extended;
        } describe;
        struct {
            struct weir_statement *statement; /* or NULL: of a running query */
            const char *query_id;
        } explain;
        struct {
            const char *topic;
            bool from_beginning, has_limit;
            int64_t interval, limit; /* interval 1: every record */
        } print;
        struct {
            const char *query_id; /* NULL = ALL */
            struct weir_place id_place;
        } terminate;
        struct {
            bool must_not_exist;
            const char *name;
            struct weir_with with;
            int64_t timeout_ms; /* 0 = none given */
        } assertion;
    };
};

/* A program: statements in order. */
struct weir_statements {
    const char *text; /* NUL-terminated, `length` bytes: what the places count in */
    size_t length;
    struct weir_statement **items;
    size_t count;
};

#endif
