/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/http/client.h"
#include "core/http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    struct weir_http_server *server;
    struct weir_http_client *client;
    char url[128];
};

/* Answers with "<method> <path> q=<query a> h=<header X-Test> <body>". */
static void echo(const struct weir_http_server_request *request, struct weir_http_answer *answer,
                 void *context)
{
    (void)context;
    const char *query = request->query(request, "a");
    const char *header = request->header(request, "X-Test");
    answer->content_type = "text/plain";
    weir_buffer_append_format(&answer->body, "%s %s q=%s h=%s ", request->method, request->path,
                              query ? query : "-", header ? header : "-");
    weir_buffer_append_bytes(&answer->body, request->body);
    if (strcmp(request->path, "/made") == 0) {
        answer->status = 201;
        snprintf(answer->location, sizeof(answer->location), "/here");
    }
    if (strcmp(request->path, "/long") == 0) {
        for (int i = 0; i < 200; i++) {
            weir_buffer_append_text(&answer->body, "0123456789");
        }
    }
    if (strcmp(request->path, "/none") == 0) {
        answer->status = 204;
        weir_buffer_reset(&answer->body);
    }
}

static int set_up(void **state)
{
    struct fixture *fixture = weir_alloc(sizeof(*fixture));
    struct weir_error err = {0};
    struct weir_http_server_options options = {
        .host = "127.0.0.1", .body_bytes_max = 100, .answer_bytes_max = 1000, .handler = echo};
    fixture->server = weir_http_server_create(&options, &err);
    fixture->client = weir_http_client_create(&(struct weir_http_client_options){0}, &err);
    assert_non_null(fixture->server);
    assert_non_null(fixture->client);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    weir_http_client_destroy(fixture->client);
    weir_http_server_destroy(fixture->server);
    weir_free(fixture);
    return 0;
}

static const struct weir_http_response *send_to(struct fixture *fixture, const char *method,
                                                const char *path, const char *body)
{
    struct weir_error err = {0};
    struct weir_http_header headers[] = {{"X-Test", "yes"}};
    snprintf(fixture->url, sizeof(fixture->url), "http://127.0.0.1:%u%s",
             weir_http_server_port(fixture->server), path);
    struct weir_http_request request = {
        .method = method,
        .url = fixture->url,
        .headers = headers,
        .header_count = 1,
        .body = weir_bytes_of(body),
    };
    const struct weir_http_response *response =
        weir_http_client_call(fixture->client, &request, &err);
    assert_string_equal(err.message, "");
    return response;
}

static void assert_body(const struct weir_http_response *response, const char *text)
{
    assert_int_equal(response->body.len, strlen(text));
    assert_memory_equal(response->body.data, text, strlen(text));
}

static void the_handler_sees_method_path_query_header_and_body(void **state)
{
    const struct weir_http_response *response = send_to(*state, "PUT", "/x/y?a=b%20c&d", "hello");
    assert_int_equal(response->status, 200);
    assert_string_equal(weir_http_response_header(response, "content-type"), "text/plain");
    assert_body(response, "PUT /x/y q=b c h=yes hello");
}

static void the_path_arrives_undecoded(void **state)
{
    assert_body(send_to(*state, "GET", "/a%2Fb/c?a", NULL), "GET /a%2Fb/c q= h=yes ");
}

static void a_body_that_is_too_long_gets_413(void **state)
{
    char body[200];
    memset(body, 'x', sizeof(body) - 1);
    body[sizeof(body) - 1] = '\0';
    const struct weir_http_response *response = send_to(*state, "POST", "/", body);
    assert_int_equal(response->status, 413);
    assert_body(response, "{\"error_code\":413,\"message\":\"the request body is too long\"}");
}

static void an_answer_that_is_too_long_becomes_500(void **state)
{
    assert_int_equal(send_to(*state, "GET", "/long", NULL)->status, 500);
}

static void status_and_location_are_sent(void **state)
{
    const struct weir_http_response *response = send_to(*state, "POST", "/made", "");
    assert_int_equal(response->status, 201);
    assert_string_equal(weir_http_response_header(response, "Location"), "/here");
}

static void an_answer_without_body_has_no_content_type(void **state)
{
    const struct weir_http_response *response = send_to(*state, "GET", "/none", NULL);
    assert_int_equal(response->status, 204);
    assert_null(weir_http_response_header(response, "Content-Type"));
}

static void a_port_in_use_is_an_error_that_names_it(void **state)
{
    struct fixture *fixture = *state;
    struct weir_error err = {0};
    struct weir_http_server_options options = {
        .host = "127.0.0.1", .port = weir_http_server_port(fixture->server), .handler = echo};
    assert_null(weir_http_server_create(&options, &err));
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    assert_non_null(strstr(err.message, "cannot listen on 127.0.0.1:"));
}

static void decoding_refuses_bad_escapes_and_nul(void **state)
{
    (void)state;
    char out[8];
    assert_true(weir_http_decode("a%2fb", 5, out, sizeof(out)));
    assert_string_equal(out, "a/b");
    assert_false(weir_http_decode("%", 1, out, sizeof(out)));
    assert_false(weir_http_decode("%2", 2, out, sizeof(out)));
    assert_false(weir_http_decode("%zz", 3, out, sizeof(out)));
    assert_false(weir_http_decode("%00", 3, out, sizeof(out)));
    assert_true(weir_http_decode("1234567", 7, out, sizeof(out)));
    assert_false(weir_http_decode("12345678", 8, out, sizeof(out)));
    assert_false(weir_http_decode("", 0, out, 0));
}

#define WITH_SERVER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(the_handler_sees_method_path_query_header_and_body),
        WITH_SERVER(the_path_arrives_undecoded),
        WITH_SERVER(a_body_that_is_too_long_gets_413),
        WITH_SERVER(an_answer_that_is_too_long_becomes_500),
        WITH_SERVER(status_and_location_are_sent),
        WITH_SERVER(an_answer_without_body_has_no_content_type),
        WITH_SERVER(a_port_in_use_is_an_error_that_names_it),
        cmocka_unit_test(decoding_refuses_bad_escapes_and_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
