/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/log.h"
#include "core/runtime/rest_internal.h"
#include "core/runtime/rest_json.h"

#include <stdio.h>
#include <string.h>

static const char *const components[] = {"root",      "http",    "kafka", "mongo",
                                         "processor", "runtime", "sink",  "source"};

static const char *level_name(const char *component)
{
    static const char *const names[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
    return names[weir_log_level_get(component)];
}

static void append_logger(struct weir_buffer *body, const char *component)
{
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "level", level_name(component));
    weir_buffer_append_text(body, ",\"last_modified\":null}");
}

void rest_loggers_list(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    weir_buffer_append_byte(body, '{');
    for (size_t i = 0; i < sizeof(components) / sizeof(components[0]); i++) {
        weir_buffer_append_text(body, i > 0 ? "," : "");
        weir_rest_string(body, components[i]);
        weir_buffer_append_byte(body, ':');
        append_logger(body, components[i]);
    }
    weir_buffer_append_byte(body, '}');
}

static bool is_known(const char *component)
{
    for (size_t i = 0; i < sizeof(components) / sizeof(components[0]); i++) {
        if (strcmp(components[i], component) == 0) {
            return true;
        }
    }
    return false;
}

void rest_logger_get(struct rest_call *call)
{
    if (is_known(call->names[0])) {
        append_logger(&call->answer->body, call->names[0]);
    } else {
        rest_fail(call, 404, "Logger %s not found.", call->names[0]);
    }
}

/* Sets what "component=level" or, of root, "level" says. False: no such level or component. */
static bool set_level(const char *component, const char *level)
{
    char text[2 * REST_NAME_BYTES_MAX];
    bool root = strcmp(component, "root") == 0;
    snprintf(text, sizeof(text), "%s%s%s", root ? "" : component, root ? "" : "=", level);
    return !strpbrk(component, "=,") && !strpbrk(level, "=,") && weir_log_levels_set(text);
}

void rest_logger_put(struct rest_call *call)
{
    struct weir_config *fields = rest_body(call);
    const char *level = fields ? weir_config_given(fields, "level") : NULL;
    const char *scope = call->request->query(call->request, "scope");
    if (!level) {
        rest_fail(call, 400, "Desired 'level' parameter was not specified in request.");
    } else if (!set_level(call->names[0], level)) {
        rest_fail(call, 404, "invalid log level '%s' for '%s'.", level, call->names[0]);
    } else if (scope && strcmp(scope, "cluster") == 0) {
        rest_empty(call, 204);
    } else {
        const char *const affected[] = {call->names[0], NULL};
        weir_rest_strings(&call->answer->body, affected);
    }
    weir_config_destroy(fields);
}
