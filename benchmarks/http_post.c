/* SPDX-License-Identifier: Apache-2.0 */
/* http_post URL COUNT IN_FLIGHT: what libcurl posts when nothing is done before, over connections
 * that stay open. */
#include "benchmarks/bench.h"

#include <curl/curl.h>
#include <string.h>

enum { IN_FLIGHT_MAX = 64, BODY_BYTES_MAX = 512 };

struct request {
    CURL *handle;
    char body[BODY_BYTES_MAX];
};

static size_t drop(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static void prepare(struct request *request, const char *url, struct curl_slist *headers)
{
    request->handle = curl_easy_init();
    curl_easy_setopt(request->handle, CURLOPT_URL, url);
    curl_easy_setopt(request->handle, CURLOPT_POST, 1L);
    curl_easy_setopt(request->handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(request->handle, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(request->handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(request->handle, CURLOPT_PRIVATE, request);
}

static void set_body(struct request *request, int64_t number)
{
    struct bench_fish fish;
    bench_fish(&fish, number, true);
    size_t length = bench_retrain_json(request->body, sizeof request->body, &fish, number);
    curl_easy_setopt(request->handle, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(request->handle, CURLOPT_POSTFIELDSIZE, (long)length);
}

static void check(CURL *handle, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) {
        bench_die("post: %s, status %ld", curl_easy_strerror(code), status);
    }
}

static void post_in_turn(struct request *request, struct bench_run *run)
{
    while (run->count < run->target) {
        set_body(request, run->count);
        check(request->handle, curl_easy_perform(request->handle));
        bench_run_count(run, 1);
    }
}

static void post_together(struct request *requests, int64_t in_flight, struct bench_run *run)
{
    CURLM *multi = curl_multi_init();
    int64_t sent = 0;
    for (; sent < in_flight && sent < run->target; sent++) {
        set_body(&requests[sent], sent);
        curl_multi_add_handle(multi, requests[sent].handle);
    }
    int running = 1, left;
    while (run->count < run->target) {
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            CURL *handle = message->easy_handle;
            struct request *request;
            check(handle, message->data.result);
            curl_multi_remove_handle(multi, handle);
            bench_run_count(run, 1);
            if (sent < run->target) {
                curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&request);
                set_body(request, sent++);
                curl_multi_add_handle(multi, handle);
            }
        }
        if (running > 0) {
            curl_multi_poll(multi, NULL, 0, 100, NULL);
        }
    }
    curl_multi_cleanup(multi);
}

int main(int argc, char **argv)
{
    static struct request requests[IN_FLIGHT_MAX];
    int64_t in_flight = bench_number(argc, argv, 3, "IN_FLIGHT");
    struct bench_run run;
    bench_run_begin(&run, bench_number(argc, argv, 2, "COUNT"));
    if (in_flight < 1 || in_flight > IN_FLIGHT_MAX) {
        bench_die("IN_FLIGHT is 1 to %d", IN_FLIGHT_MAX);
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    for (int64_t i = 0; i < in_flight; i++) {
        prepare(&requests[i], argv[1], headers);
    }
    if (in_flight == 1) {
        post_in_turn(&requests[0], &run);
    } else {
        post_together(requests, in_flight, &run);
    }
    bench_run_end(&run);
    return 0;
}
