/* rest_internal.h - what the files of the admin port's answers share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_REST_INTERNAL_H
#define WEIR_RUNTIME_REST_INTERNAL_H

#include "core/runtime/rest.h"

enum { REST_NAME_BYTES_MAX = 1024 };

/* One request on its way through the routes. */
struct rest_call {
    const struct weir_rest *rest;
    const struct weir_http_server_request *request;
    struct weir_http_answer *answer;
    char names[2][REST_NAME_BYTES_MAX]; /* what the '*' of the route stood for, decoded */
};

typedef void (*rest_handler_fn)(struct rest_call *call);

/* Connect's error body. */
void rest_fail(struct rest_call *call, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An answer without body. */
void rest_empty(struct rest_call *call, int status);

/* rest_body.c: what the request's JSON object says, unchecked, references (${...}) as they stand;
 * owned. NULL: answered with 400. */
#define REST_BODY_NAME "request"
struct weir_config *rest_body(struct rest_call *call);

/* rest_plugins.c */
void rest_plugins_list(struct rest_call *call);
void rest_plugin_config(struct rest_call *call);
void rest_plugin_validate(struct rest_call *call);

/* rest_loggers.c */
void rest_loggers_list(struct rest_call *call);
void rest_logger_get(struct rest_call *call);
void rest_logger_put(struct rest_call *call);

#endif
