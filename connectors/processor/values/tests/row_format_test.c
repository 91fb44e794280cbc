/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static void assert_kafka(const struct weir_type *type, const void *bytes, size_t length,
                         const char *json)
{
    const struct weir_column column = {"K", type};
    const struct weir_format format = {.kind = WEIR_FORMAT_KAFKA};
    struct weir_row_reader *reader = weir_row_reader_create(&format, &column, 1);
    struct weir_row_writer *writer = weir_row_writer_create(&format, &column, 1);
    struct weir_error err = {0};
    struct weir_value value;
    bool is_null;
    assert_true(
        weir_row_read(reader, (struct weir_bytes){bytes, length}, arena, &value, &is_null, &err));
    weir_auto_buffer text, written;
    weir_buffer_init(&text, 1000);
    weir_buffer_init(&written, 1000);
    weir_value_print_json(&value, type, &text);
    assert_string_equal(weir_buffer_text(&text), json);
    assert_true(weir_row_write(writer, &value, &written, &is_null, &err));
    assert_false(is_null);
    assert_int_equal(written.len, length);
    assert_memory_equal(written.data, bytes, length);
    weir_row_reader_destroy(reader);
    weir_row_writer_destroy(writer);
}

static void kafka_format_is_that_of_kafkas_serializers(void **state)
{
    (void)state;
    assert_kafka(&weir_type_string, "key", 3, "\"key\"");
    assert_kafka(&weir_type_integer, "\xff\xff\xff\xfe", 4, "-2");
    assert_kafka(&weir_type_bigint, "\0\0\0\0\0\0\xea\x60", 8, "60000");
    assert_kafka(&weir_type_double, "\x3f\xf8\0\0\0\0\0\0", 8, "1.5");
    assert_kafka(&weir_type_bytes, "\0\1\2", 3, "\"AAEC\"");
}

static void kafka_format_rejects_another_size(void **state)
{
    (void)state;
    const struct weir_column column = {"K", &weir_type_integer};
    const struct weir_format format = {.kind = WEIR_FORMAT_KAFKA};
    struct weir_row_reader *reader = weir_row_reader_create(&format, &column, 1);
    struct weir_error err = {0};
    struct weir_value value;
    bool is_null;
    assert_false(weir_row_read(reader, WEIR_BYTES("12345"), arena, &value, &is_null, &err));
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    assert_true(weir_row_read(reader, WEIR_BYTES_NULL, arena, &value, &is_null, &err));
    assert_true(is_null && weir_value_is_null(&value));
    weir_row_reader_destroy(reader);
}

static void windows_are_a_suffix_of_the_key(void **state)
{
    (void)state;
    weir_auto_buffer key;
    weir_buffer_init(&key, 100);
    weir_buffer_append_text(&key, "key");
    weir_window_suffix_append(WEIR_WINDOW_TIME, 60000, 120000, &key);
    assert_int_equal(key.len, 11);
    assert_memory_equal(key.data, "key\0\0\0\0\0\0\xea\x60", 11);
    struct weir_bytes bytes = weir_buffer_view(&key);
    int64_t start, end;
    assert_true(weir_window_suffix_take(WEIR_WINDOW_TIME, 60000, &bytes, &start, &end));
    assert_int_equal(bytes.len, 3);
    assert_int_equal(start, 60000);
    assert_int_equal(end, 120000);
    weir_buffer_reset(&key);
    weir_window_suffix_append(WEIR_WINDOW_SESSION, 5, 7, &key);
    assert_memory_equal(key.data, "\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\5", 16);
    bytes = weir_buffer_view(&key);
    assert_true(weir_window_suffix_take(WEIR_WINDOW_SESSION, 0, &bytes, &start, &end));
    assert_true(start == 5 && end == 7 && bytes.len == 0);
    assert_false(weir_window_suffix_take(WEIR_WINDOW_TIME, 0, &bytes, &start, &end));
}

static const struct weir_column csv_columns[] = {
    {"S", &weir_type_string}, {"I", &weir_type_integer}, {"D", &weir_type_double}};

/* NULL: rejected. */
static const char *through_csv(char delimiter, const char *input)
{
    const struct weir_format format = {.kind = WEIR_FORMAT_DELIMITED, .delimiter = delimiter};
    struct weir_row_reader *reader = weir_row_reader_create(&format, csv_columns, 3);
    struct weir_row_writer *writer = weir_row_writer_create(&format, csv_columns, 3);
    struct weir_error err = {0};
    struct weir_value values[3];
    bool is_null;
    const char *result = NULL;
    if (weir_row_read(reader, weir_bytes_of(input), arena, values, &is_null, &err)) {
        weir_auto_buffer buffer;
        weir_buffer_init(&buffer, 1000);
        assert_true(weir_row_write(writer, values, &buffer, &is_null, &err));
        result = weir_arena_strdup(arena, weir_buffer_text(&buffer));
    } else {
        assert_int_equal(err.action, WEIR_ERROR_REJECT);
    }
    weir_row_reader_destroy(reader);
    weir_row_writer_destroy(writer);
    return result;
}

static void delimited_lines_are_read_and_written(void **state)
{
    (void)state;
    assert_string_equal(through_csv(0, "cod,1,2.5"), "cod,1,2.5");
    assert_string_equal(through_csv(0, "cod,,1e10\r\n"), "cod,,1.0E10");
    assert_string_equal(through_csv(0, "\"a,\"\"b\"\"\",1,2"), "\"a,\"\"b\"\"\",1,2.0");
    assert_string_equal(through_csv(0, "\"\",1,2"), ",1,2.0");
    assert_string_equal(through_csv('|', "a,b|1|2"), "a,b|1|2.0");
    assert_string_equal(through_csv(0, "\n\nx ,1,2\nnext,1,2"), "\"x \",1,2.0");
}

static void delimited_lines_that_do_not_fit_are_rejected(void **state)
{
    (void)state;
    static const char *const bad[] = {"",        "\n",         "a,1",     "a,1,2,3",        "a,x,2",
                                      "\"a,1,2", "\"a\"b,1,2", "a,1.0,2", "a,99999999999,1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(through_csv(0, bad[i]));
    }
}

static void formats_refuse_columns_that_they_cannot_carry(void **state)
{
    (void)state;
    const struct weir_column array = {"A", weir_type_array(arena, &weir_type_integer)};
    const struct weir_column map = {"M",
                                    weir_type_map(arena, &weir_type_integer, &weir_type_integer)};
    const struct weir_column flag = {"B", &weir_type_boolean};
    const struct {
        enum weir_format_kind kind;
        const struct weir_column *columns;
        size_t count;
        const char *message; /* NULL: accepted */
    } rows[] = {
        {WEIR_FORMAT_KAFKA, &flag, 1, "The 'KAFKA' format does not support type 'BOOLEAN'"},
        {WEIR_FORMAT_KAFKA, csv_columns, 2, "only supports a single field"},
        {WEIR_FORMAT_KAFKA, csv_columns, 1, NULL},
        {WEIR_FORMAT_DELIMITED, &array, 1, "does not support type 'ARRAY'"},
        {WEIR_FORMAT_DELIMITED, csv_columns, 3, NULL},
        {WEIR_FORMAT_JSON, &map, 1, "JSON only supports MAP types with STRING keys"},
        {WEIR_FORMAT_JSON, &array, 1, NULL},
        {WEIR_FORMAT_NONE, &flag, 1, "The 'NONE' format can only be used"},
        {WEIR_FORMAT_NONE, NULL, 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct weir_format format = {.kind = rows[i].kind};
        struct weir_error err = {0};
        bool accepted = weir_format_check(&format, rows[i].columns, rows[i].count, &err);
        assert_int_equal(accepted, rows[i].message == NULL);
        if (rows[i].message) {
            assert_non_null(strstr(err.message, rows[i].message));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kafka_format_is_that_of_kafkas_serializers),
        cmocka_unit_test(kafka_format_rejects_another_size),
        cmocka_unit_test(windows_are_a_suffix_of_the_key),
        cmocka_unit_test(delimited_lines_are_read_and_written),
        cmocka_unit_test(delimited_lines_that_do_not_fit_are_rejected),
        cmocka_unit_test(formats_refuse_columns_that_they_cannot_carry),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
