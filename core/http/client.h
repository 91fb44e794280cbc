/* client.h - HTTP requests, many in flight from one thread.
 *
 * One client is one connection pool with one set of TLS, proxy and address rules. Start up to
 * in_flight_max requests, then take the answers as they come. Redirects are never followed: a 3xx
 * is an answer like any other. HTTP/2 is spoken over TLS when the server offers it. Of an answer's
 * body at most response_bytes_max bytes are kept; the rest is read and dropped, so that the status
 * stands and the connection can be used again.
 *
 * A request that fails has an error (domain HTTP, code = CURLcode below 100) with an action, and
 * says whether the server may have acted on it: `ambiguous` is true when bytes of the request were
 * sent and no whole answer came. libcurl itself sends a request once more when a kept-alive
 * connection turns out to be dead before one byte of an answer, so a receiver that must act once
 * needs an idempotency key all the same.
 *
 * Threads: one owner. Blocks: only in _next and _call, never past the
 * deadline. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_CLIENT_H
#define WEIR_HTTP_CLIENT_H

#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;
struct weir_http_client;

/* Whether this resolved address may be connected to (of a proxy, when one is set). From the owner's
 * thread. */
typedef bool (*weir_http_address_fn)(const struct sockaddr *address, const void *context);

/* All strings are copied. Zero or NULL = the default named. */
struct weir_http_client_options {
    size_t in_flight_max;      /* 1 */
    size_t response_bytes_max; /* 64 KiB */
    int connect_timeout_ms;    /* 10 000; TLS handshake included */
    int total_timeout_ms;   /* 30 000; of one request, from start to the last byte of its answer */
    const char *user_agent; /* "weir/<version>" */
    const char
        *proxy_url; /* none; "http://host:port"; the environment's proxy variables are not read */
    const char *proxy_user, *proxy_password;
    const char *user, *password;        /* Basic authentication of every request */
    bool tls_verify_off;                /* accepts any certificate */
    bool tls_verify_host_off;           /* accepts a good certificate of another host */
    const char *ca_file;                /* PEM bundle to trust instead of the system's */
    struct weir_bytes ca_pem;           /* the same from memory */
    const char *certificate_file;       /* client certificate; PEM, or PKCS12 with its key */
    struct weir_bytes certificate_data; /* the same from memory */
    bool certificate_is_pkcs12;
    const char *key_file; /* PEM; NULL: beside the certificate */
    struct weir_bytes key_data;
    const char *key_password;             /* of the PEM key or the PKCS12 store */
    int tls_version_min, tls_version_max; /* 12 or 13; 0 = 12, and the newest */
    /* OpenSSL's names with colons, for TLS 1.2 and 1.3; NULL = the library's */
    const char *tls12_ciphers, *tls13_ciphers;
    bool accept_compressed; /* answers */
    bool http1_only;
    weir_http_address_fn address_allowed; /* NULL: every address */
    const void *address_context;          /* borrowed for the client's life */
};

struct weir_http_header {
    const char *name, *value;
};

struct weir_http_request {
    const char *method; /* "POST"; copied, as url and headers are */
    const char *url;
    const struct weir_http_header *headers;
    size_t header_count;
    struct weir_bytes body; /* borrowed until the answer was taken or cancelled; null = none */
    int total_timeout_ms;   /* 0 = the client's */
    void *context;          /* handed back with the answer */
};

struct weir_http_response {
    void *context;
    bool answered; /* true: status to retry_after_ms hold; false: error and ambiguous do */
    int status;
    struct weir_bytes body;
    bool body_cut;          /* it was longer than response_bytes_max */
    int64_t retry_after_ms; /* Retry-After, seconds or date; 0 = none, or past */
    int64_t duration_ms;
    struct weir_error error;
    bool ambiguous;
    void *transfer; /* the client's own */
};

/* Returns owned, or NULL: the TLS files cannot be read (domain CONFIG), or libcurl cannot start. */
struct weir_http_client *weir_http_client_create(const struct weir_http_client_options *options,
                                                 struct weir_error *err);
/* Cancels what is in flight. Accepts NULL. */
void weir_http_client_destroy(struct weir_http_client *client);

/* Begins one request; at most in_flight_max are not yet taken (asserted). Fails with REJECT when
 * the request itself cannot be: a URL or header that does not parse, a scheme that is not http or
 * https. */
bool weir_http_client_start(struct weir_http_client *client,
                            const struct weir_http_request *request, struct weir_error *err);

/* The next finished request, in order of finishing; NULL: none by deadline_ms, or none in
 * flight. Borrowed until the next call of _next, _call, _cancel or _destroy. */
const struct weir_http_response *weir_http_client_next(struct weir_http_client *client,
                                                       int64_t deadline_ms);

/* Started and not yet taken by _next. */
size_t weir_http_client_in_flight(const struct weir_http_client *client);

/* Drops everything in flight; the server may have acted on any of it. */
void weir_http_client_cancel(struct weir_http_client *client);

/* One request and its answer; nothing else may be in flight. NULL: see err (its action says what to
 * do). */
const struct weir_http_response *weir_http_client_call(struct weir_http_client *client,
                                                       const struct weir_http_request *request,
                                                       struct weir_error *err);

/* A header of the answer, whatever the case of its name; NULL = none. Borrowed as the answer is. */
const char *weir_http_response_header(const struct weir_http_response *response, const char *name);

/* OpenSSL's name of a cipher suite that an RFC names; NULL: there is none. Static. */
const char *weir_http_cipher_name(const char *rfc_name);

/* Whether a name or value can stand in a request: no control characters, a name of token
 * characters. */
bool weir_http_header_name_valid(const char *name);
bool weir_http_header_value_valid(const char *value);

#endif
