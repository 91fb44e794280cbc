/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/identity.h"

#include "core/base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const struct weir_property properties[] = {
    {.name = "listeners", .type = WEIR_PROPERTY_STRING}, {0}};

static char *identity(const char *yaml)
{
    static const struct weir_property *const tables[] = {properties, NULL};
    struct weir_error err = {0};
    struct weir_config *config = weir_config_parse(yaml, strlen(yaml), "i.yaml", &err);
    assert_non_null(config);
    assert_true(weir_config_check(config, tables, &err));
    char *made = weir_process_identity(config);
    weir_config_destroy(config);
    return made;
}

static void host_and_admin_port_tell_who_a_process_is(void **state)
{
    (void)state;
    char host[256] = "", expected[300];
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    snprintf(expected, sizeof(expected), "%s-8083", host);
    char *made = identity("listeners: http://0.0.0.0:8083\n");
    assert_string_equal(made, expected);
    weir_free(made);
}

static void a_port_that_the_system_chooses_tells_nothing(void **state)
{
    (void)state;
    assert_null(identity("listeners: http://127.0.0.1:0\n"));
    assert_null(identity("listeners: ''\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_and_admin_port_tell_who_a_process_is),
        cmocka_unit_test(a_port_that_the_system_chooses_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
