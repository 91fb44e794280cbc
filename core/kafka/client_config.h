/* client_config.h - the properties of Kafka's clients, under the names that Java's clients and
 * Confluent Cloud give them.
 *
 * bootstrap.servers, security.*, sasl.*, ssl.*, kafka.api.key/secret; producer.*, consumer.*,
 * admin.* and Connect's *.override.* pass through to the client, Java names translated.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_CLIENT_CONFIG_H
#define WEIR_KAFKA_CLIENT_CONFIG_H

#include "core/base/error.h"
#include "core/config/config.h"

extern const struct weir_property weir_kafka_properties[];

/* Whether every pass-through property is one that the client library knows: for `validate`. Domain
 * CONFIG. */
bool weir_kafka_config_check(const struct weir_config *config, struct weir_error *err);

#endif
