/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/ordered_map.h"

#include "core/base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { KEYS = 500 };

static void it_agrees_with_a_table(void **state)
{
    (void)state;
    struct weir_ordered_map *map = weir_ordered_map_create();
    uint32_t values[KEYS] = {0}; /* 0: absent */
    size_t count = 0;
    uint64_t random = 42;
    for (uint32_t i = 1; i <= 20000; i++) {
        uint32_t number = (uint32_t)(weir_random_next(&random) % KEYS);
        char key[8];
        snprintf(key, sizeof key, "%03u", number);
        struct weir_bytes name = weir_bytes_of(key);
        if (weir_random_next(&random) % 3 == 0) {
            assert_int_equal(weir_ordered_map_remove(map, name), values[number] != 0);
            count -= values[number] != 0;
            values[number] = 0;
        } else {
            count += values[number] == 0;
            values[number] = i;
            weir_ordered_map_put(map, name, (struct weir_bytes){(const uint8_t *)&i, sizeof i});
        }
        assert_int_equal(weir_ordered_map_count(map), count);
    }
    const struct weir_ordered_node *node = weir_ordered_map_first(map);
    for (uint32_t number = 0; number < KEYS; number++) {
        if (values[number] != 0) {
            char key[8];
            snprintf(key, sizeof key, "%03u", number);
            assert_true(weir_bytes_equal(weir_ordered_node_key(node), weir_bytes_of(key)));
            assert_memory_equal(weir_ordered_node_value(node).data, &values[number],
                                sizeof values[number]);
            node = weir_ordered_node_next(node);
        }
    }
    assert_null(node);
    weir_ordered_map_destroy(map);
}

static void seek_finds_the_first_key_not_before(void **state)
{
    (void)state;
    struct weir_ordered_map *map = weir_ordered_map_create();
    weir_ordered_map_put(map, WEIR_BYTES("b"), WEIR_BYTES("1"));
    weir_ordered_map_put(map, WEIR_BYTES("bb"), WEIR_BYTES(""));
    assert_true(weir_bytes_equal(weir_ordered_node_key(weir_ordered_map_seek(map, WEIR_BYTES("a"))),
                                 WEIR_BYTES("b")));
    assert_true(weir_bytes_equal(
        weir_ordered_node_key(weir_ordered_map_seek(map, WEIR_BYTES("ba"))), WEIR_BYTES("bb")));
    assert_null(weir_ordered_map_seek(map, WEIR_BYTES("c")));
    assert_int_equal(weir_ordered_map_get(map, WEIR_BYTES("bb")).len, 0);
    assert_false(weir_bytes_is_null(weir_ordered_map_get(map, WEIR_BYTES("bb"))));
    assert_true(weir_bytes_is_null(weir_ordered_map_get(map, WEIR_BYTES("c"))));
    weir_ordered_map_destroy(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_a_table),
        cmocka_unit_test(seek_finds_the_first_key_not_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
