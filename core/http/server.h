/* server.h - a small HTTP server for the admin port: one handler answers everything.
 *
 * The path arrives as sent, undecoded, so that a name may hold "%2F": split first, then decode each
 * piece with weir_http_decode. Bodies longer than body_bytes_max are answered with 413 before the
 * handler is asked. Threads: the server's own one calls the handler, one request at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_SERVER_H
#define WEIR_HTTP_SERVER_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_http_server;

struct weir_http_server_request {
    const char *method;     /* "GET" */
    const char *path;       /* "/connectors/a%2Fb/status"; without the query */
    struct weir_bytes body; /* null = none */
    /* The value of a query parameter, decoded, or NULL; "" for one without '='. Borrowed for the
     * call. */
    const char *(*query)(const struct weir_http_server_request *request, const char *name);
    /* The value of a header, or NULL. */
    const char *(*header)(const struct weir_http_server_request *request, const char *name);
    void *context; /* of query and header */
};

/* Begins as 200, application/json, empty. */
struct weir_http_answer {
    int status;
    const char *content_type; /* static; NULL when there is no body */
    struct weir_buffer body;
    char location[1024]; /* "" = no Location header */
    const char *allow;   /* static; NULL = no Allow header */
};

typedef void (*weir_http_handler_fn)(const struct weir_http_server_request *request,
                                     struct weir_http_answer *answer, void *context);

struct weir_http_server_options {
    const char *host;        /* numeric address or name to listen on; "" = every address */
    uint16_t port;           /* 0 = any free one */
    size_t body_bytes_max;   /* 0 = 1 MiB */
    size_t answer_bytes_max; /* 0 = 16 MiB; a longer answer becomes 500 */
    weir_http_handler_fn handler;
    void *context;
};

/* Returns owned and listening, or NULL: the address is in use or does not exist. */
struct weir_http_server *weir_http_server_create(const struct weir_http_server_options *options,
                                                 struct weir_error *err);
/* Waits for the request being answered. Accepts NULL. */
void weir_http_server_destroy(struct weir_http_server *server);
uint16_t weir_http_server_port(const struct weir_http_server *server);

/* Percent-decoding into out; false: a bad escape, a NUL byte, or no room. */
bool weir_http_decode(const char *text, size_t bytes, char *out, size_t out_bytes);

#endif
