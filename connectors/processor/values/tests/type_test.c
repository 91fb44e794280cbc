/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct weir_type *nested(struct weir_arena *arena, const char *field)
{
    const struct weir_type_field fields[] = {
        {field, weir_type_map(arena, &weir_type_string, weir_type_decimal(arena, 4, 2))},
        {"b c", &weir_type_timestamp},
    };
    return weir_type_array(arena, weir_type_struct(arena, fields, 2));
}

static void types_print_as_ksqldb_writes_them(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer text;
    weir_buffer_init(&text, 1000);
    weir_type_print(nested(arena, "A"), &text);
    assert_string_equal(weir_buffer_text(&text),
                        "ARRAY<STRUCT<`A` MAP<STRING, DECIMAL(4, 2)>, `b c` TIMESTAMP>>");
    weir_buffer_reset(&text);
    weir_type_print(weir_type_struct(arena, NULL, 0), &text);
    assert_string_equal(weir_buffer_text(&text), "STRUCT< >");
}

static void types_are_equal_by_structure(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    assert_true(weir_type_equal(nested(arena, "A"), nested(arena, "A")));
    assert_false(weir_type_equal(nested(arena, "A"), nested(arena, "a")));
    assert_false(weir_type_equal(weir_type_decimal(arena, 4, 2), weir_type_decimal(arena, 4, 1)));
    assert_false(weir_type_equal(&weir_type_integer, &weir_type_bigint));
}

static void a_copy_outlives_its_original(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    struct weir_arena *brief = weir_arena_create(4096);
    char name[] = "A";
    const struct weir_type *copy = weir_type_copy(arena, nested(brief, name));
    name[0] = 'X';
    weir_arena_destroy(brief);
    assert_true(weir_type_equal(copy, nested(arena, "A")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_print_as_ksqldb_writes_them),
        cmocka_unit_test(types_are_equal_by_structure),
        cmocka_unit_test(a_copy_outlives_its_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
