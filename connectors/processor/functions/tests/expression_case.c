/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/tests/expression_case.h"

#include "connectors/processor/sql/parser.h"
#include "connectors/processor/values/row_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS_MAX = 20 };

static struct {
    struct weir_arena *arena;
    struct weir_column columns[COLUMNS_MAX];
    size_t count;
    struct weir_value key, values[COLUMNS_MAX];
    struct weir_row row;
    struct weir_expression_options options;
} given;

static void add_column(const char *name, const struct weir_type *type)
{
    given.columns[given.count++] = (struct weir_column){name, type};
}

int expression_case_setup(void **state)
{
    (void)state;
    given.arena = weir_arena_create(65536);
    given.count = 0;
    const struct weir_type_field fields[] = {{"F", &weir_type_integer}, {"G", &weir_type_string}};
    const struct weir_type *structure = weir_type_struct(given.arena, fields, 2);
    add_column("B", &weir_type_boolean);
    add_column("I", &weir_type_integer);
    add_column("L", &weir_type_bigint);
    add_column("D", &weir_type_double);
    add_column("S", &weir_type_string);
    add_column("DEC", weir_type_decimal(given.arena, 6, 2));
    add_column("A", weir_type_array(given.arena, &weir_type_integer));
    add_column("M", weir_type_map(given.arena, &weir_type_string, &weir_type_integer));
    add_column("T", structure);
    add_column("XT", weir_type_array(given.arena, structure));
    add_column("XS", weir_type_array(given.arena, &weir_type_string));
    add_column("Y", &weir_type_bytes);
    add_column("DT", &weir_type_date);
    add_column("TI", &weir_type_time);
    add_column("TS", &weir_type_timestamp);
    expression_case_row("{}");
    return 0;
}

int expression_case_teardown(void **state)
{
    (void)state;
    weir_arena_destroy(given.arena);
    return 0;
}

void expression_case_row(const char *json)
{
    struct weir_format format = {.kind = WEIR_FORMAT_JSON};
    struct weir_row_reader *reader = weir_row_reader_create(&format, given.columns, given.count);
    struct weir_error err = {0};
    bool is_null;
    char *text = weir_arena_strdup(given.arena, json);
    bool read =
        weir_row_read(reader, weir_bytes_of(text), given.arena, given.values, &is_null, &err);
    weir_row_reader_destroy(reader);
    assert_true(read);
    given.key = (struct weir_value){.integer = 42, .kind = WEIR_TYPE_INTEGER};
    given.row = (struct weir_row){.key = &given.key,
                                  .values = is_null ? NULL : given.values,
                                  .timestamp_ms = 1500000000000,
                                  .partition = 3,
                                  .offset = 17};
}

void expression_case_options(const struct weir_expression_options *options)
{
    given.options = options ? *options : (struct weir_expression_options){0};
}

static void resolve_column(struct weir_expression *expression)
{
    struct weir_slot *slot = &expression->column.slot;
    if (strcmp(expression->column.name, "K") == 0) {
        *slot = (struct weir_slot){.kind = WEIR_SLOT_KEY, .type = &weir_type_integer};
    } else if (strcmp(expression->column.name, "ROWTIME") == 0) {
        *slot = (struct weir_slot){.kind = WEIR_SLOT_ROWTIME, .type = &weir_type_bigint};
    }
    for (uint32_t i = 0; i < given.count; i++) {
        if (strcmp(given.columns[i].name, expression->column.name) == 0) {
            *slot = (struct weir_slot){
                .kind = WEIR_SLOT_VALUE, .index = i, .type = given.columns[i].type};
        }
    }
}

static const struct weir_type *type_of(const struct weir_type_node *node)
{
    static const struct {
        const char *name;
        const struct weir_type *type;
    } names[] = {
        {"BOOLEAN", &weir_type_boolean},     {"INT", &weir_type_integer},
        {"INTEGER", &weir_type_integer},     {"BIGINT", &weir_type_bigint},
        {"DOUBLE", &weir_type_double},       {"STRING", &weir_type_string},
        {"VARCHAR", &weir_type_string},      {"BYTES", &weir_type_bytes},
        {"DATE", &weir_type_date},           {"TIME", &weir_type_time},
        {"TIMESTAMP", &weir_type_timestamp},
    };
    switch (node->kind) {
    case WEIR_TYPE_NODE_DECIMAL:
        return weir_type_decimal(given.arena, (int32_t)node->precision, (int32_t)node->scale);
    case WEIR_TYPE_NODE_ARRAY:
        return weir_type_array(given.arena, type_of(node->element));
    case WEIR_TYPE_NODE_MAP:
        return weir_type_map(given.arena, type_of(node->key), type_of(node->element));
    case WEIR_TYPE_NODE_STRUCT: {
        struct weir_type_field *fields =
            weir_arena_calloc(given.arena, node->field_count + 1, sizeof *fields);
        for (size_t i = 0; i < node->field_count; i++) {
            fields[i] =
                (struct weir_type_field){node->fields[i].name, type_of(node->fields[i].type)};
        }
        return weir_type_struct(given.arena, fields, node->field_count);
    }
    case WEIR_TYPE_NODE_NAME:
        break;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, node->name) == 0) {
            return names[i].type;
        }
    }
    fail_msg("unknown type %s", node->name);
    return NULL;
}

static void resolve(struct weir_expression *expression)
{
    if (expression->kind == WEIR_EXPRESSION_COLUMN) {
        resolve_column(expression);
    }
    if (expression->kind == WEIR_EXPRESSION_CAST) {
        expression->cast.type = type_of(expression->cast.target);
    }
    for (size_t i = 0; i < weir_expression_child_count(expression); i++) {
        resolve(*weir_expression_child(expression, i));
    }
}

struct weir_expression *expression_case_parse(const char *text)
{
    struct weir_error err = {0};
    struct weir_expression *expression = weir_sql_parse_expression(given.arena, text, &err);
    if (!expression) {
        fail_msg("%s: %s", text, err.message);
        return NULL;
    }
    resolve(expression);
    return expression;
}

const struct weir_row *expression_case_current_row(void)
{
    return &given.row;
}

struct weir_arena *expression_case_arena(void)
{
    return given.arena;
}

const char *expression_case_print(const struct weir_value *value, const struct weir_type *type)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 1 << 20);
    weir_type_print(type, &text);
    weir_buffer_append_byte(&text, ' ');
    weir_value_print_json(value, type, &text);
    return weir_arena_strdup(given.arena, weir_buffer_text(&text));
}

static const char *evaluate(const char *text)
{
    struct weir_error err = {0};
    struct weir_evaluator *evaluator =
        weir_evaluator_create(expression_case_parse(text), &given.options, &err);
    if (!evaluator) {
        assert_int_equal(err.domain, WEIR_DOMAIN_SQL);
        return weir_arena_format(given.arena, "wrong: %s", err.message);
    }
    struct weir_value value;
    const char *result;
    if (weir_evaluate(evaluator, &given.row, given.arena, &value)) {
        assert_true(weir_value_is_null(&value) ||
                    value.kind == weir_evaluator_type(evaluator)->kind);
        result = expression_case_print(&value, weir_evaluator_type(evaluator));
    } else {
        result = weir_arena_format(given.arena, "failed: %s", weir_evaluator_message(evaluator));
    }
    weir_evaluator_destroy(evaluator);
    return result;
}

void expression_case_run(const struct expression_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *result = evaluate(cases[i].expression);
        bool prefix = strncmp(cases[i].expected, "wrong", 5) == 0 ||
                      strncmp(cases[i].expected, "failed", 6) == 0;
        bool same = prefix ? strncmp(result, cases[i].expected, strlen(cases[i].expected)) == 0
                           : strcmp(result, cases[i].expected) == 0;
        if (!same) {
            fail_msg("%s\n  is       %s\n  must be  %s", cases[i].expression, result,
                     cases[i].expected);
        }
    }
}
