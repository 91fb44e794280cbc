/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS_MAX = 8 };

static struct weir_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static const char *const null_row = "<null row>";
static const char *const rejected = "<rejected>";

/* What the columns read from input are as JSON again. */
static const char *through(struct weir_row_reader *reader, const struct weir_column *columns,
                           size_t count, bool unwrapped, const char *input)
{
    struct weir_value values[COLUMNS_MAX];
    struct weir_error err = {0};
    bool is_null;
    if (!weir_row_read(reader, weir_bytes_of(input), arena, values, &is_null, &err)) {
        assert_int_equal(err.action, WEIR_ERROR_REJECT);
        return rejected;
    }
    if (is_null) {
        return null_row;
    }
    struct weir_format format = {.kind = WEIR_FORMAT_JSON, .unwrapped = unwrapped};
    struct weir_row_writer *writer = weir_row_writer_create(&format, columns, count);
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 20);
    assert_true(weir_row_write(writer, values, &buffer, &is_null, &err));
    weir_row_writer_destroy(writer);
    return is_null ? "<null>" : weir_arena_strdup(arena, weir_buffer_text(&buffer));
}

static void assert_row(const struct weir_column *columns, size_t count, const char *input,
                       const char *expected)
{
    struct weir_format format = {.kind = WEIR_FORMAT_JSON};
    struct weir_row_reader *reader = weir_row_reader_create(&format, columns, count);
    assert_string_equal(through(reader, columns, count, false, input), expected);
    /* The second time the order of fields is known. */
    assert_string_equal(through(reader, columns, count, false, input), expected);
    weir_row_reader_destroy(reader);
}

/* One column called A. */
static void assert_value(const struct weir_type *type, const char *input, const char *expected)
{
    const struct weir_column column = {"A", type};
    char *object = weir_arena_format(arena, "{\"A\":%s}", input);
    if (expected != rejected) {
        expected = weir_arena_format(arena, "{\"A\":%s}", expected);
    }
    assert_row(&column, 1, object, expected);
}

static void scalars_are_coerced(void **state)
{
    (void)state;
    assert_value(&weir_type_boolean, "true", "true");
    assert_value(&weir_type_boolean, "\"true\"", rejected);
    assert_value(&weir_type_boolean, "1", rejected);
    assert_value(&weir_type_integer, "-7", "-7");
    assert_value(&weir_type_integer, "2.9", "2");
    assert_value(&weir_type_integer, "4294967297", "1");
    assert_value(&weir_type_integer, "\"22\"", "22");
    assert_value(&weir_type_integer, "\"4294967297\"", rejected);
    assert_value(&weir_type_integer, "\"2.0\"", rejected);
    assert_value(&weir_type_integer, "{}", rejected);
    assert_value(&weir_type_bigint, "9223372036854775807", "9223372036854775807");
    assert_value(&weir_type_bigint, "1e3", "1000");
    assert_value(&weir_type_bigint, "18446744073709551617.5", "1");
    assert_value(&weir_type_double, "3", "3.0");
    assert_value(&weir_type_double, "\"1e3\"", "1000.0");
    assert_value(&weir_type_double, "0.3465000000000001", "0.3465000000000001");
    assert_value(&weir_type_double, "\"NaN\"", "\"NaN\"");
    assert_value(&weir_type_double, "1e400", "\"Infinity\"");
    assert_value(&weir_type_double, "\"x\"", rejected);
    assert_value(&weir_type_timestamp, "\"1700000000000\"", "1700000000000");
    assert_value(&weir_type_date, "-10", "-10");
    assert_value(&weir_type_time, "86400001", rejected);
    assert_value(&weir_type_bytes, "\"AAEC/w==\"", "\"AAEC/w==\"");
    assert_value(&weir_type_bytes, "\"A\"", rejected);
    assert_value(&weir_type_string, "null", "null");
}

static void anything_becomes_text(void **state)
{
    (void)state;
    assert_value(&weir_type_string, "\"a\\\"\\u00e4\\n\\ud83d\\udc1f\"",
                 "\"a\\\"\xc3\xa4\\n\xf0\x9f\x90\x9f\"");
    assert_value(&weir_type_string, "1.0", "\"1.0\"");
    assert_value(&weir_type_string, "1e3", "\"1E+3\"");
    assert_value(&weir_type_string, "true", "\"true\"");
    assert_value(&weir_type_string, "{ \"b\" : [1, \"x\"] }", "\"{\\\"b\\\":[1,\\\"x\\\"]}\"");
    assert_value(&weir_type_string, "[1, \"x\", null, {\"a\":1}]",
                 "\"[1, x, null, {\\\"a\\\":1}]\"");
    assert_value(&weir_type_string, "\"\\u0001\"", "\"\\u0001\"");
    assert_value(&weir_type_string, "\"\\ud800\"", "\"?\"");
}

static void decimals_are_extended_and_never_rounded(void **state)
{
    (void)state;
    const struct weir_type *type = weir_type_decimal(arena, 6, 4);
    assert_value(type, "10.0", "10.0000");
    assert_value(type, "\"1\"", "1.0000");
    assert_value(type, "1.00001", rejected);
    assert_value(type, "100", rejected);
    assert_value(type, "true", rejected);
}

static void collections_convert_their_items(void **state)
{
    (void)state;
    const struct weir_type *numbers = weir_type_array(arena, &weir_type_integer);
    assert_value(numbers, "[1, \"2\", 3.0, null]", "[1,2,3,null]");
    assert_value(numbers, "[]", "[]");
    assert_value(numbers, "[1,2,3,4,5,6,7,8,9,10]", "[1,2,3,4,5,6,7,8,9,10]");
    assert_value(numbers, "[\"x\"]", rejected);
    assert_value(numbers, "{}", rejected);
    const struct weir_type *map = weir_type_map(arena, &weir_type_string, &weir_type_double);
    assert_value(map, "{\"a\": 1, \"a\": 2, \"b\": null}", "{\"a\":2.0,\"b\":null}");
    assert_value(map, "{\"b\":1,\"long key one\":2,\"x\":3}",
                 "{\"long key one\":2.0,\"x\":3.0,\"b\":1.0}");
    const struct weir_type_field fields[] = {{"F0", numbers}, {"f1", &weir_type_string}};
    const struct weir_type *structure = weir_type_struct(arena, fields, 2);
    assert_value(structure, "{\"f0\":[1],\"f1\":2,\"x\":{}}", "{\"F0\":[1],\"f1\":\"2\"}");
    assert_value(structure, "{\"F1\":2}", "{\"F0\":null,\"f1\":null}");
    assert_value(weir_type_array(arena, structure), "[{\"f0\":[]},null]",
                 "[{\"F0\":[],\"f1\":null},null]");
}

static void a_column_is_found_by_its_name_and_then_by_upper_case(void **state)
{
    (void)state;
    const struct weir_column columns[] = {{"ID", &weir_type_integer}, {"id", &weir_type_integer}};
    assert_row(columns, 1, "{\"id\":1}", "{\"ID\":1}");
    assert_row(columns, 1, "{\"ID\":null,\"id\":1}", "{\"ID\":null}");
    assert_row(columns, 1, "{\"Id\":1,\"id\":2}", "{\"ID\":2}");
    assert_row(columns, 1, "{\"ID\":1,\"id\":2}", "{\"ID\":1}");
    assert_row(columns, 1, "{\"id\":2,\"ID\":1}", "{\"ID\":1}");
    assert_row(columns, 2, "{\"id\":2}", "{\"ID\":2,\"id\":2}");
    assert_row(columns, 2, "{\"ID\":2}", "{\"ID\":2,\"id\":null}");
    assert_row(columns, 1, "{\"\\u0049D\":5}", "{\"ID\":5}");
    /* Only what is looked up has to fit. */
    assert_row(columns, 1, "{\"id\":\"x\",\"ID\":1}", "{\"ID\":1}");
    assert_row(columns, 1, "{\"ID\":\"x\",\"ID\":1}", "{\"ID\":1}");
    assert_row(columns, 1, "{\"ID\":1,\"ID\":\"x\"}", rejected);
}

static void text_that_is_not_json_is_rejected(void **state)
{
    (void)state;
    const struct weir_column column = {"A", &weir_type_string};
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "{\"A\"}",
        "{\"A\":}",
        "{\"A\":\"x}",
        "{\"A\":01}",
        "{\"A\":+1}",
        "{\"A\":.5}",
        "{\"A\":1.}",
        "{\"A\":nul}",
        "{\"A\":'x'}",
        "[1]",
        "1",
        "{\"B\":tru}",
        "{\"A\":\"\x01\"}",
        "{\"A\":\"\\x\"}",
        "{\"A\":\"\xff\"}",
        "{\"B\":\"\xed\xa0\x80\"}",
        "{\"A\":1,}",
        "{A:1}",
        "{\"A\":NaN}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_row(&column, 1, bad[i], rejected);
    }
}

static void what_follows_the_object_is_not_looked_at(void **state)
{
    (void)state;
    const struct weir_column column = {"A", &weir_type_string};
    assert_row(&column, 1, " { \"A\" : \"x\" } garbage", "{\"A\":\"x\"}");
    assert_row(&column, 1, "null", null_row);
    assert_row(&column, 1, "{}", "{\"A\":null}");
    assert_row(&column, 1, "\xef\xbb\xbf{\"A\":1}", "{\"A\":\"1\"}");
}

static void deep_nesting_is_rejected(void **state)
{
    (void)state;
    const struct weir_column column = {"A", &weir_type_string};
    enum { DEPTH = 10000 };
    char *deep = weir_arena_alloc(arena, DEPTH + 8);
    memcpy(deep, "{\"B\":", 5);
    memset(deep + 5, '[', DEPTH);
    deep[DEPTH + 5] = '\0';
    assert_row(&column, 1, deep, rejected);
    deep[2] = 'A';
    assert_row(&column, 1, deep, rejected);
}

static void a_single_column_may_be_bare(void **state)
{
    (void)state;
    const struct weir_column column = {"A", weir_type_array(arena, &weir_type_integer)};
    struct weir_format format = {.kind = WEIR_FORMAT_JSON, .unwrapped = true};
    struct weir_row_reader *reader = weir_row_reader_create(&format, &column, 1);
    assert_string_equal(through(reader, &column, 1, true, "[1,2]"), "[1,2]");
    assert_string_equal(through(reader, &column, 1, true, "{\"A\":[1]}"), rejected);
    assert_string_equal(through(reader, &column, 1, true, "null"), "<null>");
    weir_row_reader_destroy(reader);
}

static void fields_in_another_order_are_still_found(void **state)
{
    (void)state;
    const struct weir_column columns[] = {
        {"A", &weir_type_integer}, {"B", &weir_type_integer}, {"C", &weir_type_integer}};
    struct weir_format format = {.kind = WEIR_FORMAT_JSON};
    struct weir_row_reader *reader = weir_row_reader_create(&format, columns, 3);
    static const char *const orders[] = {"{\"A\":1,\"B\":2,\"C\":3}", "{\"B\":2,\"A\":1,\"C\":3}",
                                         "{\"C\":3,\"x\":0,\"A\":1,\"b\":2}",
                                         "{\"A\":1,\"B\":2,\"C\":3,\"D\":4}"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        assert_string_equal(through(reader, columns, 3, false, orders[i]),
                            "{\"A\":1,\"B\":2,\"C\":3}");
    }
    weir_row_reader_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_coerced),
        cmocka_unit_test(anything_becomes_text),
        cmocka_unit_test(decimals_are_extended_and_never_rounded),
        cmocka_unit_test(collections_convert_their_items),
        cmocka_unit_test(a_column_is_found_by_its_name_and_then_by_upper_case),
        cmocka_unit_test(text_that_is_not_json_is_rejected),
        cmocka_unit_test(what_follows_the_object_is_not_looked_at),
        cmocka_unit_test(deep_nesting_is_rejected),
        cmocka_unit_test(a_single_column_may_be_bare),
        cmocka_unit_test(fields_in_another_order_are_still_found),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
