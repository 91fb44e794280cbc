/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/server.h"

#include "core/base/alloc.h"
#include "core/base/arena.h"
#include "core/base/log.h"

#include <microhttpd.h>

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum {
    BODY_BYTES_MAX = 1024 * 1024,
    ANSWER_BYTES_MAX = 16 * 1024 * 1024,
    CONNECTION_COUNT_MAX = 64,
    IDLE_TIMEOUT_S = 60,
    ARENA_BLOCK_BYTES = 4096,
};

struct weir_http_server {
    struct weir_http_server_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
};

/* One request while its body arrives and while it is answered. */
struct exchange {
    struct MHD_Connection *connection;
    struct weir_arena *arena; /* decoded query values */
    struct weir_buffer body;
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool weir_http_decode(const char *text, size_t bytes, char *out, size_t out_bytes)
{
    size_t length = 0;
    for (size_t i = 0; i < bytes; i++) {
        int byte = (unsigned char)text[i];
        if (byte == '%') {
            int high = i + 1 < bytes ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < bytes ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            byte = high * 16 + low;
            i += 2;
        }
        if (byte == 0 || length + 1 >= out_bytes) {
            return false;
        }
        out[length++] = (char)byte;
    }
    if (length >= out_bytes) {
        return false;
    }
    out[length] = '\0';
    return true;
}

static const char *find_query(const struct weir_http_server_request *request, const char *name)
{
    struct exchange *exchange = request->context;
    const char *value = NULL;
    size_t bytes = 0;
    if (MHD_lookup_connection_value_n(exchange->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &bytes) != MHD_YES) {
        return NULL;
    }
    char *decoded = weir_arena_alloc(exchange->arena, bytes + 1);
    if (!value || !weir_http_decode(value, bytes, decoded, bytes + 1)) {
        decoded[0] = '\0';
    }
    return decoded;
}

static const char *find_header(const struct weir_http_server_request *request, const char *name)
{
    const struct exchange *exchange = request->context;
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static struct exchange *exchange_create(const struct weir_http_server *server,
                                        struct MHD_Connection *connection)
{
    struct exchange *exchange = weir_alloc(sizeof(*exchange));
    exchange->connection = connection;
    exchange->arena = weir_arena_create(ARENA_BLOCK_BYTES);
    weir_buffer_init(&exchange->body, server->options.body_bytes_max);
    return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct exchange *exchange = *slot;
    if (exchange) {
        weir_arena_destroy(exchange->arena);
        weir_buffer_fini(&exchange->body);
        weir_free(exchange);
        *slot = NULL;
    }
}

static void set_error(struct weir_http_answer *answer, int status, const char *message)
{
    weir_buffer_reset(&answer->body);
    answer->status = status;
    answer->content_type = "application/json";
    weir_buffer_append_format(&answer->body, "{\"error_code\":%d,\"message\":\"%s\"}", status,
                              message);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   struct weir_http_answer *answer)
{
    if (answer->body.overflow) {
        set_error(answer, 500, "the answer is too long");
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->body.len, answer->body.data, MHD_RESPMEM_MUST_COPY);
    if (!response) {
        return MHD_NO;
    }
    if (answer->content_type && answer->body.len > 0) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    }
    if (answer->location[0] != '\0') {
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
    }
    if (answer->allow) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_request(const struct weir_http_server *server,
                                      struct exchange *exchange, const char *method,
                                      const char *path)
{
    struct weir_http_answer answer = {.status = 200, .content_type = "application/json"};
    weir_buffer_init(&answer.body, server->options.answer_bytes_max);
    if (exchange->body.overflow) {
        set_error(&answer, 413, "the request body is too long");
    } else {
        struct weir_http_server_request request = {
            .method = method,
            .path = path,
            .body = weir_buffer_view(&exchange->body),
            .query = find_query,
            .header = find_header,
            .context = exchange,
        };
        server->options.handler(&request, &answer, server->options.context);
    }
    enum MHD_Result result = send_answer(exchange->connection, &answer);
    weir_buffer_fini(&answer.body);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_bytes, void **slot)
{
    (void)version;
    const struct weir_http_server *server = context;
    struct exchange *exchange = *slot;
    if (!exchange) {
        *slot = exchange_create(server, connection);
        return MHD_YES;
    }
    if (*data_bytes > 0) {
        weir_buffer_append(&exchange->body, data, *data_bytes);
        *data_bytes = 0;
        return MHD_YES;
    }
    return answer_request(server, exchange, method, url);
}

/* Leaves "%2F" in the path as it is: see server.h. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static void on_message(void *context, const char *format, va_list arguments)
{
    (void)context;
    char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the library's own formats */
    vsnprintf(text, sizeof(text), format, arguments);
#pragma GCC diagnostic pop
    text[strcspn(text, "\n")] = '\0';
    weir_log_debug("http", "admin server", "message=%s", text);
}

static bool resolve(const struct weir_http_server_options *options, struct addrinfo **address_out,
                    struct weir_error *err)
{
    char port[8];
    snprintf(port, sizeof(port), "%u", options->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    const char *host = options->host && options->host[0] != '\0' ? options->host : NULL;
    if (!host) {
        hints.ai_family = AF_INET; /* every address: containers without IPv6 have no [::] */
    }
    int code = getaddrinfo(host, port, &hints, address_out);
    if (code != 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, 0, "cannot listen on %s:%s: %s",
                         host ? host : "", port, gai_strerror(code));
    }
    return true;
}

static bool listen_on(struct weir_http_server *server, struct weir_error *err)
{
    struct addrinfo *address = NULL;
    if (!resolve(&server->options, &address, err)) {
        return false;
    }
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_USE_ERROR_LOG;
    if (address->ai_family == AF_INET6) {
        flags |= MHD_USE_IPv6;
    }
    errno = 0;
    server->daemon = MHD_start_daemon(
        flags, server->options.port, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER,
        on_message, NULL, MHD_OPTION_SOCK_ADDR, address->ai_addr, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_COUNT_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_END);
    int code = errno;
    freeaddrinfo(address);
    if (!server->daemon) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, code,
                         "cannot listen on %s:%u: %s",
                         server->options.host ? server->options.host : "", server->options.port,
                         code != 0 ? strerror(code) : "the address cannot be used");
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : server->options.port;
    return true;
}

struct weir_http_server *weir_http_server_create(const struct weir_http_server_options *options,
                                                 struct weir_error *err)
{
    struct weir_http_server *server = weir_alloc(sizeof(*server));
    server->options = *options;
    if (server->options.body_bytes_max == 0) {
        server->options.body_bytes_max = BODY_BYTES_MAX;
    }
    if (server->options.answer_bytes_max == 0) {
        server->options.answer_bytes_max = ANSWER_BYTES_MAX;
    }
    if (!listen_on(server, err)) {
        weir_free(server);
        return NULL;
    }
    return server;
}

void weir_http_server_destroy(struct weir_http_server *server)
{
    if (server) {
        MHD_stop_daemon(server->daemon);
        weir_free(server);
    }
}

uint16_t weir_http_server_port(const struct weir_http_server *server)
{
    return server->port;
}
