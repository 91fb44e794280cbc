/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/kafka_error.h"

#include <librdkafka/rdkafka.h>
#include <stddef.h>

static const struct {
    rd_kafka_resp_err_t code;
    enum weir_error_action action;
    const char *hint;
} rows[] = {
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, WEIR_ERROR_STOP, "check the user name and password"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, WEIR_ERROR_STOP,
     "check the user name and password"},
    {RD_KAFKA_RESP_ERR__SSL, WEIR_ERROR_STOP, "check security.protocol and the ssl.* properties"},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, WEIR_ERROR_STOP, NULL},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, WEIR_ERROR_STOP, "check sasl.mechanism"},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, WEIR_ERROR_STOP,
     "the user may not use this topic"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, WEIR_ERROR_STOP,
     "the user may not use this group"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, WEIR_ERROR_STOP, "the user may not do this"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, WEIR_ERROR_STOP,
     "the user may not use this transactional id"},
    {RD_KAFKA_RESP_ERR__FENCED, WEIR_ERROR_STOP,
     "another process with the same identity has taken over"},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, WEIR_ERROR_STOP,
     "another process with the same identity has taken over"},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, WEIR_ERROR_RETRY,
     "the transaction took too long, or was fenced"},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, WEIR_ERROR_STOP,
     "another process with the same group.instance.id has taken over"},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, WEIR_ERROR_STOP,
     "there are fewer brokers than replicas asked for"},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, WEIR_ERROR_STOP, "not a legal topic name"},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, WEIR_ERROR_STOP,
     "the broker's transaction.max.timeout.ms is smaller"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, WEIR_ERROR_REJECT,
     "larger than the topic's max.message.bytes"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, WEIR_ERROR_STOP, "create the topic first"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, WEIR_ERROR_STOP, NULL},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, WEIR_ERROR_RETRY, "the topic does not exist"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, WEIR_ERROR_RETRY,
     "no broker of bootstrap.servers answers"},
    {RD_KAFKA_RESP_ERR__TRANSPORT, WEIR_ERROR_RETRY, "no broker of bootstrap.servers answers"},
    {RD_KAFKA_RESP_ERR__RESOLVE, WEIR_ERROR_RETRY, "a host of bootstrap.servers has no address"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, WEIR_ERROR_RETRY, NULL},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, WEIR_ERROR_RETRY, NULL},
};

static const char *hint_of(int code)
{
    for (size_t index = 0; index < sizeof(rows) / sizeof(rows[0]); index++) {
        if ((int)rows[index].code == code) {
            return rows[index].hint;
        }
    }
    return NULL;
}

enum weir_error_action weir_kafka_error_action(int code)
{
    for (size_t index = 0; index < sizeof(rows) / sizeof(rows[0]); index++) {
        if ((int)rows[index].code == code) {
            return rows[index].action;
        }
    }
    return WEIR_ERROR_RETRY;
}

bool weir_kafka_fail(struct weir_error *err, int code, const char *what)
{
    const char *hint = hint_of(code);
    return weir_fail(err, weir_kafka_error_action(code), WEIR_DOMAIN_KAFKA, code, "%s: %s%s%s",
                     what, rd_kafka_err2str((rd_kafka_resp_err_t)code), hint ? ": " : "",
                     hint ? hint : "");
}
