/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/standby_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MEMBERS_MAX = 6, PARTITIONS_MAX = 13 };

/* Who has the partition when the members whose bits are set in `gone` are gone: counted out one
 * member after the other, as Java's RangeAssignor does. */
static int owner_of(int partition_count, int member_count, unsigned gone, int partition)
{
    int left = 0;
    for (int member = 0; member < member_count; member++) {
        left += !(gone >> member & 1);
    }
    int next = 0, place = 0;
    for (int member = 0; member < member_count; member++) {
        if (gone >> member & 1) {
            continue;
        }
        int share = partition_count / left + (place < partition_count % left);
        if (partition >= next && partition < next + share) {
            return member;
        }
        next += share;
        place++;
    }
    return -1;
}

static bool may_get(int partition_count, int member_count, int departures_max, int member,
                    int partition)
{
    for (unsigned gone = 1; gone < 1U << member_count; gone++) {
        int departures = __builtin_popcount(gone);
        if (departures <= departures_max &&
            owner_of(partition_count, member_count, gone, partition) == member) {
            return true;
        }
    }
    return false;
}

static void a_member_needs_what_departures_can_bring(void **state)
{
    (void)state;
    for (int partitions = 1; partitions <= PARTITIONS_MAX; partitions++) {
        for (int members = 1; members <= MEMBERS_MAX; members++) {
            for (int departures = 0; departures <= 3; departures++) {
                for (int i = 0; i < members * partitions; i++) {
                    int member = i / partitions, partition = i % partitions;
                    const struct weir_standby_place place = {partitions, (size_t)members,
                                                             (size_t)member, (size_t)departures};
                    assert_int_equal(weir_standby_place_needs(&place, partition),
                                     may_get(partitions, members, departures, member, partition));
                }
            }
        }
    }
}

static void two_members_keep_each_others(void **state)
{
    (void)state;
    const struct weir_standby_place second = {6, 2, 1, 1};
    for (int32_t partition = 0; partition < 6; partition++) {
        assert_true(weir_standby_place_needs(&second, partition));
    }
    const struct weir_standby_place alone = {6, 1, 0, 1};
    assert_false(weir_standby_place_needs(&alone, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_needs_what_departures_can_bring),
        cmocka_unit_test(two_members_keep_each_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
