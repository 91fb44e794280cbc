/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A server that is told byte by byte what to answer, so that it can also answer badly. It serves
 * one connection at a time; each request (up to its blank line and Content-Length) gets the next of
 * the answers; NULL closes the connection. */
struct scripted_server {
    int listener;
    uint16_t port;
    pthread_t thread;
    const char *const *answers; /* "" = say nothing until the client goes away */
    size_t answer_count;
    char requests[4][4096]; /* as received */
    size_t request_count;
    size_t connection_count;
};

static bool read_request(int peer, char *out, size_t out_bytes)
{
    size_t length = 0;
    for (;;) {
        ssize_t count = recv(peer, out + length, out_bytes - 1 - length, 0);
        if (count <= 0) {
            return false;
        }
        length += (size_t)count;
        out[length] = '\0';
        const char *end = strstr(out, "\r\n\r\n");
        const char *size = strstr(out, "Content-Length: ");
        size_t body_bytes = size ? (size_t)strtoul(size + 16, NULL, 10) : 0;
        if (end && length >= (size_t)(end - out) + 4 + body_bytes) {
            return true;
        }
    }
}

static void serve_connection(struct scripted_server *server, int peer)
{
    while (server->request_count < server->answer_count) {
        char *request = server->requests[server->request_count];
        if (!read_request(peer, request, sizeof(server->requests[0]))) {
            return;
        }
        const char *answer = server->answers[server->request_count++];
        if (!answer) {
            return;
        }
        if (answer[0] == '\0') {
            char byte;
            recv(peer, &byte, 1, 0);
            return;
        }
        send(peer, answer, strlen(answer), MSG_NOSIGNAL);
    }
}

static void *serve(void *context)
{
    struct scripted_server *server = context;
    while (server->request_count < server->answer_count) {
        int peer = accept(server->listener, NULL, NULL);
        if (peer < 0) {
            break;
        }
        server->connection_count++;
        serve_connection(server, peer);
        close(peer);
    }
    return NULL;
}

static void start(struct scripted_server *server, const char *const *answers, size_t answer_count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(address);
    memset(server, 0, sizeof(*server));
    server->answers = answers;
    server->answer_count = answer_count;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &bytes), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct scripted_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static struct weir_http_client *make_client(struct weir_http_client_options options)
{
    struct weir_error err = {0};
    options.total_timeout_ms = options.total_timeout_ms ? options.total_timeout_ms : 5000;
    struct weir_http_client *client = weir_http_client_create(&options, &err);
    assert_non_null(client);
    return client;
}

static struct weir_http_request make_request(const struct scripted_server *server,
                                             const char *method, const char *body)
{
    static char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/retrain", server->port);
    return (struct weir_http_request){.method = method, .url = url, .body = weir_bytes_of(body)};
}

static void a_post_carries_headers_and_body_and_nothing_uninvited(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok"};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "{\"a\":1}");
    struct weir_http_header headers[] = {{"Idempotency-Key", "t-0-1"}, {"X-Empty", ""}};
    request.headers = headers;
    request.header_count = 2;
    const struct weir_http_response *response = weir_http_client_call(client, &request, &err);
    assert_non_null(response);
    assert_int_equal(response->status, 200);
    assert_true(weir_bytes_equal(response->body, WEIR_BYTES("ok")));
    assert_string_equal(weir_http_response_header(response, "x-a"), "b");
    assert_null(weir_http_response_header(response, "x-b"));
    stop(&server);
    assert_memory_equal(server.requests[0], "POST /retrain HTTP/1.1\r\n", 24);
    assert_non_null(strstr(server.requests[0], "\r\nIdempotency-Key: t-0-1\r\n"));
    assert_non_null(strstr(server.requests[0], "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(server.requests[0], "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(server.requests[0], "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(server.requests[0], "Content-Type"));
    assert_null(strstr(server.requests[0], "Expect"));
    weir_http_client_destroy(client);
}

/* libcurl asks for "100 Continue" when a body is long, 1 MB in its newer versions. */
static void a_long_body_goes_without_waiting(void **state)
{
    (void)state;
    enum { BODY_BYTES = 2 * 1024 * 1024 };
    const char *answers[] = {NULL};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", NULL);
    char *body = weir_alloc(BODY_BYTES);
    request.body = (struct weir_bytes){(const uint8_t *)body, BODY_BYTES};
    assert_null(weir_http_client_call(client, &request, &err)); /* the server reads 4 KB only */
    weir_http_client_destroy(client);
    stop(&server);
    assert_non_null(strstr(server.requests[0], "\r\nContent-Length: 2097152\r\n"));
    assert_null(strstr(server.requests[0], "Expect"));
    weir_free(body);
}

static void basic_credentials_are_sent(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 204 No Content\r\n\r\n"};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client(
        (struct weir_http_client_options){.user = "Aladdin", .password = "open sesame"});
    struct weir_http_request request = make_request(&server, "GET", NULL);
    assert_int_equal(weir_http_client_call(client, &request, &err)->status, 204);
    stop(&server);
    assert_non_null(
        strstr(server.requests[0], "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    weir_http_client_destroy(client);
}

static void a_redirect_is_an_answer_and_is_not_followed(void **state)
{
    (void)state;
    const char *answers[] = {
        "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_int_equal(weir_http_client_call(client, &request, &err)->status, 307);
    stop(&server);
    assert_int_equal(server.request_count, 1);
    weir_http_client_destroy(client);
}

static void retry_after_comes_in_milliseconds(void **state)
{
    (void)state;
    const char *answers[] = {
        "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nRetry-After: 9223372036854775807\r\nContent-Length: 0\r\n\r\n",
        ("HTTP/1.1 503 Busy\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"
         "Content-Length: 0\r\n\r\n"),
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
    };
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 4);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_int_equal(weir_http_client_call(client, &request, &err)->retry_after_ms, 7000);
    assert_true(weir_http_client_call(client, &request, &err)->retry_after_ms == INT64_MAX);
    assert_int_equal(weir_http_client_call(client, &request, &err)->retry_after_ms, 0);
    assert_int_equal(weir_http_client_call(client, &request, &err)->retry_after_ms, 0);
    stop(&server);
    assert_int_equal(server.connection_count, 1); /* it was used again */
    weir_http_client_destroy(client);
}

static void a_long_answer_is_cut_but_stands(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client =
        make_client((struct weir_http_client_options){.response_bytes_max = 4});
    struct weir_http_request request = make_request(&server, "GET", NULL);
    const struct weir_http_response *response = weir_http_client_call(client, &request, &err);
    assert_int_equal(response->status, 200);
    assert_true(response->body_cut);
    assert_true(weir_bytes_equal(response->body, WEIR_BYTES("0123")));
    stop(&server);
    weir_http_client_destroy(client);
}

/* Sends one request to a server with one answer and expects an error. */
static struct weir_http_response fail_with(const char *answer, int timeout_ms)
{
    const char *answers[] = {answer};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    request.total_timeout_ms = timeout_ms;
    assert_true(weir_http_client_start(client, &request, &err));
    const struct weir_http_response *response = weir_http_client_next(client, INT64_MAX);
    assert_non_null(response);
    assert_false(response->answered);
    struct weir_http_response copy = *response;
    weir_http_client_destroy(client);
    stop(&server);
    return copy;
}

static void no_answer_in_time_may_have_been_processed(void **state)
{
    (void)state;
    struct weir_http_response response = fail_with("", 50);
    assert_int_equal(response.error.action, WEIR_ERROR_RETRY);
    assert_int_equal(response.error.domain, WEIR_DOMAIN_HTTP);
    assert_true(response.ambiguous);
    assert_non_null(strstr(response.error.message, "POST http://127.0.0.1:"));
    assert_null(strstr(response.error.message, "retrain")); /* a path may hold secrets */
}

static void a_connection_closed_without_answer_may_have_been_processed(void **state)
{
    (void)state;
    struct weir_http_response response = fail_with(NULL, 0);
    assert_int_equal(response.error.action, WEIR_ERROR_RETRY);
    assert_true(response.ambiguous);
}

static void half_an_answer_may_have_been_processed(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012", NULL};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1); /* closes after its one answer */
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_true(weir_http_client_start(client, &request, &err));
    const struct weir_http_response *response = weir_http_client_next(client, INT64_MAX);
    assert_false(response->answered);
    assert_true(response->ambiguous);
    weir_http_client_destroy(client);
    stop(&server);
}

static void a_refused_connection_was_not_processed(void **state)
{
    (void)state;
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, NULL, 0);
    stop(&server); /* its port is free now */
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_true(weir_http_client_start(client, &request, &err));
    const struct weir_http_response *response = weir_http_client_next(client, INT64_MAX);
    assert_false(response->answered);
    assert_false(response->ambiguous);
    assert_int_equal(response->error.action, WEIR_ERROR_RETRY);
    weir_http_client_destroy(client);
}

static int asked;

static bool deny_all(const struct sockaddr *address, const void *context)
{
    assert_ptr_equal(context, &asked);
    asked++;
    assert_int_equal(address->sa_family, AF_INET);
    return false;
}

static void a_denied_address_is_rejected_before_any_byte(void **state)
{
    (void)state;
    struct scripted_server server;
    struct weir_error err = {0};
    asked = 0;
    start(&server, NULL, 0);
    struct weir_http_client *client = make_client(
        (struct weir_http_client_options){.address_allowed = deny_all, .address_context = &asked});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_null(weir_http_client_call(client, &request, &err));
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    assert_non_null(strstr(err.message, "not allowed"));
    assert_int_equal(asked, 1);
    stop(&server);
    weir_http_client_destroy(client);
}

static void requests_that_cannot_be_are_rejected(void **state)
{
    (void)state;
    static const struct weir_http_header bad_name = {"a b", "x"};
    static const struct weir_http_header bad_value = {"a", "x\r\nInjected: y"};
    const struct weir_http_request requests[] = {
        {.method = "GET", .url = "not a url"},
        {.method = "GET", .url = "/relative"},
        {.method = "GET", .url = ""},
        {.method = "GET", .url = "file:///etc/passwd"},
        {.method = "GET", .url = "ftp://localhost/"},
        {.method = "GE T", .url = "http://localhost/"},
        {.method = "", .url = "http://localhost/"},
        {.method = "GET", .url = "http://localhost/", .headers = &bad_name, .header_count = 1},
        {.method = "GET", .url = "http://localhost/", .headers = &bad_value, .header_count = 1},
    };
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        struct weir_error err = {0};
        assert_false(weir_http_client_start(client, &requests[i], &err));
        assert_int_equal(err.action, WEIR_ERROR_REJECT);
        assert_int_equal(weir_http_client_in_flight(client), 0);
    }
    weir_http_client_destroy(client);
}

static void many_requests_are_in_flight_at_once(void **state)
{
    (void)state;
    /* Three servers of one connection each: all must be asked before the first answers. */
    const char *answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    struct scripted_server servers[3];
    struct weir_error err = {0};
    struct weir_http_client *client =
        make_client((struct weir_http_client_options){.in_flight_max = 3});
    for (size_t i = 0; i < 3; i++) {
        start(&servers[i], answers, 1);
        struct weir_http_request request = make_request(&servers[i], "POST", "x");
        request.context = &servers[i];
        assert_true(weir_http_client_start(client, &request, &err));
    }
    assert_int_equal(weir_http_client_in_flight(client), 3);
    unsigned seen = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct weir_http_response *response = weir_http_client_next(client, INT64_MAX);
        assert_int_equal(response->status, 200);
        seen |= 1U << ((struct scripted_server *)response->context - servers);
    }
    assert_int_equal(seen, 7);
    assert_null(weir_http_client_next(client, INT64_MAX));
    for (size_t i = 0; i < 3; i++) {
        stop(&servers[i]);
    }
    weir_http_client_destroy(client);
}

static void a_deadline_and_cancelling_end_a_wait(void **state)
{
    (void)state;
    const char *answers[] = {""};
    struct scripted_server server;
    struct weir_error err = {0};
    start(&server, answers, 1);
    struct weir_http_client *client = make_client((struct weir_http_client_options){0});
    struct weir_http_request request = make_request(&server, "POST", "x");
    assert_true(weir_http_client_start(client, &request, &err));
    assert_null(weir_http_client_next(client, weir_clock_ms() + 1));
    assert_int_equal(weir_http_client_in_flight(client), 1);
    weir_http_client_cancel(client);
    assert_int_equal(weir_http_client_in_flight(client), 0);
    weir_http_client_destroy(client);
    stop(&server);
}

static void an_unreadable_tls_file_is_a_configuration_error(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(weir_http_client_create(
        &(struct weir_http_client_options){.ca_file = "/nonexistent/ca.pem"}, &err));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    assert_non_null(strstr(err.message, "/nonexistent/ca.pem"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_carries_headers_and_body_and_nothing_uninvited),
        cmocka_unit_test(a_long_body_goes_without_waiting),
        cmocka_unit_test(basic_credentials_are_sent),
        cmocka_unit_test(a_redirect_is_an_answer_and_is_not_followed),
        cmocka_unit_test(retry_after_comes_in_milliseconds),
        cmocka_unit_test(a_long_answer_is_cut_but_stands),
        cmocka_unit_test(no_answer_in_time_may_have_been_processed),
        cmocka_unit_test(a_connection_closed_without_answer_may_have_been_processed),
        cmocka_unit_test(half_an_answer_may_have_been_processed),
        cmocka_unit_test(a_refused_connection_was_not_processed),
        cmocka_unit_test(a_denied_address_is_rejected_before_any_byte),
        cmocka_unit_test(requests_that_cannot_be_are_rejected),
        cmocka_unit_test(many_requests_are_in_flight_at_once),
        cmocka_unit_test(a_deadline_and_cancelling_end_a_wait),
        cmocka_unit_test(an_unreadable_tls_file_is_a_configuration_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
