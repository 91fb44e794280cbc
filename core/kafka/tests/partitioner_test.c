/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/partitioner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Expected values: Java's Utils.murmur2 of the same bytes. */
static void murmur2_is_javas(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t hash;
    } rows[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };
    for (size_t index = 0; index < sizeof(rows) / sizeof(rows[0]); index++) {
        assert_int_equal((int32_t)weir_murmur2(weir_bytes_of(rows[index].text)), rows[index].hash);
    }
}

static void partitions_are_never_negative(void **state)
{
    (void)state;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        int32_t partition = weir_partition_of((struct weir_bytes){(const uint8_t *)&letter, 1}, 6);
        assert_in_range(partition, 0, 5);
    }
    assert_int_equal(weir_partition_of(weir_bytes_of("foobar"), 6), (-790332482 & 0x7fffffff) % 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(murmur2_is_javas),
        cmocka_unit_test(partitions_are_never_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
