/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_actions(const int32_t *codes, size_t count, enum weir_error_action action)
{
    for (size_t index = 0; index < count; index++) {
        if (weir_mongo_server_action(codes[index]) != action) {
            fail_msg("code %d", codes[index]);
        }
    }
}
#define ASSERT_ACTIONS(codes, action) \
    assert_actions((codes), sizeof(codes) / sizeof((codes)[0]), (action))

static void what_passes_is_tried_again(void **state)
{
    (void)state;
    /* The codes after which a driver resumes a change stream, and what a write concern or a lock
     * says. */
    static const int32_t codes[] = {6,     7,     24,    43,    50,    63,    64,    89,
                                    91,    100,   112,   133,   150,   175,   189,   202,
                                    234,   237,   251,   262,   317,   365,   9001,  10058,
                                    10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031};
    ASSERT_ACTIONS(codes, WEIR_ERROR_RETRY);
}

static void a_user_without_rights_stops_the_task(void **state)
{
    (void)state;
    static const int32_t codes[] = {11, 13, 18, 73, 79, 8000};
    ASSERT_ACTIONS(codes, WEIR_ERROR_STOP);
}

static void any_other_refusal_is_about_the_command(void **state)
{
    (void)state;
    static const int32_t codes[] = {2, 9, 121, 260, 280, 286, 11000, 40573, 0, -1};
    ASSERT_ACTIONS(codes, WEIR_ERROR_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passes_is_tried_again),
        cmocka_unit_test(a_user_without_rights_stops_the_task),
        cmocka_unit_test(any_other_refusal_is_about_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
