/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/kafka_error.h"

#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* One row for each code that has an answer of its own, and some that have none. */
static const struct {
    rd_kafka_resp_err_t code;
    enum weir_error_action action;
    const char *hint;
} expected[] = {
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, WEIR_ERROR_STOP, "password"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, WEIR_ERROR_STOP, "password"},
    {RD_KAFKA_RESP_ERR__SSL, WEIR_ERROR_STOP, "ssl.*"},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, WEIR_ERROR_STOP, ""},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, WEIR_ERROR_STOP, "sasl.mechanism"},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, WEIR_ERROR_STOP, "this topic"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, WEIR_ERROR_STOP, "this group"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, WEIR_ERROR_STOP, "may not"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, WEIR_ERROR_STOP, "transactional id"},
    {RD_KAFKA_RESP_ERR__FENCED, WEIR_ERROR_STOP, "same identity"},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, WEIR_ERROR_STOP, "same identity"},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, WEIR_ERROR_STOP, "group.instance.id"},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, WEIR_ERROR_RETRY, "too long"},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, WEIR_ERROR_STOP, "fewer brokers"},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, WEIR_ERROR_STOP, "legal"},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, WEIR_ERROR_STOP, "transaction.max.timeout.ms"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, WEIR_ERROR_REJECT, "max.message.bytes"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, WEIR_ERROR_STOP, "create the topic"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, WEIR_ERROR_STOP, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, WEIR_ERROR_RETRY, "does not exist"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, WEIR_ERROR_RETRY, "bootstrap.servers"},
    {RD_KAFKA_RESP_ERR__TRANSPORT, WEIR_ERROR_RETRY, "bootstrap.servers"},
    {RD_KAFKA_RESP_ERR__RESOLVE, WEIR_ERROR_RETRY, "no address"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, WEIR_ERROR_RETRY, ""},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, WEIR_ERROR_RETRY, ""},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, WEIR_ERROR_RETRY, ""},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, WEIR_ERROR_RETRY, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN, WEIR_ERROR_RETRY, ""},
};

static void each_code_has_its_action_and_says_what_to_do(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof(expected) / sizeof(expected[0]); index++) {
        struct weir_error err = {0};
        assert_false(weir_kafka_fail(&err, (int)expected[index].code, "topic t"));
        assert_int_equal(err.action, expected[index].action);
        assert_int_equal(err.domain, WEIR_DOMAIN_KAFKA);
        assert_int_equal(err.code, expected[index].code);
        assert_int_equal(strncmp(err.message, "topic t: ", strlen("topic t: ")), 0);
        assert_non_null(strstr(err.message, rd_kafka_err2str(expected[index].code)));
        assert_non_null(strstr(err.message, expected[index].hint));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_has_its_action_and_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
