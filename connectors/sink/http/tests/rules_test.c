/* Address rules, rewriting, signatures, CloudEvents, the circuit breaker. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/address_rules.h"
#include "connectors/sink/http/breaker.h"
#include "connectors/sink/http/cloud_event.h"
#include "connectors/sink/http/rewrite.h"
#include "connectors/sink/http/signature.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct weir_arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int end(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static bool allows(const struct address_rules *rules, const char *text)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
        return weir_address_rules_allow_address(rules, (const struct sockaddr *)&ipv4);
    }
    assert_int_equal(inet_pton(AF_INET6, text, &ipv6.sin6_addr), 1);
    return weir_address_rules_allow_address(rules, (const struct sockaddr *)&ipv6);
}

static struct address_range range(const char *text)
{
    struct weir_error err = {0};
    struct address_range range = {0};
    assert_true(weir_address_range_read(text, &range, &err));
    return range;
}

static void addresses_of_this_host_and_private_ones_can_be_refused(void **state)
{
    (void)state;
    struct address_rules rules = {0};
    assert_true(weir_address_rules_empty(&rules));
    assert_true(allows(&rules, "127.0.0.1"));
    weir_address_rules_refuse_local(&rules, arena);
    static const char *const local[] = {"127.9.9.9", "0.0.0.0", "169.254.169.254", "::1",
                                        "::",        "fe80::1", "::ffff:127.0.0.1"};
    for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        assert_false(allows(&rules, local[i]));
    }
    assert_true(allows(&rules, "10.1.2.3"));
    weir_address_rules_refuse_private(&rules, arena);
    static const char *const private[] = {"10.1.2.3", "172.31.255.255",  "192.168.0.1",
                                          "fd12::1",  "::ffff:10.0.0.1", "64:ff9b::10.0.0.1"};
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
        assert_false(allows(&rules, private[i]));
    }
    assert_true(allows(&rules, "172.32.0.1"));
    assert_true(allows(&rules, "2001:db8::1"));
    assert_true(allows(&rules, "240.0.0.1"));
    weir_address_rules_refuse_class_e(&rules, arena);
    assert_false(allows(&rules, "255.255.255.254"));
}

static void an_allowed_range_is_an_exception_or_alone_the_only_way(void **state)
{
    (void)state;
    struct address_rules rules = {0};
    struct address_range allowed = range("10.1.0.0/17"), refused = range("8.8.8.0/22");
    weir_address_rules_allow(&rules, arena, &allowed);
    assert_true(allows(&rules, "10.1.127.255"));
    assert_false(allows(&rules, "10.1.128.0"));
    assert_false(allows(&rules, "1.1.1.1"));
    weir_address_rules_refuse_private(&rules, arena);
    weir_address_rules_refuse(&rules, arena, &refused);
    assert_true(allows(&rules, "10.1.2.3"));
    assert_false(allows(&rules, "10.2.2.3"));
    assert_false(allows(&rules, "8.8.11.255"));
    assert_true(allows(&rules, "8.8.12.0"));
    assert_true(allows(&rules, "1.1.1.1"));
}

static void what_is_no_range_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",          "10",          "10.0.0.0/33",
                                        "10.0.0.0/", "::1/129",     "10.0.0.0/-1",
                                        "localhost", "10.0.0.0/8x", "10.0.0.0/ 8"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct weir_error err = {0};
        struct address_range read;
        assert_false(weir_address_range_read(texts[i], &read, &err));
        assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    }
    assert_int_equal(range("::/0").bits, 0);
    assert_int_equal(range("1.2.3.4").bits, 128);
}

static struct template_record make(const char *key, const char *value)
{
    struct weir_record *record = weir_arena_calloc(arena, 1, sizeof(*record));
    *record = (struct weir_record){.topic = "t",
                                   .partition = 2,
                                   .offset = 7,
                                   .timestamp_ms = 1646327820123,
                                   .key = weir_bytes_of(key),
                                   .value = weir_bytes_of(value)};
    return (struct template_record){record, weir_windowed_key_read(record->key, KEY_SHAPE_AUTO)};
}

static const char *rewrite(const char *patterns, const char *replacements, const char *text)
{
    struct weir_error err = {0};
    struct weir_bytes out;
    struct template_record record = make("a$1", text);
    struct rewrite *made = weir_rewrite_create(patterns, replacements, "~", arena, &err);
    if (!made) {
        return weir_arena_strdup(arena, err.message);
    }
    bool good = weir_rewrite_apply(made, record.record->value, &record, arena, &out, &err);
    weir_rewrite_destroy(made);
    return good ? weir_arena_strndup(arena, (const char *)out.data, out.len)
                : weir_arena_strdup(arena, err.message);
}

static void patterns_are_replaced_one_after_the_other(void **state)
{
    (void)state;
    assert_string_equal(rewrite("a~b", "b~c", "aab"), "ccc");
    assert_string_equal(rewrite("(\\w+)=(?<v>\\d+)", "${v}:$1", "x=1,yy=22"), "1:x,22:yy");
    assert_string_equal(rewrite("^", "${topic}/${key}: ", "v"), "t/a$1: v");
    assert_string_equal(rewrite("x*", "-", "axb"), "-a--b-");
    assert_string_equal(rewrite("x*", "-", "\xc3\xa4"), "-\xc3\xa4-");
    assert_string_equal(rewrite("a", "\\$1\\\\", "a"), "$1\\");
    assert_string_equal(rewrite("(a)(b)?", "[$1$2]", "a ab"), "[a] [ab]");
    assert_string_equal(rewrite("a", "", "banana"), "bnn");
    assert_string_equal(rewrite("(a)", "$12", "a"), "a2");
    assert_string_equal(rewrite("nothing", "x", ""), "");
}

static void a_pattern_without_its_replacement_is_refused(void **state)
{
    (void)state;
    assert_non_null(strstr(rewrite("a~b", "x", "ab"), "fewer replacements"));
    assert_non_null(strstr(rewrite("a", "x~y", "ab"), "more replacements"));
    assert_non_null(strstr(rewrite("(", "x", "ab"), "regular expression"));
    assert_non_null(strstr(rewrite("a", "$1", "ab"), "no such group"));
    assert_non_null(strstr(rewrite("a", "$", "ab"), "no group"));
    assert_non_null(strstr(rewrite("a", "x\\", "ab"), "backslash"));
    assert_non_null(strstr(rewrite("a", "${x", "ab"), "closing brace"));
    assert_non_null(strstr(rewrite("a", "x", "\xff"), "no UTF-8"));
}

static void a_request_is_signed_as_standard_webhooks_says(void **state)
{
    (void)state;
    struct request request;
    weir_request_init(&request);
    request.id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    request.has_body = true;
    weir_buffer_append_text(&request.body, "{\"test\": 2432232314}");
    struct signature *signature =
        weir_signature_create("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "old");
    weir_signature_add(signature, &request, 1614265330999);
    assert_int_equal(request.header_count, 3);
    assert_string_equal(request.headers[0].value, request.id);
    assert_string_equal(request.headers[1].value, "1614265330");
    const char *text = request.headers[2].value;
    const char *expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,";
    assert_memory_equal(text, expected, strlen(expected));
    weir_signature_destroy(signature);
    weir_request_fini(&request);
}

static void a_secret_that_is_no_base64_is_refused(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_true(weir_signature_check_secret("plain text", &err));
    assert_true(weir_signature_check_secret("whsec_AAEC", &err));
    assert_false(weir_signature_check_secret("whsec_*", &err));
    weir_error_clear(&err);
    assert_false(weir_signature_check_secret("whsec_", &err));
    weir_error_clear(&err);
    assert_false(weir_signature_check_secret("", &err));
}

static const struct cloud_event_settings *event_settings(const char *source, const char *subject)
{
    struct weir_error err = {0};
    struct cloud_event_settings *settings = weir_arena_calloc(arena, 1, sizeof(*settings));
    settings->source = weir_template_read(source, arena, &err);
    settings->type = weir_template_read("retrain", arena, &err);
    settings->subject = weir_template_read(subject, arena, &err);
    return settings;
}

static const char *event(const struct cloud_event_settings *settings, struct template_record record,
                         enum weir_data_format format)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, 4096);
    bool good =
        weir_cloud_event_append(settings, &record, record.record->value, format, arena, &out, &err);
    return weir_arena_strdup(arena, good ? weir_buffer_text(&out) : err.message);
}

static void a_structured_cloud_event_holds_the_value_in_its_own_form(void **state)
{
    (void)state;
    const struct cloud_event_settings *settings = event_settings("/kafka/${topic}", "${key}");
#define ATTRIBUTES(subject) \
    "{\"specversion\":\"1.0\",\"id\":\"t-2-7\",\"source\":\"/kafka/" \
    "t\",\"type\":\"retrain\"," subject \
    "\"time\":\"2022-03-03T17:17:00.123Z\",\"datacontenttype\":"
    assert_string_equal(
        event(settings, make("k", "{\"a\":1}"), WEIR_DATA_JSON),
        ATTRIBUTES("\"subject\":\"k\",") "\"application/json\",\"data\":{\"a\":1}}");
    assert_string_equal(event(settings, make(NULL, "a \"b\""), WEIR_DATA_STRING),
                        ATTRIBUTES("") "\"text/plain; charset=UTF-8\",\"data\":\"a \\\"b\\\"\"}");
    assert_string_equal(event(settings, make(NULL, "\xff"), WEIR_DATA_BYTES),
                        ATTRIBUTES("") "\"application/octet-stream\",\"data_base64\":\"/w==\"}");
    assert_non_null(
        strstr(event(event_settings("${header.none}", ""), make(NULL, "1"), WEIR_DATA_JSON),
               "needs a source"));
}

static void add(void *context, const char *name, const char *value)
{
    weir_buffer_append_format(context, "%s=%s\n", name, value);
}

static void a_binary_cloud_event_escapes_what_a_header_cannot_hold(void **state)
{
    (void)state;
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, 4096);
    struct template_record record = make("a \"\xc3\xa4\"\r\n%", "1");
    assert_true(
        weir_cloud_event_headers(event_settings("/s", "${key}"), &record, arena, add, &out, &err));
    assert_string_equal(weir_buffer_text(&out),
                        "ce-specversion=1.0\nce-id=t-2-7\nce-source=/s\nce-type=retrain\n"
                        "ce-subject=a%20%22%C3%A4%22%0D%0A%25\n"
                        "ce-time=2022-03-03T17:17:00.123Z\n");
}

static void a_breaker_opens_after_failures_in_a_row_and_lets_one_request_try(void **state)
{
    (void)state;
    struct breaker breaker = {.failure_count_max = 3, .pause_ms = 100};
    assert_false(weir_breaker_failed(&breaker, 0));
    assert_false(weir_breaker_failed(&breaker, 0));
    weir_breaker_succeeded(&breaker);
    assert_false(weir_breaker_failed(&breaker, 0));
    assert_false(weir_breaker_failed(&breaker, 0));
    assert_true(weir_breaker_may_start(&breaker, 5, 0));
    assert_true(weir_breaker_failed(&breaker, 1000));
    assert_false(weir_breaker_may_start(&breaker, 0, 1099));
    assert_int_equal(weir_breaker_wait_ms(&breaker, 1040), 60);
    assert_true(weir_breaker_may_start(&breaker, 0, 1100));
    assert_false(weir_breaker_may_start(&breaker, 1, 1100));
    assert_true(weir_breaker_failed(&breaker, 1200));
    assert_false(weir_breaker_may_start(&breaker, 0, 1250));
    weir_breaker_succeeded(&breaker);
    assert_true(weir_breaker_may_start(&breaker, 7, 1250));
}

static void without_a_limit_there_is_no_breaker(void **state)
{
    (void)state;
    struct breaker breaker = {.pause_ms = 100};
    for (int i = 0; i < 10; i++) {
        assert_false(weir_breaker_failed(&breaker, 0));
    }
    assert_true(weir_breaker_may_start(&breaker, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_of_this_host_and_private_ones_can_be_refused,
                                        begin, end),
        cmocka_unit_test_setup_teardown(an_allowed_range_is_an_exception_or_alone_the_only_way,
                                        begin, end),
        cmocka_unit_test(what_is_no_range_is_refused),
        cmocka_unit_test_setup_teardown(patterns_are_replaced_one_after_the_other, begin, end),
        cmocka_unit_test_setup_teardown(a_pattern_without_its_replacement_is_refused, begin, end),
        cmocka_unit_test(a_request_is_signed_as_standard_webhooks_says),
        cmocka_unit_test(a_secret_that_is_no_base64_is_refused),
        cmocka_unit_test_setup_teardown(a_structured_cloud_event_holds_the_value_in_its_own_form,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_binary_cloud_event_escapes_what_a_header_cannot_hold,
                                        begin, end),
        cmocka_unit_test(a_breaker_opens_after_failures_in_a_row_and_lets_one_request_try),
        cmocka_unit_test(without_a_limit_there_is_no_breaker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
