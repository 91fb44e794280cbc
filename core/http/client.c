/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/client.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/http/client_internal.h"

#include <pthread.h>
#include <string.h>

enum { HEADER_TEXT_BYTES_MAX = 8 * 1024 * 1024 };

struct weir_http_client {
    struct http_settings settings;
    CURLM *multi;
    struct http_transfer *transfers; /* one more than in_flight_max: the one lent to the caller */
    size_t transfer_count;
    struct http_transfer *free;
    struct http_transfer *lent;
    size_t in_flight;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_started;

static void start_curl(void)
{
    curl_started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void release(struct weir_http_client *client, struct http_transfer *transfer)
{
    transfer->next_free = client->free;
    client->free = transfer;
}

static void make_transfers(struct weir_http_client *client)
{
    client->transfer_count = client->settings.options.in_flight_max + 1;
    client->transfers = weir_alloc_array(client->transfer_count, sizeof(*client->transfers));
    for (size_t i = client->transfer_count; i-- > 0;) {
        struct http_transfer *transfer = &client->transfers[i];
        transfer->settings = &client->settings;
        transfer->easy = curl_easy_init();
        transfer->url = curl_url();
        weir_assert(transfer->easy && transfer->url);
        weir_buffer_init(&transfer->body, client->settings.options.response_bytes_max);
        weir_buffer_init(&transfer->headers.text, HEADER_TEXT_BYTES_MAX);
        release(client, transfer);
    }
}

struct weir_http_client *weir_http_client_create(const struct weir_http_client_options *options,
                                                 struct weir_error *err)
{
    pthread_once(&curl_once, start_curl);
    if (curl_started != CURLE_OK) {
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, (int)curl_started, "libcurl: %s",
                  curl_easy_strerror(curl_started));
        return NULL;
    }
    struct weir_http_client *client = weir_alloc(sizeof(*client));
    if (!http_settings_init(&client->settings, options, err)) {
        weir_http_client_destroy(client);
        return NULL;
    }
    client->multi = curl_multi_init();
    weir_assert(client->multi != NULL);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      (long)client->settings.options.in_flight_max);
    make_transfers(client);
    return client;
}

void weir_http_client_destroy(struct weir_http_client *client)
{
    if (!client) {
        return;
    }
    weir_http_client_cancel(client);
    for (size_t i = 0; i < client->transfer_count; i++) {
        struct http_transfer *transfer = &client->transfers[i];
        curl_easy_cleanup(transfer->easy);
        curl_url_cleanup(transfer->url);
        weir_buffer_fini(&transfer->headers.text);
        weir_free(transfer->headers.nodes);
        weir_free(transfer->last_url);
        weir_buffer_fini(&transfer->body);
    }
    weir_free(client->transfers);
    curl_multi_cleanup(client->multi);
    http_settings_fini(&client->settings);
    weir_free(client);
}

/* Back to a transfer without a request; the handle keeps what is the same for the next. */
static void clear(struct http_transfer *transfer)
{
    weir_buffer_reset(&transfer->body);
    memset(&transfer->response, 0, sizeof(transfer->response));
    transfer->detail[0] = '\0';
    transfer->denied = false;
}

bool weir_http_client_start(struct weir_http_client *client,
                            const struct weir_http_request *request, struct weir_error *err)
{
    weir_assert(client->in_flight < client->settings.options.in_flight_max);
    struct http_transfer *transfer = client->free;
    clear(transfer);
    if (!http_transfer_prepare(transfer, request, err)) {
        return false;
    }
    transfer->response.context = request->context;
    CURLMcode code = curl_multi_add_handle(client->multi, transfer->easy);
    if (code != CURLM_OK) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, 0, "libcurl: %s",
                         curl_multi_strerror(code));
    }
    client->free = transfer->next_free;
    transfer->running = true;
    client->in_flight++;
    return true;
}

static void release_lent(struct weir_http_client *client)
{
    if (client->lent) {
        release(client, client->lent);
        client->lent = NULL;
    }
}

static void detach(struct weir_http_client *client, struct http_transfer *transfer)
{
    curl_multi_remove_handle(client->multi, transfer->easy);
    transfer->running = false;
    client->in_flight--;
}

/* The next transfer that libcurl reports as done, detached; NULL: none yet. */
static struct http_transfer *take_done(struct weir_http_client *client)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        CURLcode code = message->data.result;
        struct http_transfer *transfer = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        http_transfer_finish(transfer, code);
        detach(client, transfer);
        return transfer;
    }
    return NULL;
}

const struct weir_http_response *weir_http_client_next(struct weir_http_client *client,
                                                       int64_t deadline_ms)
{
    release_lent(client);
    while (client->in_flight > 0) {
        int running = 0;
        /* What is done already goes first: each look at the sockets is dear. */
        client->lent = take_done(client);
        if (client->lent) {
            return &client->lent->response;
        }
        CURLMcode code = curl_multi_perform(client->multi, &running);
        weir_assert(code == CURLM_OK);
        client->lent = take_done(client);
        if (client->lent) {
            return &client->lent->response;
        }
        int left_ms = weir_clock_left_ms(deadline_ms, 1000);
        if (left_ms == 0) {
            break;
        }
        curl_multi_poll(client->multi, NULL, 0, left_ms, NULL);
    }
    return NULL;
}

size_t weir_http_client_in_flight(const struct weir_http_client *client)
{
    return client->in_flight;
}

void weir_http_client_cancel(struct weir_http_client *client)
{
    release_lent(client);
    for (size_t i = 0; i < client->transfer_count; i++) {
        struct http_transfer *transfer = &client->transfers[i];
        if (transfer->running) {
            detach(client, transfer);
            release(client, transfer);
        }
    }
}

const struct weir_http_response *weir_http_client_call(struct weir_http_client *client,
                                                       const struct weir_http_request *request,
                                                       struct weir_error *err)
{
    weir_assert(client->in_flight == 0);
    if (!weir_http_client_start(client, request, err)) {
        return NULL;
    }
    const struct weir_http_response *response = weir_http_client_next(client, INT64_MAX);
    if (!response->answered) {
        *err = response->error;
        return NULL;
    }
    return response;
}

const char *weir_http_response_header(const struct weir_http_response *response, const char *name)
{
    struct http_transfer *transfer = response->transfer;
    struct curl_header *header = NULL;
    if (!response->answered ||
        curl_easy_header(transfer->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) {
        return NULL;
    }
    return header->value;
}
