/* kafka_internal.h - what the files of core/kafka share; includes librdkafka. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_KAFKA_INTERNAL_H
#define WEIR_KAFKA_KAFKA_INTERNAL_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/kafka/kafka_error.h"

#include <librdkafka/rdkafka.h>

enum weir_kafka_role { WEIR_KAFKA_PRODUCER, WEIR_KAFKA_CONSUMER, WEIR_KAFKA_ADMIN };

/* Connection, security, log routing, then the role's pass-through properties. Returns owned, NULL
 * and domain CONFIG on a property that the library does not know. */
rd_kafka_conf_t *weir_kafka_conf_create(const struct weir_config *config, enum weir_kafka_role role,
                                        struct weir_error *err);
/* A name and value of ours; asserts that the library takes it. */
void weir_kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value);
/* Only where the user did not pass the same property through. */
void weir_kafka_conf_default(const struct weir_config *config, enum weir_kafka_role role,
                             rd_kafka_conf_t *conf, const char *name, const char *value);
/* Takes conf, also on failure. */
rd_kafka_t *weir_kafka_client_create(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                                     struct weir_error *err);
/* Waits until a broker answers; the one clear message when none does. */
bool weir_kafka_await_broker(rd_kafka_t *client, const struct weir_config *config,
                             int64_t deadline_ms, struct weir_error *err);
/* Fills err from a librdkafka error object and destroys it. Returns false. */
bool weir_kafka_fail_object(struct weir_error *err, rd_kafka_error_t *error, const char *what);

#endif
