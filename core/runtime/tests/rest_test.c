/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/rest.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/runtime/status_metrics.h"
#include "core/runtime/tests/fake_sink.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct weir_setup *setup;
    struct weir_metrics *metrics;
    struct weir_supervisor *supervisor;
    struct weir_status_metrics *status;
    struct weir_rest rest;
    pthread_t thread;
    bool running;
    struct weir_http_answer answer;
};

static int set_up(void **state)
{
    struct fixture *fixture = weir_alloc(sizeof(*fixture));
    struct weir_error err = {0};
    fixture->setup = weir_setup_create(&fake_stage);
    struct weir_config *config =
        weir_config_parse(fake_config_text, strlen(fake_config_text), "f.yaml", &err);
    assert_true(weir_setup_check(fixture->setup, config, &err));
    fixture->metrics = weir_metrics_create();
    fixture->supervisor = weir_supervisor_create(&(struct weir_supervisor_options){
        .connector_name = "orders",
        .startup_timeout_ms = 60000,
        .shutdown_timeout_ms = 60000,
        .progress_timeout_ms = 60000,
        .metrics = fixture->metrics,
    });
    assert_true(fake_stage.add_tasks(config, fixture->supervisor, &err));
    fixture->status =
        weir_status_metrics_create(&fake_stage, fixture->supervisor, fixture->metrics);
    fixture->rest = (struct weir_rest){.setup = fixture->setup,
                                       .supervisor = fixture->supervisor,
                                       .metrics = fixture->metrics,
                                       .worker_id = "here:8083"};
    weir_buffer_init(&fixture->answer.body, 1 << 20);
    *state = fixture;
    return 0;
}

static void *run_supervisor(void *context)
{
    struct weir_error err = {0};
    bool hung = false;
    weir_supervisor_run(context, &hung, &err);
    return NULL;
}

/* Bounded: a state that never comes fails the test, and does not hang the suite. */
static void wait_state(struct fixture *fixture, enum weir_task_state state)
{
    enum { POLL_US = 1000, POLL_COUNT = 30000 };
    for (int i = 0; i < POLL_COUNT; i++) {
        if (weir_supervisor_state(fixture->supervisor) == state) {
            return;
        }
        usleep(POLL_US);
    }
    fail_msg("the state %d never came", (int)state);
}

static void run(struct fixture *fixture)
{
    fixture->running = true;
    assert_int_equal(pthread_create(&fixture->thread, NULL, run_supervisor, fixture->supervisor),
                     0);
    wait_state(fixture, WEIR_TASK_RUNNING);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->running) {
        weir_supervisor_quit(fixture->supervisor);
        pthread_join(fixture->thread, NULL);
    }
    weir_buffer_fini(&fixture->answer.body);
    weir_status_metrics_destroy(fixture->status);
    weir_supervisor_destroy(fixture->supervisor);
    weir_metrics_destroy(fixture->metrics);
    weir_setup_destroy(fixture->setup);
    weir_free(fixture);
    return 0;
}

/* The query of the request under way: "name=value" in the context, one at most. */
static const char *find_query(const struct weir_http_server_request *request, const char *name)
{
    const char *query = request->context;
    size_t length = strlen(name);
    return query && strncmp(query, name, length) == 0 && query[length] == '=' ? query + length + 1
                                                                              : NULL;
}

static const char *ask_with(struct fixture *fixture, const char *method, const char *path,
                            const char *query, const char *body)
{
    char query_text[128];
    snprintf(query_text, sizeof(query_text), "%s", query);
    struct weir_http_server_request request = {
        .method = method,
        .path = path,
        .body = body ? weir_bytes_of(body) : WEIR_BYTES_NULL,
        .query = find_query,
        .context = query_text,
    };
    weir_buffer_reset(&fixture->answer.body);
    fixture->answer.status = 200;
    fixture->answer.content_type = "application/json";
    weir_rest_answer(&request, &fixture->answer, &fixture->rest);
    return weir_buffer_text(&fixture->answer.body);
}

static const char *get(struct fixture *fixture, const char *path)
{
    return ask_with(fixture, "GET", path, "", NULL);
}

static void assert_answer(struct fixture *fixture, const char *method, const char *path, int status,
                          const char *body)
{
    assert_string_equal(ask_with(fixture, method, path, "", NULL), body);
    assert_int_equal(fixture->answer.status, status);
}

#define INFO \
    "{\"name\":\"orders\",\"config\":{\"name\":\"orders\",\"connector.class\":\"NullSink\"," \
    "\"bootstrap.servers\":\"127.0.0.1:1\",\"listeners\":\"http://127.0.0.1:0\",\"topics\":\"a, " \
    "b\"," \
    "\"tasks.max\":\"2\",\"target\":\"there\",\"target.password\":\"***\"},\"tasks\":[" \
    "{\"connector\":\"orders\",\"task\":0},{\"connector\":\"orders\",\"task\":1}],\"type\":" \
    "\"sink\"}"
#define TASK(id, state) "{\"id\":" id ",\"state\":\"" state "\",\"worker_id\":\"here:8083\"}"
#define STATUS(state, tasks) \
    "{\"name\":\"orders\",\"connector\":{\"state\":\"" state \
    "\",\"worker_id\":\"here:8083\"},\"tasks\":[" tasks "],\"type\":\"sink\"}"
#define BOTH(state) TASK("0", state) "," TASK("1", state)

static void the_root_tells_a_version_that_clients_know(void **state)
{
    assert_answer(*state, "GET", "/", 200,
                  "{\"version\":\"4.1.0\",\"commit\":\"weir-" WEIR_VERSION
                  "\",\"kafka_cluster_id\":\"\"}");
}

static void connectors_are_listed_with_and_without_slash(void **state)
{
    assert_answer(*state, "GET", "/connectors", 200, "[\"orders\"]");
    assert_answer(*state, "GET", "/connectors/", 200, "[\"orders\"]");
    assert_answer(*state, "HEAD", "/connectors", 200, "[\"orders\"]");
    run(*state);
    assert_string_equal(ask_with(*state, "GET", "/connectors", "expand=info", NULL),
                        "{\"orders\":{\"info\":" INFO
                        ",\"status\":" STATUS("RUNNING", BOTH("RUNNING")) "}}");
}

static void a_connector_shows_its_configuration_as_written_without_secrets(void **state)
{
    assert_answer(*state, "GET", "/connectors/orders", 200, INFO);
    const char *config = get(*state, "/connectors/orders/config");
    assert_non_null(strstr(config, "\"topics\":\"a, b\""));
    assert_null(strstr(config, "hunter2"));
    assert_answer(*state, "GET", "/connectors/x", 404,
                  "{\"error_code\":404,\"message\":\"Connector x not found\"}");
    assert_answer(*state, "GET", "/connectors/x/config", 404,
                  "{\"error_code\":404,\"message\":\"Connector x not found\"}");
}

static void a_reference_is_shown_unresolved(void **state)
{
    (void)state;
    const char text[] =
        "name: orders\nconnector.class: null\nbootstrap.servers: a:1\ntopics: t\ntarget: x\n"
        "target.password: ${env:PATH}\n";
    struct fixture *fixture = *state;
    struct weir_error err = {0};
    struct weir_setup *setup = weir_setup_create(&fake_stage);
    assert_true(weir_setup_check(setup, weir_config_parse(text, strlen(text), "f", &err), &err));
    fixture->rest.setup = setup;
    assert_non_null(
        strstr(get(fixture, "/connectors/orders/config"), "\"target.password\":\"${env:PATH}\""));
    weir_setup_destroy(setup);
}

static void status_follows_pause_resume_and_stop(void **state)
{
    struct fixture *fixture = *state;
    assert_answer(fixture, "GET", "/connectors/orders/status", 200,
                  STATUS("UNASSIGNED", BOTH("UNASSIGNED")));
    run(fixture);
    assert_answer(fixture, "GET", "/connectors/orders/status", 200,
                  STATUS("RUNNING", BOTH("RUNNING")));
    assert_answer(fixture, "GET", "/connectors/orders/tasks/1/status", 200, TASK("1", "RUNNING"));
    assert_answer(fixture, "PUT", "/connectors/orders/pause", 202, "");
    assert_null(fixture->answer.content_type);
    assert_answer(fixture, "GET", "/connectors/orders/status", 200,
                  STATUS("PAUSED", BOTH("PAUSED")));
    assert_answer(fixture, "PUT", "/connectors/orders/resume", 202, "");
    assert_answer(fixture, "GET", "/connectors/orders/status", 200,
                  STATUS("RUNNING", BOTH("RUNNING")));
    assert_answer(fixture, "PUT", "/connectors/orders/stop", 204, "");
    assert_answer(fixture, "GET", "/connectors/orders/status", 200, STATUS("STOPPED", ""));
    assert_answer(fixture, "PUT", "/connectors/orders/resume", 202, "");
    wait_state(fixture, WEIR_TASK_RUNNING);
    assert_answer(fixture, "PUT", "/connectors/x/pause", 404,
                  "{\"error_code\":404,\"message\":\"Connector x not found\"}");
    assert_answer(fixture, "GET", "/connectors/x/status", 404,
                  "{\"error_code\":404,\"message\":\"No status found for connector x\"}");
}

static void tasks_can_be_restarted(void **state)
{
    struct fixture *fixture = *state;
    run(fixture);
    assert_answer(fixture, "POST", "/connectors/orders/tasks/0/restart", 204, "");
    assert_answer(fixture, "POST", "/connectors/orders/tasks/2/restart", 404,
                  "{\"error_code\":404,\"message\":\"Unknown task: orders-2\"}");
    assert_answer(fixture, "POST", "/connectors/orders/tasks/x/restart", 404,
                  "{\"error_code\":404,\"message\":\"Unknown task: orders-x\"}");
    assert_answer(fixture, "POST", "/connectors/orders/restart", 204, "");
    assert_non_null(
        strstr(ask_with(fixture, "POST", "/connectors/orders/restart", "includeTasks=True", NULL),
               "\"name\":\"orders\""));
    assert_int_equal(fixture->answer.status, 202);
    wait_state(fixture, WEIR_TASK_RUNNING);
}

static void tasks_topics_and_offsets_are_told(void **state)
{
    struct fixture *fixture = *state;
    const char *tasks = get(fixture, "/connectors/orders/tasks");
    assert_non_null(
        strstr(tasks, "[{\"id\":{\"connector\":\"orders\",\"task\":0},\"config\":{\"name\""));
    assert_answer(fixture, "GET", "/connectors/orders/topics", 200,
                  "{\"orders\":{\"topics\":[\"a\",\"b\"]}}");
    assert_answer(fixture, "GET", "/connectors/x/topics", 200, "{\"x\":{\"topics\":[]}}");
#define OFFSET \
    "{\"partition\":{\"kafka_topic\":\"t\",\"kafka_partition\":0},\"offset\":{\"kafka_offset\":" \
    "42}}"
    assert_answer(fixture, "GET", "/connectors/orders/offsets", 200,
                  "{\"offsets\":[" OFFSET "," OFFSET "]}");
}

static void health_and_readiness_follow_the_tasks(void **state)
{
    struct fixture *fixture = *state;
    assert_answer(fixture, "GET", "/healthz", 200, "{\"status\":\"ok\"}");
    assert_answer(
        fixture, "GET", "/readyz", 503,
        "{\"ready\":false,\"reasons\":[\"task 0: not connected\",\"task 1: not connected\"]}");
    assert_answer(fixture, "GET", "/health", 503,
                  "{\"status\":\"starting\",\"message\":\"Worker is still starting up.\"}");
    run(fixture);
    int64_t deadline_ms = weir_clock_ms() + 30000;
    while (ask_with(fixture, "GET", "/readyz", "", NULL) && fixture->answer.status != 200) {
        assert_true(weir_clock_ms() < deadline_ms);
        weir_clock_sleep_ms(1); /* connected comes before assigned */
    }
    assert_answer(fixture, "GET", "/readyz", 200, "{\"ready\":true,\"reasons\":[]}");
    assert_answer(
        fixture, "GET", "/health", 200,
        "{\"status\":\"healthy\",\"message\":\"Worker has completed startup and is ready to handle "
        "requests.\"}");
}

static void metrics_have_the_names_that_dashboards_query(void **state)
{
    struct fixture *fixture = *state;
    run(fixture);
    const char *text = get(fixture, "/metrics");
    assert_non_null(strstr(fixture->answer.content_type, "text/plain; version=0.0.4"));
    const char *lines[] = {
        "\nkafka_connect_connector_status{connector=\"orders\",status=\"running\"} 1\n",
        ("\nkafka_connect_connector_task_status{connector=\"orders\",task=\"1\","
         "status=\"running\"} 1\n"),
        "\nkafka_connect_worker_connector_running_task_count{connector=\"orders\"} 2\n",
        "\nkafka_connect_worker_connector_failed_task_count{connector=\"orders\"} 0\n",
        "\nkafka_connect_worker_connector_count 1\n",
        "\nkafka_connect_worker_task_count 2\n",
        "\nkafka_connect_worker_rebalance_rebalancing 0\n",
        "\nkafka_connect_coordinator_assigned_tasks 2\n",
        "\nweir_task_connected{connector=\"orders\",task=\"0\"} 1\n",
        ("\nweir_info{stage=\"weir-test\",version=\"" WEIR_VERSION "\"} 1\n"),
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_non_null(strstr(text, lines[i]));
    }
    assert_null(strstr(text, "status=\"failed\"}"));
}

static void what_changes_the_configuration_is_405(void **state)
{
    const char *const requests[][2] = {{"POST", "/connectors"},
                                       {"PUT", "/connectors/orders/config"},
                                       {"DELETE", "/connectors/orders"},
                                       {"PATCH", "/connectors/orders/offsets"},
                                       {"POST", "/metrics"}};
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        const char *body = ask_with(*state, requests[i][0], requests[i][1], "", "{}");
        assert_int_equal(((struct fixture *)*state)->answer.status, 405);
        assert_non_null(strstr(body, "{\"error_code\":405,\"message\":\""));
    }
}

static void an_unknown_path_is_404_in_json(void **state)
{
    const char *const paths[] = {"/nothing",
                                 "/connectors/orders/nothing",
                                 "/connectors/orders/status/x",
                                 "/connectors/%zz/status",
                                 "/connectors/%00",
                                 "/connectors//status/"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const char *body = get(*state, paths[i]);
        assert_int_equal(((struct fixture *)*state)->answer.status, 404);
        assert_memory_equal(body, "{\"error_code\":404,\"message\":\"", 29);
    }
}

static void names_are_decoded_and_escaped(void **state)
{
    assert_answer(*state, "GET", "/connectors/orde%72s/topics", 200,
                  "{\"orders\":{\"topics\":[\"a\",\"b\"]}}");
    assert_answer(*state, "GET", "/connectors/a%22%2F%0a%01b", 404,
                  "{\"error_code\":404,\"message\":\"Connector a\\\"/\\n\\u0001b not found\"}");
}

static void plugins_are_listed_and_explained(void **state)
{
    assert_answer(
        *state, "GET", "/connector-plugins", 200,
        "[{\"class\":\"org.example.NullSinkConnector\",\"type\":\"sink\",\"version\":\"1.2.3\"}]");
    const char *config = get(*state, "/connector-plugins/NullSink/config");
    assert_memory_equal(
        config,
        "[{\"name\":\"target\",\"type\":\"STRING\",\"required\":true,\"default_value\":null,"
        "\"importance\":\"HIGH\",\"documentation\":\"Where to.\",\"group\":\"Target\","
        "\"width\":\"MEDIUM\",\"display_name\":\"target\",\"dependents\":[],\"order\":0},{",
        200);
    assert_non_null(strstr(config, "{\"name\":\"topics\",\"type\":\"LIST\""));
    assert_answer(*state, "GET", "/connector-plugins/x/config", 404,
                  "{\"error_code\":404,\"message\":\"Unknown plugin x.\"}");
}

static const char *validate(struct fixture *fixture, const char *body)
{
    return ask_with(fixture, "PUT", "/connector-plugins/NullSink/config/validate", "", body);
}

#define GOOD_BODY \
    "\"name\":\"x\",\"connector.class\":\"NullSink\",\"bootstrap.servers\":\"a:1\",\"topics\":" \
    "\"t\""

static void a_good_configuration_validates_without_errors(void **state)
{
    const char *report =
        validate(*state, "{" GOOD_BODY ",\"target\":\"there\",\"target.password\":\"hunter2\"}");
    assert_non_null(strstr(
        report, "{\"name\":\"org.example.NullSinkConnector\",\"error_count\":0,\"groups\":["));
    assert_non_null(strstr(
        report, "\"value\":{\"name\":\"target\",\"value\":\"there\",\"recommended_values\":[],"
                "\"errors\":[],\"visible\":true}}"));
    assert_non_null(strstr(report, "\"value\":{\"name\":\"batch.size\",\"value\":\"5\""));
    assert_null(strstr(report, "hunter2"));
}

static void each_bad_property_has_its_own_error(void **state)
{
    const char *report =
        validate(*state, "{" GOOD_BODY ",\"batch.size\":\"many\",\"tarket\":\"1\"}");
    assert_int_equal(((struct fixture *)*state)->answer.status, 200);
    assert_non_null(strstr(report, "\"error_count\":3,"));
    assert_non_null(
        strstr(report, "{\"name\":\"target\",\"value\":null,\"recommended_values\":[],\"errors\":["
                       "\"missing required property\"]"));
    assert_non_null(
        strstr(report, "\"errors\":[\"expected a whole number of 32 bits, not 'many'\"]"));
    assert_non_null(strstr(report, "\"errors\":[\"unknown property; did you mean 'target'?\"]"));
}

static void references_are_neither_followed_nor_wrong(void **state)
{
    const char *report = validate(
        *state, "{" GOOD_BODY ",\"target\":\"${env:HOME}\",\"batch.size\":\"${env:SIZE}\"}");
    assert_non_null(strstr(report, "\"error_count\":0,"));
    assert_non_null(strstr(report, "\"value\":{\"name\":\"target\",\"value\":\"${env:HOME}\""));
}

static void a_body_of_too_many_properties_is_400(void **state)
{
    weir_auto_buffer body;
    weir_buffer_init(&body, 1 << 20);
    weir_buffer_append_text(&body, "{" GOOD_BODY);
    for (int i = 0; i < 5000; i++) {
        weir_buffer_append_format(&body, ",\"p%d\":\"x\"", i);
    }
    weir_buffer_append_text(&body, "}");
    validate(*state, weir_buffer_text(&body));
    assert_int_equal(((struct fixture *)*state)->answer.status, 400);
}

static void checks_across_properties_are_told_where_they_belong(void **state)
{
    const char *report = validate(*state, "{" GOOD_BODY ",\"target\":\"nowhere\"}");
    assert_non_null(strstr(report, "\"error_count\":1,"));
    assert_non_null(strstr(
        report, "{\"name\":\"target\",\"value\":\"nowhere\",\"recommended_values\":[],\"errors\":["
                "\"nowhere is no place\"]"));
}

static void a_probe_with_little_in_it_is_answered_200(void **state)
{
    validate(*state,
             "{\"connector.class\":\"org.example.NullSinkConnector\",\"topics\":\"getPlugins\"}");
    assert_int_equal(((struct fixture *)*state)->answer.status, 200);
}

static void a_request_that_makes_no_sense_is_400(void **state)
{
    struct fixture *fixture = *state;
    const char *const bodies[] = {NULL,
                                  "",
                                  "[1]",
                                  "text",
                                  "{",
                                  "{\"connector.class\":",
                                  "{}",
                                  "{\"connector.class\":\"other\"}",
                                  "{\"connector.class\":null}",
                                  "{\"connector.class\":\"null\"",
                                  "{\"a\":\"\\u0000\"}"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const char *body = validate(fixture, bodies[i]);
        assert_int_equal(fixture->answer.status, 400);
        assert_memory_equal(body, "{\"error_code\":400,\"message\":\"", 29);
    }
}

static void log_levels_are_read_and_set(void **state)
{
    struct fixture *fixture = *state;
    weir_log_levels_set("info");
    assert_non_null(strstr(get(fixture, "/admin/loggers/"),
                           "\"root\":{\"level\":\"INFO\",\"last_modified\":null}"));
    assert_string_equal(
        ask_with(fixture, "PUT", "/admin/loggers/kafka", "", "{\"level\":\"DEBUG\"}"),
        "[\"kafka\"]");
    assert_answer(fixture, "GET", "/admin/loggers/kafka", 200,
                  "{\"level\":\"DEBUG\",\"last_modified\":null}");
    assert_answer(fixture, "GET", "/admin/loggers/root", 200,
                  "{\"level\":\"INFO\",\"last_modified\":null}");
    assert_string_equal(
        ask_with(fixture, "PUT", "/admin/loggers/root", "scope=cluster", "{\"level\":\"warn\"}"),
        "");
    assert_int_equal(fixture->answer.status, 204);
    assert_answer(fixture, "GET", "/admin/loggers/root", 200,
                  "{\"level\":\"WARN\",\"last_modified\":null}");
    ask_with(fixture, "PUT", "/admin/loggers/root", "", "{\"level\":\"LOUD\"}");
    assert_int_equal(fixture->answer.status, 404);
    ask_with(fixture, "PUT", "/admin/loggers/root", "", "{\"level\":\"info,kafka=trace\"}");
    assert_int_equal(fixture->answer.status, 404);
    ask_with(fixture, "PUT", "/admin/loggers/root", "", "{}");
    assert_int_equal(fixture->answer.status, 400);
    ask_with(fixture, "GET", "/admin/loggers/nobody", "", NULL);
    assert_int_equal(fixture->answer.status, 404);
}

static void discard(enum weir_log_level level, const char *line, void *context)
{
    (void)level;
    (void)line;
    (void)context;
}

#define WITH_REST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REST(the_root_tells_a_version_that_clients_know),
        WITH_REST(connectors_are_listed_with_and_without_slash),
        WITH_REST(a_connector_shows_its_configuration_as_written_without_secrets),
        WITH_REST(a_reference_is_shown_unresolved),
        WITH_REST(status_follows_pause_resume_and_stop),
        WITH_REST(tasks_can_be_restarted),
        WITH_REST(tasks_topics_and_offsets_are_told),
        WITH_REST(health_and_readiness_follow_the_tasks),
        WITH_REST(metrics_have_the_names_that_dashboards_query),
        WITH_REST(what_changes_the_configuration_is_405),
        WITH_REST(an_unknown_path_is_404_in_json),
        WITH_REST(names_are_decoded_and_escaped),
        WITH_REST(plugins_are_listed_and_explained),
        WITH_REST(a_good_configuration_validates_without_errors),
        WITH_REST(each_bad_property_has_its_own_error),
        WITH_REST(references_are_neither_followed_nor_wrong),
        WITH_REST(a_body_of_too_many_properties_is_400),
        WITH_REST(checks_across_properties_are_told_where_they_belong),
        WITH_REST(a_probe_with_little_in_it_is_answered_200),
        WITH_REST(a_request_that_makes_no_sense_is_400),
        WITH_REST(log_levels_are_read_and_set),
    };
    weir_log_sink_set(discard, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
