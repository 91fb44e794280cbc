/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/admin_port.h"

#include "core/base/alloc.h"
#include "core/http/server.h"
#include "core/runtime/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_BYTES_MAX = 256 };

struct weir_admin_port {
    struct weir_rest rest;
    struct weir_http_server *server;
    char url[HOST_BYTES_MAX + 32];
};

/* Of "http://host:port", which the property's check has seen; an IPv6 host loses its brackets. */
static void split_listener(const char *listener, char host[HOST_BYTES_MAX], uint16_t *port_out)
{
    const char *start = listener + strlen("http://");
    const char *colon = strrchr(start, ':');
    size_t length = (size_t)(colon - start);
    if (length >= 2 && start[0] == '[') {
        start++;
        length -= 2;
    }
    snprintf(host, HOST_BYTES_MAX, "%.*s", (int)length, start);
    *port_out = (uint16_t)strtoul(colon + 1, NULL, 10);
}

/* What other machines would call this one, in status answers. */
static void name_worker(struct weir_admin_port *admin, const char *host, uint16_t port)
{
    char own[HOST_BYTES_MAX] = "localhost";
    bool everywhere = host[0] == '\0' || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
    if (everywhere) {
        gethostname(own, sizeof(own) - 1);
    }
    snprintf(admin->rest.worker_id, sizeof(admin->rest.worker_id), "%s:%u", everywhere ? own : host,
             port);
}

static bool start_server(struct weir_admin_port *admin, const char *listener,
                         struct weir_error *err)
{
    char host[HOST_BYTES_MAX];
    struct weir_http_server_options options = {
        .host = host, .handler = weir_rest_answer, .context = &admin->rest};
    split_listener(listener, host, &options.port);
    admin->server = weir_http_server_create(&options, err);
    if (!admin->server) {
        return weir_fail_within(err, "listeners");
    }
    uint16_t port = weir_http_server_port(admin->server);
    bool bracket = strchr(host, ':') != NULL;
    snprintf(admin->url, sizeof(admin->url), "http://%s%s%s:%u", bracket ? "[" : "", host,
             bracket ? "]" : "", port);
    name_worker(admin, host, port);
    return true;
}

struct weir_admin_port *weir_admin_port_create(const struct weir_setup *setup,
                                               struct weir_supervisor *supervisor,
                                               struct weir_metrics *metrics, struct weir_error *err)
{
    struct weir_admin_port *admin = weir_alloc(sizeof(*admin));
    const char *listener = weir_config_string(setup->config, "listeners");
    admin->rest = (struct weir_rest){.setup = setup, .supervisor = supervisor, .metrics = metrics};
    snprintf(admin->url, sizeof(admin->url), "none");
    if (listener && listener[0] != '\0' && !start_server(admin, listener, err)) {
        weir_admin_port_destroy(admin);
        return NULL;
    }
    return admin;
}

void weir_admin_port_destroy(struct weir_admin_port *admin)
{
    if (admin) {
        weir_http_server_destroy(admin->server);
        weir_free(admin);
    }
}

const char *weir_admin_port_url(const struct weir_admin_port *admin)
{
    return admin->url;
}
