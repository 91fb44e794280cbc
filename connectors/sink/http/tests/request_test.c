/* From a configuration and records to the bytes of requests. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/request.h"

#include "connectors/sink/http/retries.h"
#include "core/record/converter.h"
#include "core/runtime/properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct weir_property *const tables[] = {
    weir_worker_properties,    weir_connector_properties, weir_sink_task_properties,
    weir_converter_properties, weir_http_sink_properties, NULL};

static struct weir_arena *arena;
static struct weir_config *config;
static struct request request, scratch;

static int begin(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    weir_request_init(&request);
    weir_request_init(&scratch);
    return 0;
}

static int end(void **state)
{
    (void)state;
    weir_request_fini(&request);
    weir_request_fini(&scratch);
    weir_config_destroy(config);
    config = NULL;
    weir_arena_destroy(arena);
    return 0;
}

/* The settings of a YAML text; NULL with the message in err. */
static const struct http_sink_settings *read_settings(const char *more, struct weir_error *err)
{
    const char *text =
        weir_arena_format(arena, "name: x\nconnector.class: HttpSink\ntopics: t\n%s\n", more);
    weir_config_destroy(config);
    config = weir_config_parse(text, strlen(text), "test.yaml", err);
    assert_non_null(config);
    return weir_config_check(config, tables, err) ? weir_http_sink_settings(config, arena, err)
                                                  : NULL;
}

static const struct request_settings *settings_of(const char *more)
{
    struct weir_error err = {0};
    const struct http_sink_settings *settings = read_settings(more, &err);
    if (!settings) {
        fail_msg("%s", err.message);
    }
    return &settings->request;
}

static struct template_record make(int64_t offset, const char *key, const char *value)
{
    struct weir_record *record = weir_arena_calloc(arena, 1, sizeof(*record));
    *record = (struct weir_record){.topic = "t",
                                   .partition = 2,
                                   .offset = offset,
                                   .key = weir_bytes_of(key),
                                   .value = weir_bytes_of(value)};
    return (struct template_record){record, weir_windowed_key_read(record->key, KEY_SHAPE_AUTO)};
}

static void start(const struct request_settings *settings, struct template_record record)
{
    struct weir_error err = {0};
    if (!weir_request_begin(&request, settings, &record, 0, &err)) {
        fail_msg("%s", err.message);
    }
}

static enum request_join join(const struct request_settings *settings,
                              struct template_record record)
{
    return weir_request_join(&request, &scratch, settings, &record, request.member_count);
}

static const char *finish(const struct request_settings *settings)
{
    struct weir_error err = {0};
    assert_true(weir_request_finish(&request, settings, &err));
    return weir_buffer_text(&request.body);
}

static const char *header(const char *name)
{
    for (size_t i = 0; i < request.header_count; i++) {
        if (strcmp(request.headers[i].name, name) == 0) {
            return request.headers[i].value;
        }
    }
    return NULL;
}

static void by_default_a_request_is_the_value_of_one_record(void **state)
{
    (void)state;
    const struct request_settings *settings = settings_of("http.api.url: http://h/retrain");
    start(settings, make(7, "k", "{\"a\":1}"));
    assert_int_equal(join(settings, make(8, "k", "{\"a\":2}")), REQUEST_OTHER);
    assert_string_equal(finish(settings), "{\"a\":1}");
    assert_string_equal(request.method, "POST");
    assert_string_equal(weir_buffer_text(&request.url), "http://h/retrain");
    assert_string_equal(header("Content-Type"), "application/json");
    assert_string_equal(header("Idempotency-Key"), "t-2-7");
}

static void json_bodies_are_arrays_unless_told_otherwise(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nrequest.body.format: json\nbatch.max.size: 3");
    start(settings, make(1, NULL, "{\"a\":1}"));
    assert_int_equal(join(settings, make(2, NULL, "[]")), REQUEST_JOINED);
    assert_string_equal(finish(settings), "[{\"a\":1},[]]");
    assert_string_equal(header("Idempotency-Key"), "t-2-1-2");
    settings = settings_of(
        "http.api.url: http://h/\nrequest.body.format: json\nbatch.json.as.array: false");
    start(settings, make(1, NULL, "{\"a\":1}"));
    assert_string_equal(finish(settings), "{\"a\":1}");
    settings = settings_of(
        "http.api.url: http://h/\nrequest.body.format: json\ninput.data.format: STRING");
    start(settings, make(1, NULL, "1 \"x\""));
    assert_string_equal(finish(settings), "[\"1 \\\"x\\\"\"]");
}

static void separators_keep_their_blanks(void **state)
{
    (void)state;
    const struct request_settings *settings = settings_of(
        "http.api.url: http://h/\ninput.data.format: STRING\nbatch.max.size: 3\nbatch.prefix: '<'\n"
        "batch.suffix: '>'\nbatch.seperator: \" \\n\"");
    start(settings, make(1, NULL, "a"));
    assert_int_equal(join(settings, make(2, NULL, "b")), REQUEST_JOINED);
    assert_int_equal(join(settings, make(3, NULL, "c")), REQUEST_JOINED);
    assert_int_equal(join(settings, make(4, NULL, "d")), REQUEST_OTHER);
    assert_string_equal(finish(settings), "<a \nb \nc>");
}

static void records_of_another_url_batch_key_or_header_are_not_joined(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/${key}\nbatch.max.size: 9");
    start(settings, make(1, "k1", "1"));
    assert_int_equal(join(settings, make(2, "k1", "2")), REQUEST_JOINED);
    assert_int_equal(join(settings, make(3, "k2", "3")), REQUEST_OTHER);
    settings = settings_of("http.api.url: http://h/\nbatch.max.size: 9\nbatch.key.pattern: ${key}");
    start(settings, make(1, "k1", "1"));
    assert_int_equal(join(settings, make(3, "k2", "3")), REQUEST_OTHER);
    settings =
        settings_of("http.api.url: http://h/\nbatch.max.size: 9\nheaders: 'X-A: ${a}|X-B: b'");
    start(settings, make(1, NULL, "{\"a\":1}"));
    assert_int_equal(join(settings, make(2, NULL, "{\"a\":1,\"b\":2}")), REQUEST_JOINED);
    assert_int_equal(join(settings, make(3, NULL, "{\"a\":2}")), REQUEST_OTHER);
    assert_string_equal(header("X-A"), "1");
    assert_string_equal(header("X-B"), "b");
}

static void kafka_headers_are_forwarded_but_never_the_connection_s_own(void **state)
{
    (void)state;
    static const struct weir_header headers[] = {
        {WEIR_BYTES("tenant"), WEIR_BYTES("00-1")},
        {WEIR_BYTES("Host"), WEIR_BYTES("evil")},
        {WEIR_BYTES("X-Evil"), WEIR_BYTES("a\r\nX-Other: b")},
        {WEIR_BYTES("content-type"), WEIR_BYTES("text/evil")}};
    struct template_record record = make(1, NULL, "{}");
    struct weir_record with_headers = *record.record;
    with_headers.headers = headers;
    with_headers.header_count = 4;
    record.record = &with_headers;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nbatch.max.size: 9");
    start(settings, record);
    assert_string_equal(header("tenant"), "00-1");
    assert_null(header("Host"));
    assert_null(header("X-Evil"));
    assert_null(header("content-type"));
    assert_int_equal(join(settings, make(2, NULL, "{}")), REQUEST_OTHER);
    settings = settings_of("http.api.url: http://h/\nforward.kafka.headers: false");
    start(settings, record);
    assert_null(header("tenant"));
}

static void a_trace_is_passed_on_and_parts_no_batch(void **state)
{
    (void)state;
    static const struct weir_header headers[] = {{WEIR_BYTES("traceparent"), WEIR_BYTES("00-1")},
                                                 {WEIR_BYTES("tracestate"), WEIR_BYTES("a=b")}};
    struct template_record record = make(1, NULL, "{}");
    struct weir_record with_headers = *record.record;
    with_headers.headers = headers;
    with_headers.header_count = 2;
    record.record = &with_headers;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nforward.kafka.headers: false\nbatch.max.size: 9");
    start(settings, record);
    assert_string_equal(header("traceparent"), "00-1");
    assert_string_equal(header("tracestate"), "a=b");
    assert_int_equal(join(settings, make(2, NULL, "{}")), REQUEST_JOINED);
    settings = settings_of("http.api.url: http://h/\ntrace.context.forward: false");
    start(settings, record);
    assert_null(header("traceparent"));
}

static void a_batch_is_cut_before_its_body_is_too_long(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nbatch.max.size: 9\nbatch.max.bytes: "
                    "6\ninput.data.format: STRING");
    start(settings, make(1, NULL, "aa"));
    assert_int_equal(join(settings, make(2, NULL, "bb")), REQUEST_JOINED);
    assert_int_equal(join(settings, make(3, NULL, "c")), REQUEST_OTHER);
    assert_string_equal(finish(settings), "aa,bb");
    assert_string_equal(header("Idempotency-Key"), "t-2-1-2");
    start(settings, make(4, NULL, "longer than six"));
    assert_string_equal(finish(settings), "longer than six");
}

static void structured_cloud_events_are_batched_as_an_array(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nbatch.max.size: 2\ncloudevents.mode: structured");
    start(settings, make(1, NULL, "{}"));
    assert_int_equal(join(settings, make(2, NULL, "1")), REQUEST_JOINED);
    const char *body = finish(settings);
    assert_ptr_equal(strstr(body, "[{\"specversion\":\"1.0\",\"id\":\"t-2-1\""), body);
    assert_non_null(strstr(body, "\"data\":{}},{\"specversion\""));
    assert_string_equal(header("Content-Type"),
                        "application/cloudevents-batch+json; charset=UTF-8");
    settings = settings_of("http.api.url: http://h/\ncloudevents.mode: structured");
    start(settings, make(1, NULL, "{}"));
    assert_int_equal(finish(settings)[0], '{');
    assert_string_equal(header("Content-Type"), "application/cloudevents+json; charset=UTF-8");
}

static void query_parameters_stand_behind_the_url(void **state)
{
    (void)state;
    start(settings_of("http.api.base.url: http://h\napi1.http.api.path: /p\n"
                      "api1.http.request.parameters: a=1&b=${key}"),
          make(1, "x y", "1"));
    assert_string_equal(weir_buffer_text(&request.url), "http://h/p?a=1&b=x%20y");
    start(settings_of("http.api.url: http://h/p?z=0\nrequest.method: GET\n"
                      "api1.allow.get.request.body: true\n"
                      "api1.http.request.parameters: a=1;b=2\n"
                      "api1.http.request.parameters.separator: ;"),
          make(1, NULL, "1"));
    assert_string_equal(weir_buffer_text(&request.url), "http://h/p?z=0&a=1&b=2");
    assert_true(request.has_body);
}

static void a_windowed_record_stands_alone_under_the_key_of_its_window(void **state)
{
    (void)state;
    struct template_record record = make(5, NULL, "{}");
    struct weir_record windowed = *record.record;
    windowed.key = WEIR_BYTES("a b\x00\x00\x01\x7f\x50\xc8\xee\xe0");
    record =
        (struct template_record){&windowed, weir_windowed_key_read(windowed.key, KEY_SHAPE_AUTO)};
    const struct request_settings *settings =
        settings_of("http.api.url: 'http://h/?w=${window.start}&k=${key}'\nbatch.max.size: 9");
    start(settings, record);
    assert_int_equal(join(settings, record), REQUEST_OTHER);
    finish(settings);
    assert_string_equal(weir_buffer_text(&request.url), "http://h/?w=1646327820000&k=a%20b");
    assert_string_equal(header("Idempotency-Key"), "t-a%20b-1646327820000");
}

static void a_tombstone_is_a_delete_of_its_key_without_a_body(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/api?x=1\nbehavior.on.null.values: delete");
    start(settings, make(1, "a/b", NULL));
    assert_string_equal(request.method, "DELETE");
    assert_false(request.has_body);
    assert_string_equal(weir_buffer_text(&request.url), "http://h/api/a%2Fb?x=1");
    settings = settings_of("http.api.url: http://h/api/${key}/x\nbehavior.on.null.values: delete");
    start(settings, make(1, "k", NULL));
    assert_string_equal(weir_buffer_text(&request.url), "http://h/api/k/x");
}

static void records_that_cannot_be_sent_are_rejected(void **state)
{
    (void)state;
    struct weir_error err = {0};
    const struct request_settings *settings = settings_of("http.api.url: http://h/${key}");
    struct template_record record = make(1, NULL, "{}");
    assert_false(weir_request_begin(&request, settings, &record, 0, &err));
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    weir_error_clear(&err);
    settings = settings_of("http.api.url: http://h/");
    record = make(1, NULL, "no json");
    assert_false(weir_request_begin(&request, settings, &record, 0, &err));
    assert_string_equal(err.message, "the value is not JSON");
    weir_error_clear(&err);
    settings = settings_of("http.api.url: http://h/\nheaders: 'X-A: ${a}'");
    record = make(1, NULL, "{\"a\":\"x\\r\\ny\"}");
    assert_false(weir_request_begin(&request, settings, &record, 0, &err));
    assert_non_null(strstr(err.message, "X-A"));
}

static void credentials_go_where_they_are_told(void **state)
{
    (void)state;
    const struct request_settings *settings =
        settings_of("http.api.url: http://h/\nauth.type: BEARER\nbearer.token: 't${x}'");
    start(settings, make(1, NULL, "{}"));
    assert_string_equal(header("Authorization"), "Bearer t${x}");
    settings = settings_of("http.api.url: http://h/?a=1\nauth.type: API_KEY\napi.key.location: "
                           "QUERY\napi.key.name: k\napi.key.value: 'a&b'");
    start(settings, make(1, NULL, "{}"));
    assert_string_equal(weir_buffer_text(&request.url), "http://h/?a=1&k=a%26b");
    settings = settings_of("http.api.url: http://h/\nauth.type: API_KEY\napi.key.value: secret");
    start(settings, make(1, NULL, "{}"));
    assert_string_equal(header("X-API-KEY"), "secret");
}

static void names_of_other_products_mean_the_same(void **state)
{
    (void)state;
    const struct request_settings *settings = settings_of(
        "http.api.base.url: http://h/v2\napi1.http.api.path: /x/${topic}\napi1.http.request.body: "
        "'{\"v\":${value}}'\napi1.max.batch.size: 1");
    start(settings, make(1, NULL, "{\"a\":1}"));
    assert_string_equal(weir_buffer_text(&request.url), "http://h/v2/x/t");
    assert_string_equal(finish(settings), "{\"v\":{\"a\":1}}");
    settings = settings_of(
        "http.url: http://aiven/\nhttp.headers.additional: 'a:b,c:d'\nhttp.headers.content.type: "
        "text/x\nhttp.headers.authorization: Basic x");
    start(settings, make(1, NULL, "1"));
    assert_string_equal(header("c"), "d");
    assert_string_equal(header("Content-Type"), "text/x");
    assert_string_equal(header("Authorization"), "Basic x");
}

static void configurations_that_cannot_be_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"request.method: POST", "http.api.url"},
        {"http.api.url: ftp://h/", "does not begin with http"},
        {"http.api.url: http://h/${", "http.api.url"},
        {"http.api.url: http://h/\nretry.on.status.codes: 5xx", "retry.on.status.codes"},
        {"http.api.url: http://h/\nheaders: 'no colon'", "is not Name:value"},
        {"http.api.url: http://h/\nauth.type: BEARER", "bearer.token"},
        {"http.api.url: http://h/\nauth.type: OAUTH2", "oauth2.token.url"},
        {"http.api.url: http://h/\nbatch.max.size: 0", "batch.max.size"},
        {"http.api.url: http://h/\nrequest.body.format: json\nbatch.max.size: "
         "2\nbatch.json.as.array: false",
         "batch.json.as.array"},
        {"http.api.url: http://h/\nconnection.disallow.cidr.ranges: 10.0.0.0/8,nonsense",
         "nonsense"},
        {"http.api.url: http://h/\ncloudevents.mode: binary\nbatch.max.size: 2", "batch.max.size"},
        {"http.api.url: http://h/\ncloudevents.mode: structured\nbatch.prefix: x", "batch.prefix"},
        {"http.api.url: http://h/\nhmac.secret: whsec_*", "hmac.secret"},
        {"http.api.url: http://h/\nhttps.ssl.enabled.protocols: TLSv1.1,TLSv1.2", "TLSv1.1"},
        {"http.api.url: http://h/\nhttps.ssl.cipher.suites: TLS_OWN", "TLS_OWN"},
        {"http.api.url: http://h/\nhttps.ssl.keystorefile: '***'", "base64"},
        {"http.api.url: http://h/\noauth2.client.headers: nonsense", "oauth2.client.headers"},
        {"http.api.url: http://h/\nhttp.authorization.type: oauth2", "oauth2.token.url"},
        {"http.api.url: http://h/\noauth2.jwt.enabled: true", "oauth2.jwt.keystore.path"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct weir_error err = {0};
        assert_null(read_settings(wrong[i].text, &err));
        assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
        assert_non_null(strstr(err.message, wrong[i].words));
    }
}

static void waits_grow_with_jitter_and_keep_to_what_the_server_asks(void **state)
{
    (void)state;
    struct retries retries = {.random_state = 1};
    struct answer_settings answer = {.backoff_ms = 100,
                                     .backoff_max_ms = 1000,
                                     .backoff_grows = true,
                                     .retry_after_max_ms = 5000};
    for (int round = 0; round < 100; round++) {
        assert_in_range(weir_retries_wait_ms(&retries, &answer, 1, 0), 50, 100);
        assert_in_range(weir_retries_wait_ms(&retries, &answer, 3, 0), 200, 400);
        assert_in_range(weir_retries_wait_ms(&retries, &answer, 30, 0), 500, 1000);
    }
    assert_int_equal(weir_retries_wait_ms(&retries, &answer, 1, 2000), 2000);
    assert_int_equal(weir_retries_wait_ms(&retries, &answer, 1, 86400000), 5000);
    answer.backoff_grows = false;
    assert_int_equal(weir_retries_wait_ms(&retries, &answer, 9, 0), 100);
}

static void failures_are_counted_for_each_request(void **state)
{
    (void)state;
    struct retries retries = {0};
    const struct weir_record first = {.topic = "t", .partition = 0, .offset = 1},
                             second = {.topic = "t", .partition = 0, .offset = 2},
                             other = {.topic = "u", .partition = 0, .offset = 1};
    assert_int_equal(weir_retries_count(&retries, &first), 1);
    assert_int_equal(weir_retries_count(&retries, &second), 1);
    assert_int_equal(weir_retries_count(&retries, &other), 1);
    assert_int_equal(weir_retries_count(&retries, &first), 2);
    weir_retries_forget(&retries, &first);
    assert_int_equal(weir_retries_count(&retries, &first), 1);
    weir_retries_forget_partition(&retries, "t", 0);
    assert_int_equal(weir_retries_count(&retries, &second), 1);
    assert_int_equal(weir_retries_count(&retries, &other), 2);
    weir_retries_fini(&retries);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_default_a_request_is_the_value_of_one_record),
        TEST(json_bodies_are_arrays_unless_told_otherwise),
        TEST(separators_keep_their_blanks),
        TEST(records_of_another_url_batch_key_or_header_are_not_joined),
        TEST(kafka_headers_are_forwarded_but_never_the_connection_s_own),
        TEST(a_windowed_record_stands_alone_under_the_key_of_its_window),
        TEST(a_tombstone_is_a_delete_of_its_key_without_a_body),
        TEST(records_that_cannot_be_sent_are_rejected),
        TEST(credentials_go_where_they_are_told),
        TEST(names_of_other_products_mean_the_same),
        TEST(a_trace_is_passed_on_and_parts_no_batch),
        TEST(a_batch_is_cut_before_its_body_is_too_long),
        TEST(structured_cloud_events_are_batched_as_an_array),
        TEST(query_parameters_stand_behind_the_url),
        TEST(configurations_that_cannot_be_are_refused_by_name),
        TEST(waits_grow_with_jitter_and_keep_to_what_the_server_asks),
        TEST(failures_are_counted_for_each_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
