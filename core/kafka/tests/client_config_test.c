/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/client_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static bool check(const char *yaml, struct weir_error *err)
{
    static const struct weir_property *const tables[] = {weir_kafka_properties, NULL};
    memset(err, 0, sizeof(*err));
    struct weir_config *config = weir_config_parse(yaml, strlen(yaml), "k.yaml", err);
    bool fine =
        config && weir_config_check(config, tables, err) && weir_kafka_config_check(config, err);
    weir_config_destroy(config);
    return fine;
}

static void java_names_are_translated(void **state)
{
    (void)state;
    struct weir_error err;
    assert_true(check("bootstrap.servers: a:1,b:2\nproducer.max.request.size: 2000000\n"
                      "consumer.override.fetch.max.wait.ms: 10\n",
                      &err));
}

static void unknown_client_properties_name_their_line(void **state)
{
    (void)state;
    struct weir_error err;
    assert_false(check("bootstrap.servers: a:1\nconsumer.fetch.min.bites: 1\n", &err));
    assert_non_null(strstr(err.message, "k.yaml:2: consumer.fetch.min.bites"));
    assert_false(check("bootstrap.servers: a:1\nconsumer.max.poll.records: 5\n", &err));
    assert_non_null(strstr(err.message, "JVM"));
}

static void jaas_lines_give_user_and_password(void **state)
{
    (void)state;
    struct weir_error err;
    assert_true(
        check("bootstrap.servers: a:1\nsecurity.protocol: SASL_SSL\nsasl.mechanism: PLAIN\n"
              "sasl.jaas.config: 'x.PlainLoginModule required username=\"u\" password=\"p\";'\n",
              &err));
    assert_false(check("bootstrap.servers: a:1\nsasl.jaas.config: nothing\n", &err));
    assert_null(strstr(err.message, "nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(java_names_are_translated),
        cmocka_unit_test(unknown_client_properties_name_their_line),
        cmocka_unit_test(jaas_lines_give_user_and_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
