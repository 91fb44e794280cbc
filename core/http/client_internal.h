/* client_internal.h - what client.c and client_setup.c share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_CLIENT_INTERNAL_H
#define WEIR_HTTP_CLIENT_INTERNAL_H

#include "core/base/buffer.h"
#include "core/http/client.h"

#include <curl/curl.h>

/* Options with copies of everything that they point to. */
struct http_settings {
    struct weir_http_client_options options;
    char *strings[16]; /* what options points to */
    size_t string_count;
    uint8_t *blobs[3];
    size_t blob_count;
};

/* "Name: value" lines as libcurl's list, without an allocation for each. */
struct http_header_lines {
    struct weir_buffer text; /* NUL-terminated lines */
    struct curl_slist *nodes;
    size_t count, capacity;
};

/* One request in flight, or one that was answered and is still lent to the caller. */
struct http_transfer {
    CURL *easy;
    CURLU *url;
    struct http_header_lines headers;
    char *last_url; /* what the handle is set to; NULL = nothing */
    bool configured, has_body;
    struct weir_buffer body;
    struct weir_http_response response;
    char method[16];
    char detail[CURL_ERROR_SIZE];
    bool denied; /* address_allowed said no */
    bool running;
    const struct http_settings *settings;
    struct http_transfer *next_free;
};

bool http_settings_init(struct http_settings *settings,
                        const struct weir_http_client_options *options, struct weir_error *err);
void http_settings_fini(struct http_settings *settings);

/* Everything that is the same for each request of a client, on a fresh or reset handle. */
void http_transfer_configure(struct http_transfer *transfer);
/* Trust, own certificate, versions, ciphers. */
void http_transfer_configure_tls(CURL *easy, const struct weir_http_client_options *options);
/* URL, method, headers and body of one request. */
bool http_transfer_prepare(struct http_transfer *transfer, const struct weir_http_request *request,
                           struct weir_error *err);
/* Fills transfer->response from the finished handle. */
void http_transfer_finish(struct http_transfer *transfer, CURLcode code);

/* What a failed transfer means to the one who sent it. */
enum weir_error_action http_error_action(CURLcode code);

#endif
