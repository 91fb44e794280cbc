/* kafka_error.h - what to do about each error of librdkafka.
 *
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_KAFKA_ERROR_H
#define WEIR_KAFKA_KAFKA_ERROR_H

#include "core/base/error.h"

/* code is an rd_kafka_resp_err_t. Unknown codes are RETRY: a new client finds out. */
enum weir_error_action weir_kafka_error_action(int code);

/* Fills err from a code: "<what>: <librdkafka's text>: <what to do>", domain KAFKA. Returns
 * false. */
bool weir_kafka_fail(struct weir_error *err, int code, const char *what);

#endif
