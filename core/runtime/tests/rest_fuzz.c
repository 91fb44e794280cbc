/* The admin port's answers to any request: "<method> <path>\n<body>". */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/runtime/rest.h"
#include "core/runtime/tests/fake_sink.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the query "?value", whatever is asked for. */
static const char *find_query(const struct weir_http_server_request *request, const char *name)
{
    (void)name;
    return request->context;
}

static struct weir_rest *make_rest(void)
{
    static struct weir_rest rest;
    if (!rest.setup) {
        struct weir_error err = {0};
        struct weir_setup *setup = weir_setup_create(&fake_stage);
        struct weir_config *config =
            weir_config_parse(fake_config_text, strlen(fake_config_text), "f.yaml", &err);
        weir_assert(weir_setup_check(setup, config, &err));
        rest.metrics = weir_metrics_create();
        rest.supervisor = weir_supervisor_create(&(struct weir_supervisor_options){
            .connector_name = "orders", .shutdown_timeout_ms = 1000, .metrics = rest.metrics});
        weir_assert(fake_stage.add_tasks(config, rest.supervisor, &err));
        rest.setup = setup;
    }
    return &rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t head_bytes = end ? (size_t)(end - data) : size;
    weir_autofree char *head = weir_strndup(size > 0 ? (const char *)data : "", head_bytes);
    char *path = strchr(head, ' ');
    if (!path) {
        return 0;
    }
    *path++ = '\0';
    char *query = strchr(path, '?');
    if (query) {
        *query++ = '\0';
    }
    struct weir_http_server_request request = {
        .method = head,
        .path = path,
        .body = end ? (struct weir_bytes){end + 1, size - head_bytes - 1} : WEIR_BYTES_NULL,
        .query = find_query,
        .context = query,
    };
    struct weir_http_answer answer = {.status = 200, .content_type = "application/json"};
    weir_buffer_init(&answer.body, 4 << 20);
    weir_rest_answer(&request, &answer, make_rest());
    weir_assert(answer.status >= 200 && answer.status < 600);
    weir_assert(!answer.body.overflow);
    weir_buffer_fini(&answer.body);
    return 0;
}
