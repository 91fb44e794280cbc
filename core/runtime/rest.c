/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/rest.h"

#include "core/runtime/rest_internal.h"
#include "core/runtime/rest_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REASONS_BYTES_MAX = 256 * 1024 };

void rest_fail(struct rest_call *call, int status, const char *format, ...)
{
    char message[2 * WEIR_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    struct weir_buffer *body = &call->answer->body;
    weir_buffer_reset(body);
    call->answer->status = status;
    weir_buffer_append_format(body, "{\"error_code\":%d", status);
    weir_rest_field(body, false, "message", message);
    weir_buffer_append_byte(body, '}');
}

void rest_empty(struct rest_call *call, int status)
{
    call->answer->status = status;
    call->answer->content_type = NULL;
}

static const char *own_name(const struct rest_call *call)
{
    return weir_supervisor_connector_name(call->rest->supervisor);
}

/* Connect's word for what this is; the processor is neither. */
static const char *own_type(const struct rest_call *call)
{
    const char *type = call->rest->setup->stage->type;
    return strcmp(type, "processor") == 0 ? "unknown" : type;
}

static bool is_own(struct rest_call *call)
{
    if (strcmp(call->names[0], own_name(call)) == 0) {
        return true;
    }
    rest_fail(call, 404, "Connector %s not found", call->names[0]);
    return false;
}

static bool query_is_true(const struct rest_call *call, const char *name)
{
    const char *value = call->request->query(call->request, name);
    return value && strcasecmp(value, "true") == 0;
}

/* ---- Health and metrics. ---- */

static void get_root(struct rest_call *call)
{
    weir_buffer_append_text(&call->answer->body,
                            "{\"version\":\"" WEIR_REST_CONNECT_VERSION
                            "\",\"commit\":\"weir-" WEIR_VERSION "\",\"kafka_cluster_id\":\"\"}");
}

static void get_healthz(struct rest_call *call)
{
    weir_buffer_append_text(&call->answer->body, "{\"status\":\"ok\"}");
}

static void get_readyz(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    weir_auto_buffer reasons;
    weir_buffer_init(&reasons, REASONS_BYTES_MAX);
    bool ready = weir_supervisor_ready(call->rest->supervisor, &reasons);
    weir_buffer_append_format(body, "{\"ready\":%s,\"reasons\":[", ready ? "true" : "false");
    const char *line = weir_buffer_text(&reasons);
    for (bool first = true; *line != '\0'; first = false) {
        size_t length = strcspn(line, "\n");
        char reason[2 * WEIR_ERROR_MESSAGE_BYTES];
        snprintf(reason, sizeof(reason), "%.*s", (int)length, line);
        weir_buffer_append_text(body, first ? "" : ",");
        weir_rest_string(body, reason);
        line += length + (line[length] == '\n');
    }
    weir_buffer_append_text(body, "]}");
    call->answer->status = ready ? 200 : 503;
}

/* KIP-1017. */
static void get_health(struct rest_call *call)
{
    static const struct {
        int http;
        const char *status, *message;
    } answers[] = {
        {200, "healthy", "Worker has completed startup and is ready to handle requests."},
        {503, "starting", "Worker is still starting up."},
        {500, "unhealthy", "A task has failed."},
    };
    enum weir_task_state state = weir_supervisor_state(call->rest->supervisor);
    bool starting = state == WEIR_TASK_UNASSIGNED || state == WEIR_TASK_RESTARTING;
    int index = state == WEIR_TASK_FAILED ? 2 : starting ? 1 : 0;
    struct weir_buffer *body = &call->answer->body;
    call->answer->status = answers[index].http;
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "status", answers[index].status);
    weir_rest_field(body, false, "message", answers[index].message);
    weir_buffer_append_byte(body, '}');
}

static void get_metrics(struct rest_call *call)
{
    call->answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    weir_metrics_write(call->rest->metrics, &call->answer->body);
}

/* ---- The connector. ---- */

static const struct weir_property *find_property(const struct weir_property *const *tables,
                                                 const char *name)
{
    for (; *tables; tables++) {
        for (const struct weir_property *property = *tables; property->name; property++) {
            if (strcmp(property->name, name) == 0) {
                return property;
            }
        }
    }
    return NULL;
}

static void append_config(struct weir_buffer *body, const struct rest_call *call)
{
    const struct weir_setup *setup = call->rest->setup;
    const char *name;
    const char *value;
    size_t position = 0;
    bool first = true;
    weir_buffer_append_byte(body, '{');
    while (weir_config_next(setup->config, "", &position, &name, &value)) {
        const struct weir_property *property = find_property(setup->tables, name);
        const char *given = weir_config_given(setup->config, name);
        bool bare_secret =
            property && property->type == WEIR_PROPERTY_PASSWORD && !strstr(given, "${");
        weir_rest_field(body, first, name, bare_secret ? "***" : given);
        first = false;
    }
    weir_buffer_append_byte(body, '}');
}

static void append_tasks(struct weir_buffer *body, const struct rest_call *call)
{
    weir_buffer_append_byte(body, '[');
    for (size_t i = 0; i < weir_supervisor_task_count(call->rest->supervisor); i++) {
        weir_buffer_append_text(body, i > 0 ? ",{" : "{");
        weir_rest_field(body, true, "connector", own_name(call));
        weir_buffer_append_format(body, ",\"task\":%zu}", i);
    }
    weir_buffer_append_byte(body, ']');
}

static void append_info(struct weir_buffer *body, const struct rest_call *call)
{
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "name", own_name(call));
    weir_buffer_append_text(body, ",\"config\":");
    append_config(body, call);
    weir_buffer_append_text(body, ",\"tasks\":");
    append_tasks(body, call);
    weir_rest_field(body, false, "type", own_type(call));
    weir_buffer_append_byte(body, '}');
}

static void append_state(struct weir_buffer *body, const struct rest_call *call,
                         enum weir_task_state state, const char *trace, bool first)
{
    weir_rest_field(body, first, "state", weir_task_state_name(state));
    weir_rest_field(body, false, "worker_id", call->rest->worker_id);
    if (trace[0] != '\0') {
        weir_rest_field(body, false, "trace", trace);
    }
}

static void append_task_status(struct weir_buffer *body, const struct rest_call *call, size_t index)
{
    struct weir_task_status status;
    weir_supervisor_task_status(call->rest->supervisor, index, &status);
    weir_buffer_append_format(body, "{\"id\":%zu", index);
    append_state(body, call, status.state, status.trace, false);
    if (status.report[0] != '\0') {
        weir_buffer_append_format(body, ",\"progress\":%s", status.report);
    }
    weir_buffer_append_byte(body, '}');
}

static void append_status(struct weir_buffer *body, const struct rest_call *call)
{
    enum weir_task_state state = weir_supervisor_state(call->rest->supervisor);
    /* A stopped connector has no tasks, as in Connect. */
    size_t count =
        state == WEIR_TASK_STOPPED ? 0 : weir_supervisor_task_count(call->rest->supervisor);
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "name", own_name(call));
    weir_buffer_append_text(body, ",\"connector\":{");
    append_state(body, call, state, "", true);
    weir_buffer_append_text(body, "},\"tasks\":[");
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(body, i > 0 ? "," : "");
        append_task_status(body, call, i);
    }
    weir_buffer_append_byte(body, ']');
    weir_rest_field(body, false, "type", own_type(call));
    weir_buffer_append_byte(body, '}');
}

static void get_connectors(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    const char *expand = call->request->query(call->request, "expand");
    if (!expand) {
        const char *const names[] = {own_name(call), NULL};
        weir_rest_strings(body, names);
        return;
    }
    /* Of "expand=info&expand=status" only one is seen here: both are sent for either. */
    weir_buffer_append_byte(body, '{');
    weir_rest_string(body, own_name(call));
    weir_buffer_append_text(body, ":{\"info\":");
    append_info(body, call);
    weir_buffer_append_text(body, ",\"status\":");
    append_status(body, call);
    weir_buffer_append_text(body, "}}");
}

static void get_connector(struct rest_call *call)
{
    if (is_own(call)) {
        append_info(&call->answer->body, call);
    }
}

static void get_config(struct rest_call *call)
{
    if (is_own(call)) {
        append_config(&call->answer->body, call);
    }
}

static void get_status(struct rest_call *call)
{
    if (strcmp(call->names[0], own_name(call)) == 0) {
        append_status(&call->answer->body, call);
    } else {
        rest_fail(call, 404, "No status found for connector %s", call->names[0]);
    }
}

static void get_tasks(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    if (!is_own(call)) {
        return;
    }
    weir_buffer_append_byte(body, '[');
    for (size_t i = 0; i < weir_supervisor_task_count(call->rest->supervisor); i++) {
        weir_buffer_append_text(body, i > 0 ? ",{\"id\":{" : "{\"id\":{");
        weir_rest_field(body, true, "connector", own_name(call));
        weir_buffer_append_format(body, ",\"task\":%zu},\"config\":", i);
        append_config(body, call);
        weir_buffer_append_byte(body, '}');
    }
    weir_buffer_append_byte(body, ']');
}

static void get_topics(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    static const char *const none[] = {NULL};
    bool own = strcmp(call->names[0], own_name(call)) == 0;
    bool sink = strcmp(own_type(call), "sink") == 0;
    weir_buffer_append_byte(body, '{');
    weir_rest_string(body, call->names[0]);
    weir_buffer_append_text(body, ":{\"topics\":");
    weir_rest_strings(body,
                      own && sink ? weir_config_list(call->rest->setup->config, "topics") : none);
    weir_buffer_append_text(body, "}}");
}

/* The task that the second '*' names. */
static bool find_task(struct rest_call *call, size_t *index_out)
{
    char *end = NULL;
    unsigned long index = strtoul(call->names[1], &end, 10);
    bool digits = call->names[1][0] >= '0' && call->names[1][0] <= '9' && *end == '\0';
    if (strcmp(call->names[0], own_name(call)) != 0 || !digits ||
        index >= weir_supervisor_task_count(call->rest->supervisor)) {
        rest_fail(call, 404, "Unknown task: %s-%s", call->names[0], call->names[1]);
        return false;
    }
    *index_out = index;
    return true;
}

static void get_task_status(struct rest_call *call)
{
    size_t index = 0;
    if (find_task(call, &index)) {
        append_task_status(&call->answer->body, call, index);
    }
}

static void post_task_restart(struct rest_call *call)
{
    size_t index = 0;
    if (find_task(call, &index)) {
        weir_supervisor_restart_task(call->rest->supervisor, index);
        rest_empty(call, 204);
    }
}

static void post_restart(struct rest_call *call)
{
    bool include_tasks = query_is_true(call, "includeTasks");
    bool only_failed = query_is_true(call, "onlyFailed");
    struct weir_supervisor *supervisor = call->rest->supervisor;
    if (!is_own(call)) {
        return;
    }
    for (size_t i = 0; include_tasks && i < weir_supervisor_task_count(supervisor); i++) {
        struct weir_task_status status;
        weir_supervisor_task_status(supervisor, i, &status);
        if (!only_failed || status.state == WEIR_TASK_RESTARTING) {
            weir_supervisor_restart_task(supervisor, i);
        }
    }
    if (!include_tasks && !only_failed) {
        rest_empty(call, 204);
        return;
    }
    call->answer->status = 202;
    append_status(&call->answer->body, call);
}

static void put_pause(struct rest_call *call)
{
    if (is_own(call)) {
        weir_supervisor_pause(call->rest->supervisor);
        rest_empty(call, 202);
    }
}

static void put_resume(struct rest_call *call)
{
    if (is_own(call)) {
        weir_supervisor_resume(call->rest->supervisor);
        rest_empty(call, 202);
    }
}

static void put_stop(struct rest_call *call)
{
    if (is_own(call)) {
        weir_supervisor_stop(call->rest->supervisor);
        rest_empty(call, 204);
    }
}

static void get_offsets(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    struct weir_error err = {0};
    if (!is_own(call)) {
        return;
    }
    weir_auto_buffer offsets;
    weir_buffer_init(&offsets, body->bytes_max);
    if (!weir_supervisor_offsets(call->rest->supervisor, &offsets, &err)) {
        rest_fail(call, 500, "%s", err.message);
        return;
    }
    weir_buffer_append_text(body, "{\"offsets\":[");
    weir_buffer_append_bytes(body, weir_buffer_view(&offsets));
    weir_buffer_append_text(body, "]}");
}

/* ---- Routes. ---- */

static const struct {
    const char *method;
    const char *path; /* '*' stands for one piece */
    rest_handler_fn handler;
} routes[] = {
    {"GET", "", get_root},
    {"GET", "healthz", get_healthz},
    {"GET", "readyz", get_readyz},
    {"GET", "health", get_health},
    {"GET", "metrics", get_metrics},
    {"GET", "connectors", get_connectors},
    {"GET", "connectors/*", get_connector},
    {"GET", "connectors/*/config", get_config},
    {"GET", "connectors/*/status", get_status},
    {"GET", "connectors/*/tasks", get_tasks},
    {"GET", "connectors/*/topics", get_topics},
    {"GET", "connectors/*/offsets", get_offsets},
    {"GET", "connectors/*/tasks/*/status", get_task_status},
    {"POST", "connectors/*/tasks/*/restart", post_task_restart},
    {"POST", "connectors/*/restart", post_restart},
    {"PUT", "connectors/*/pause", put_pause},
    {"PUT", "connectors/*/resume", put_resume},
    {"PUT", "connectors/*/stop", put_stop},
    {"GET", "connector-plugins", rest_plugins_list},
    {"GET", "connector-plugins/*/config", rest_plugin_config},
    {"PUT", "connector-plugins/*/config/validate", rest_plugin_validate},
    {"GET", "admin/loggers", rest_loggers_list},
    {"GET", "admin/loggers/*", rest_logger_get},
    {"PUT", "admin/loggers/*", rest_logger_put},
};

/* Whether path (without slashes at its ends) fits the pattern; fills call->names. */
static bool match_path(struct rest_call *call, const char *pattern, const char *path,
                       size_t path_bytes)
{
    size_t name_index = 0;
    const char *end = path + path_bytes;
    while (*pattern != '\0' && path < end) {
        size_t wanted = strcspn(pattern, "/");
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t given = (size_t)((slash ? slash : end) - path);
        if (wanted == 1 && *pattern == '*') {
            if (!weir_http_decode(path, given, call->names[name_index], REST_NAME_BYTES_MAX)) {
                return false;
            }
            name_index++;
        } else if (wanted != given || memcmp(pattern, path, given) != 0) {
            return false;
        }
        pattern += wanted + (pattern[wanted] == '/');
        path += given;
        if (path < end) {
            path++;
        }
    }
    return *pattern == '\0' && path == end;
}

static void no_route(struct rest_call *call, bool path_known)
{
    if (path_known) {
        rest_fail(call, 405,
                  "HTTP 405 Method Not Allowed: the configuration is this process's file; change "
                  "it and start again");
    } else {
        rest_fail(call, 404, "HTTP 404 Not Found");
    }
}

void weir_rest_answer(const struct weir_http_server_request *request,
                      struct weir_http_answer *answer, void *context)
{
    struct rest_call call = {.rest = context, .request = request, .answer = answer};
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    const char *path = request->path + strspn(request->path, "/");
    size_t path_bytes = strlen(path);
    while (path_bytes > 0 && path[path_bytes - 1] == '/') {
        path_bytes--;
    }
    bool path_known = false;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!match_path(&call, routes[i].path, path, path_bytes)) {
            continue;
        }
        path_known = true;
        if (strcmp(routes[i].method, method) == 0) {
            routes[i].handler(&call);
            return;
        }
    }
    no_route(&call, path_known);
}
