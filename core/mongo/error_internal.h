/* error_internal.h - libmongoc's errors to weir's. Only for core/mongo. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_ERROR_INTERNAL_H
#define WEIR_MONGO_ERROR_INTERNAL_H

#include "core/mongo/error.h"

#include <mongoc/mongoc.h>
#include <stdbool.h>

/* Whatever its domain: network and server selection are RETRY, authentication is STOP. */
enum weir_error_action weir_mongo_action(const bson_error_t *error);
/* Fills err from error and returns false. */
bool weir_mongo_fail(struct weir_error *err, const bson_error_t *error);

#endif
