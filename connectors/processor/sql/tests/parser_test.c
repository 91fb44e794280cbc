/* parser_test.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/sql/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena *arena;
static struct weir_statements program;
static struct weir_error err;

static int set_up(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    memset(&err, 0, sizeof(err));
    memset(&program, 0, sizeof(program));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static struct weir_statement *parse(const char *text)
{
    bool parsed = weir_sql_parse(arena, text, strlen(text), &program, &err);
    if (!parsed) {
        print_error("%u:%u %s\n", err.line, err.column, err.message);
    }
    assert_true(parsed);
    assert_true(program.count > 0);
    return program.items[0];
}

static void refuse(const char *text, uint32_t line, uint32_t column, const char *part)
{
    memset(&err, 0, sizeof(err));
    assert_false(weir_sql_parse(arena, text, strlen(text), &program, &err));
    if (!strstr(err.message, part) || err.line != line || err.column != column) {
        fail_msg("%s\n  gave %u:%u %s", text, err.line, err.column, err.message);
    }
}

static void expect_expression(const char *text, const char *printed)
{
    struct weir_expression *expression = weir_sql_parse_expression(arena, text, &err);
    if (!expression) {
        fail_msg("%s: %s", text, err.message);
    }
    assert_string_equal(weir_sql_expression_text(arena, expression), printed);
}

static void operators_bind_as_in_ksqldb(void **state)
{
    (void)state;
    expect_expression("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)");
    expect_expression("6 % 4 / 2 * 6", "(((6 % 4) / 2) * 6)");
    expect_expression("-a * b", "(-A * B)");
    expect_expression("a -1", "(A - 1)");
    expect_expression("not a > 1 and b or c", "(((NOT (A > 1)) AND B) OR C)");
    expect_expression("a between 1 and 2 and b", "((A BETWEEN 1 AND 2) AND B)");
    expect_expression("a not in (1, 2)", "(NOT (A IN (1, 2)))");
    expect_expression("a is not distinct from b", "(NOT (A IS DISTINCT FROM B))");
    expect_expression("a || b || 'c'", "CONCAT(CONCAT(A, B), 'c')");
    expect_expression("a->b[1]->c", "A->B[1]->C");
}

static void literals_have_the_kind_of_their_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum weir_expression_kind kind;
    } cases[] = {
        {"2147483647", WEIR_EXPRESSION_INTEGER},
        {"-2147483648", WEIR_EXPRESSION_INTEGER},
        {"2147483648", WEIR_EXPRESSION_BIGINT},
        {"0.15", WEIR_EXPRESSION_DECIMAL},
        {"1e-1", WEIR_EXPRESSION_DOUBLE},
        {"'x'", WEIR_EXPRESSION_STRING},
        {"null", WEIR_EXPRESSION_NULL},
        {"TRUE", WEIR_EXPRESSION_BOOLEAN},
        {"-9223372036854775808", WEIR_EXPRESSION_BIGINT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct weir_expression *literal = weir_sql_parse_expression(arena, cases[i].text, &err);
        assert_non_null(literal);
        assert_int_equal(literal->kind, cases[i].kind);
    }
    assert_null(weir_sql_parse_expression(arena, "9223372036854775808", &err));
    assert_non_null(strstr(err.message, "Invalid numeric literal"));
}

static void a_lambda_knows_its_variables_and_those_around_it(void **state)
{
    (void)state;
    struct weir_expression *call = weir_sql_parse_expression(
        arena, "reduce(a, 0, (s, x) => s + transform(x, y => y + s))", &err);
    assert_non_null(call);
    struct weir_expression *outer = call->call.arguments[2];
    assert_int_equal(outer->lambda.parameter_count, 2);
    struct weir_expression *inner = outer->lambda.body->arithmetic.right->call.arguments[1];
    assert_int_equal(inner->lambda.first_index, 2);
    assert_int_equal(inner->lambda.body->arithmetic.left->variable.index, 2);
    assert_int_equal(inner->lambda.body->arithmetic.right->variable.index, 0);
}

static void every_clause_of_a_query_is_kept(void **state)
{
    (void)state;
    struct weir_query *query = parse("SELECT l.*, r.b AS c, s->*, COUNT(*) FROM l AS x FULL OUTER "
                                     "JOIN r y WITHIN (1 MINUTE, 2 HOURS) "
                                     "GRACE PERIOD 3 SECONDS ON x.a = y.a WINDOW HOPPING (SIZE 1 "
                                     "DAY, ADVANCE BY 1 HOUR, RETENTION 9 "
                                     "DAYS, GRACE PERIOD 5 MILLISECONDS) WHERE a > 1 GROUP BY (b, "
                                     "c) PARTITION BY d HAVING e EMIT FINAL "
                                     "LIMIT 7;")
                                   ->query;
    assert_int_equal(query->item_count, 4);
    assert_string_equal(query->items[0].source, "L");
    assert_string_equal(query->items[1].alias, "C");
    assert_int_equal(query->items[2].kind, WEIR_SELECT_STRUCT_ALL);
    assert_true(query->items[3].expression->call.star);
    assert_string_equal(query->from.alias, "X");
    assert_int_equal(query->joins[0].kind, WEIR_JOIN_FULL);
    assert_int_equal(query->joins[0].within->before_ms, 60000);
    assert_int_equal(query->joins[0].within->after_ms, 7200000);
    assert_int_equal(query->joins[0].within->grace_ms, 3000);
    assert_int_equal(query->window->advance_ms, 3600000);
    assert_int_equal(query->window->retention_ms, 9 * 86400000LL);
    assert_int_equal(query->window->grace_ms, 5);
    assert_int_equal(query->group_by_count, 2);
    assert_int_equal(query->partition_by_count, 1);
    assert_int_equal(query->emit, WEIR_EMIT_FINAL);
    assert_int_equal(query->limit, 7);
}

static void emit_and_partition_are_clauses_where_they_cannot_be_aliases(void **state)
{
    (void)state;
    struct weir_query *query = parse("SELECT a FROM b EMIT CHANGES;")->query;
    assert_string_equal(query->from.alias, "B");
    query = parse("SELECT a FROM b emit WHERE c;")->query;
    assert_string_equal(query->from.alias, "EMIT");
    query = parse("SELECT a partition FROM b PARTITION BY (a) + 1;")->query;
    assert_string_equal(query->items[0].alias, "PARTITION");
    assert_string_equal(query->from.alias, "B");
    assert_int_equal(query->partition_by[0]->kind, WEIR_EXPRESSION_ARITHMETIC);
}

static void create_statements_keep_columns_and_properties(void **state)
{
    (void)state;
    struct weir_statement *statement = parse("create or replace source table if not exists t (id "
                                             "bigint primary key, `from` ARRAY<MAP<STRING, "
                                             "DECIMAL(4, 2)>>, h bytes header('x'), s STRUCT<> "
                                             "ARRAY, v varchar(string)) with (kafka_topic = "
                                             "'T', partitions=3);");
    assert_int_equal(statement->kind, WEIR_STATEMENT_CREATE_SOURCE);
    assert_true(statement->create_source.table && statement->create_source.or_replace);
    assert_true(statement->create_source.if_not_exists && statement->create_source.read_only);
    assert_int_equal(statement->create_source.column_count, 5);
    assert_int_equal(statement->create_source.columns[0].constraint, WEIR_COLUMN_PRIMARY_KEY);
    assert_string_equal(statement->create_source.columns[1].name, "from");
    assert_string_equal(statement->create_source.columns[2].header, "x");
    assert_int_equal(statement->create_source.columns[3].type->element->kind,
                     WEIR_TYPE_NODE_STRUCT);
    assert_string_equal(statement->create_source.with.properties[1].name, "PARTITIONS");
    assert_int_equal(statement->create_source.with.properties[1].value->integer, 3);
}

static void variables_are_defined_from_their_statement_on(void **state)
{
    (void)state;
    parse("DEFINE source = 'fish'; DROP STREAM ${source}; UNDEFINE source; DEFINE source='bird'; "
          "DROP TABLE ${source};");
    assert_int_equal(program.count, 5);
    assert_string_equal(program.items[1]->drop.name, "FISH");
    assert_string_equal(program.items[4]->drop.name, "BIRD");
}

static void a_statement_knows_its_place_and_text(void **state)
{
    (void)state;
    parse("-- first\nDROP STREAM a ;\n  TERMINATE ALL;");
    assert_int_equal(program.count, 2);
    assert_int_equal(program.items[1]->place.line, 3);
    assert_int_equal(program.items[1]->place.column, 3);
    assert_int_equal(program.items[0]->text_length, strlen("DROP STREAM a"));
    assert_memory_equal(program.text + program.items[0]->text_offset, "DROP STREAM a", 13);
}

static void mistakes_name_their_place_and_what_was_expected(void **state)
{
    (void)state;
    refuse("CREATE STREAM a (b INT (KEY));", 1, 25, "expected a number or STRING");
    refuse("SELECT a FROM b\nPARTITION BY c AND d;", 2, 16, "near 'AND'");
    refuse("SELECT CAST(a AS NULL) FROM b;", 1, 18, "near 'NULL'");
    refuse("SELECT a = b = c FROM d;", 1, 14, "near '='");
    refuse("SELECT a FROM b WHERE", 1, 22, "the text ends");
    refuse("SELEKT a FROM b;", 1, 1, "Unknown statement 'SELEKT', did you mean SELECT?");
    refuse("RUN SCRIPT 'x';", 1, 1, "Unknown statement 'RUN'");
    refuse("DROP STREAM select;", 1, 13, "reserved keyword");
    refuse("SELECT ABS(*, a) FROM b;", 1, 13, "expected )");
    refuse("SELECT a LIKE 'b' ESCAPE 'cc' FROM d;", 1, 19, "exactly one escape character");
    refuse("INSERT INTO a VALUES (1", 1, 24, "the text ends");
}

static void what_weir_does_not_know_is_marked_unsupported(void **state)
{
    (void)state;
    refuse("ASSERT SCHEMA SUBJECT 'a';", 1, 1, "not supported");
    assert_int_equal(err.code, WEIR_SQL_UNSUPPORTED);
    refuse("SELECT a AT TIME ZONE 'UTC' FROM b;", 1, 10, "not supported");
    assert_int_equal(err.code, WEIR_SQL_UNSUPPORTED);
}

static void endless_nesting_is_refused(void **state)
{
    (void)state;
    static char text[200000];
    memset(text, '(', sizeof(text) - 1);
    assert_null(weir_sql_parse_expression(arena, text, &err));
    assert_non_null(strstr(err.message, "nested"));
    memset(&err, 0, sizeof(err));
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, i % 4 ? "+ " : "a ", 2);
    }
    assert_null(weir_sql_parse_expression(arena, text, &err));
    assert_non_null(strstr(err.message, "in a row"));
}

static void expressions_are_equal_by_structure(void **state)
{
    (void)state;
    struct weir_expression *a =
        weir_sql_parse_expression(arena, "ABS(x) + case when y then 1 end", &err);
    struct weir_expression *b =
        weir_sql_parse_expression(arena, "abs( X )+CASE WHEN Y THEN 1 END", &err);
    struct weir_expression *c =
        weir_sql_parse_expression(arena, "abs(x) + case when y then 2 end", &err);
    assert_true(weir_expression_equal(a, b));
    assert_false(weir_expression_equal(a, c));
    struct weir_expression *copy = weir_expression_copy(arena, a);
    assert_true(weir_expression_equal(a, copy));
    copy->arithmetic.right->cases.whens[0].result->integer = 2;
    assert_false(weir_expression_equal(a, copy));
    assert_int_equal(a->arithmetic.right->cases.whens[0].result->integer, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(operators_bind_as_in_ksqldb, set_up, tear_down),
        cmocka_unit_test_setup_teardown(literals_have_the_kind_of_their_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lambda_knows_its_variables_and_those_around_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_clause_of_a_query_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(emit_and_partition_are_clauses_where_they_cannot_be_aliases,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(create_statements_keep_columns_and_properties, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(variables_are_defined_from_their_statement_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_statement_knows_its_place_and_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_name_their_place_and_what_was_expected, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_weir_does_not_know_is_marked_unsupported, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(endless_nesting_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expressions_are_equal_by_structure, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
