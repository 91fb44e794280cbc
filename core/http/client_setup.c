/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/http/client_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECT_TIMEOUT_MS = 10000,
    TOTAL_TIMEOUT_MS = 30000,
    RESPONSE_BYTES_MAX = 64 * 1024,
    HEADER_COUNT_MAX = 256,
    HEADER_BYTES_MAX = 16 * 1024,
    RETRY_AFTER_S_MAX = 1000 * 1000 * 1000,
    EXPECT_BODY_BYTES = 1024, /* the lowest that a version of libcurl has had; newer: 1 MB */
};

static void copy_text(struct http_settings *settings, const char **field)
{
    if (*field) {
        char *copy = weir_strdup(*field);
        settings->strings[settings->string_count++] = copy;
        *field = copy;
    }
}

static void copy_blob(struct http_settings *settings, struct weir_bytes *field)
{
    if (field->data) {
        uint8_t *copy = weir_alloc(field->len + 1);
        memcpy(copy, field->data, field->len);
        settings->blobs[settings->blob_count++] = copy;
        field->data = copy;
    }
}

static bool check_readable(const char *path, struct weir_error *err)
{
    if (path && access(path, R_OK) != 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, errno, "%s: %s", path,
                         strerror(errno));
    }
    return true;
}

static void set_defaults(struct weir_http_client_options *options)
{
    if (options->in_flight_max == 0) {
        options->in_flight_max = 1;
    }
    if (options->response_bytes_max == 0) {
        options->response_bytes_max = RESPONSE_BYTES_MAX;
    }
    if (options->connect_timeout_ms == 0) {
        options->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    }
    if (options->total_timeout_ms == 0) {
        options->total_timeout_ms = TOTAL_TIMEOUT_MS;
    }
    if (!options->user_agent) {
        options->user_agent = "weir/" WEIR_VERSION;
    }
}

bool http_settings_init(struct http_settings *settings,
                        const struct weir_http_client_options *options, struct weir_error *err)
{
    if (!check_readable(options->ca_file, err) || !check_readable(options->certificate_file, err) ||
        !check_readable(options->key_file, err)) {
        return false;
    }
    struct weir_http_client_options *own = &settings->options;
    *own = *options;
    set_defaults(own);
    const char **texts[] = {
        &own->user_agent, &own->proxy_url,    &own->proxy_user,    &own->proxy_password,
        &own->user,       &own->password,     &own->ca_file,       &own->certificate_file,
        &own->key_file,   &own->key_password, &own->tls12_ciphers, &own->tls13_ciphers};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        copy_text(settings, texts[i]);
    }
    copy_blob(settings, &own->ca_pem);
    copy_blob(settings, &own->certificate_data);
    copy_blob(settings, &own->key_data);
    return true;
}

void http_settings_fini(struct http_settings *settings)
{
    for (size_t i = 0; i < settings->string_count; i++) {
        weir_free(settings->strings[i]);
    }
    for (size_t i = 0; i < settings->blob_count; i++) {
        weir_free(settings->blobs[i]);
    }
    memset(settings, 0, sizeof(*settings));
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    size_t bytes = size * count;
    size_t room = transfer->settings->options.response_bytes_max - transfer->body.len;
    size_t kept = bytes < room ? bytes : room;
    weir_buffer_append(&transfer->body, data, kept);
    transfer->response.body_cut = transfer->response.body_cut || kept < bytes;
    return bytes;
}

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_transfer *transfer = context;
    const struct weir_http_client_options *options = &transfer->settings->options;
    if (purpose == CURLSOCKTYPE_IPCXN && options->address_allowed &&
        !options->address_allowed(&address->addr, options->address_context)) {
        transfer->denied = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void configure_proxy(CURL *easy, const struct weir_http_client_options *options)
{
    /* "" keeps libcurl from reading http_proxy and no_proxy from the environment. */
    curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy_url ? options->proxy_url : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    if (options->proxy_user) {
        curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, options->proxy_user);
        curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD,
                         options->proxy_password ? options->proxy_password : "");
    }
}

void http_transfer_configure(struct http_transfer *transfer)
{
    const struct weir_http_client_options *options = &transfer->settings->options;
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     options->http1_only ? (long)CURL_HTTP_VERSION_1_1
                                         : (long)CURL_HTTP_VERSION_2TLS);
    /* A second request waits to see whether the first one's connection can carry both. */
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, options->http1_only ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    if (options->user) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, options->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, options->password ? options->password : "");
    }
    configure_proxy(easy, options);
    http_transfer_configure_tls(easy, options);
    if (options->accept_compressed) {
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    }
}

static bool token_character(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || strchr("!#$%&'*+-.^_`|~", byte) != NULL;
}

bool weir_http_header_name_valid(const char *name)
{
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if (!token_character((unsigned char)name[length])) {
            return false;
        }
    }
    return length > 0 && length <= HEADER_BYTES_MAX;
}

bool weir_http_header_value_valid(const char *value)
{
    size_t length = 0;
    for (; value[length] != '\0'; length++) {
        unsigned char byte = (unsigned char)value[length];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return false;
        }
    }
    return length <= HEADER_BYTES_MAX;
}

/* "Name;" is libcurl's way to send a header with an empty value, "Name:" its way to send none. */
static void add_line(struct http_header_lines *lines, const char *name, const char *value)
{
    if (lines->count == lines->capacity) {
        lines->capacity = lines->capacity ? 2 * lines->capacity : 16;
        lines->nodes = weir_realloc(lines->nodes, lines->capacity * sizeof(*lines->nodes));
    }
    lines->count++;
    weir_buffer_append_text(&lines->text, name);
    if (value) {
        weir_buffer_append_text(&lines->text, *value ? ": " : ";");
        weir_buffer_append_text(&lines->text, value);
    }
    weir_buffer_append_byte(&lines->text, '\0');
}

/* The text no longer moves: the list can point into it. */
static struct curl_slist *link_lines(struct http_header_lines *lines)
{
    char *at = (char *)lines->text.data;
    for (size_t i = 0; i < lines->count; i++) {
        lines->nodes[i] =
            (struct curl_slist){at, i + 1 < lines->count ? &lines->nodes[i + 1] : NULL};
        at += strlen(at) + 1;
    }
    return lines->nodes;
}

static bool reject(struct weir_error *err, const char *message, const char *name)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_HTTP, 0, "%s%s", message, name);
}

static bool set_headers(struct http_transfer *transfer, const struct weir_http_request *request,
                        struct weir_error *err)
{
    bool typed = false;
    struct http_header_lines *lines = &transfer->headers;
    lines->count = 0;
    weir_buffer_reset(&lines->text);
    if (request->header_count > HEADER_COUNT_MAX) {
        return reject(err, "more than 256 request headers", "");
    }
    for (size_t i = 0; i < request->header_count; i++) {
        const struct weir_http_header *header = &request->headers[i];
        if (!weir_http_header_name_valid(header->name)) {
            return reject(err, "a request header has an invalid name", "");
        }
        if (!weir_http_header_value_valid(header->value)) {
            return reject(err, "invalid value of request header ", header->name);
        }
        typed = typed || strcasecmp(header->name, "Content-Type") == 0;
        add_line(lines, header->name, header->value);
    }
    /* No wait for "100 Continue", which libcurl asks for when a body is long, and no type that the
     * caller did not give. Each line costs half a microsecond, an empty one, too. */
    if (request->body.len >= EXPECT_BODY_BYTES) {
        add_line(lines, "Expect:", NULL);
    }
    if (!typed) {
        add_line(lines, "Content-Type:", NULL);
    }
    if (lines->text.overflow) {
        return reject(err, "request headers are too long", "");
    }
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, link_lines(lines));
    return true;
}

static bool set_url(struct http_transfer *transfer, const char *url, struct weir_error *err)
{
    char *scheme = NULL;
    if (transfer->last_url && strcmp(transfer->last_url, url) == 0) {
        return true;
    }
    weir_free(transfer->last_url);
    transfer->last_url = NULL;
    /* Emptied first: a URL without scheme would be taken as relative to the last one. */
    curl_url_set(transfer->url, CURLUPART_URL, NULL, 0);
    CURLUcode code = curl_url_set(transfer->url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK) {
        code = curl_url_get(transfer->url, CURLUPART_SCHEME, &scheme, 0);
    }
    if (code != CURLUE_OK) {
        return reject(err, "not a URL: ", curl_url_strerror(code));
    }
    bool known = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
    curl_free(scheme);
    if (!known) {
        return reject(err, "not an http or https URL", "");
    }
    curl_easy_setopt(transfer->easy, CURLOPT_CURLU, transfer->url);
    transfer->last_url = weir_strdup(url);
    return true;
}

static bool wants_body(const struct weir_http_request *request)
{
    const char *method = request->method;
    return request->body.data || strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "PATCH") == 0;
}

/* A handle that made a request of the same kind is only told what changed. */
static void set_kind(struct http_transfer *transfer, const struct weir_http_request *request)
{
    bool has_body = wants_body(request);
    if (transfer->configured && transfer->has_body == has_body &&
        strcmp(transfer->method, request->method) == 0) {
        return;
    }
    curl_easy_reset(transfer->easy);
    weir_free(transfer->last_url);
    transfer->last_url = NULL;
    http_transfer_configure(transfer);
    memcpy(transfer->method, request->method, strlen(request->method) + 1);
    transfer->has_body = has_body;
    transfer->configured = true;
    if (has_body) {
        curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L);
    } else if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(transfer->easy, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, transfer->method);
}

static void set_body(struct http_transfer *transfer, const struct weir_http_request *request)
{
    if (transfer->has_body) {
        curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.len);
        curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS,
                         request->body.len > 0 ? (const char *)request->body.data : "");
    }
}

bool http_transfer_prepare(struct http_transfer *transfer, const struct weir_http_request *request,
                           struct weir_error *err)
{
    if (!weir_http_header_name_valid(request->method) ||
        strlen(request->method) >= sizeof(transfer->method)) {
        return reject(err, "not an HTTP method", "");
    }
    set_kind(transfer, request);
    if (!set_url(transfer, request->url, err) || !set_headers(transfer, request, err)) {
        return false;
    }
    set_body(transfer, request);
    int timeout_ms = request->total_timeout_ms > 0 ? request->total_timeout_ms
                                                   : transfer->settings->options.total_timeout_ms;
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    return true;
}

enum weir_error_action http_error_action(CURLcode code)
{
    static const struct {
        CURLcode code;
        enum weir_error_action action;
    } actions[] = {
        {CURLE_UNSUPPORTED_PROTOCOL, WEIR_ERROR_REJECT},
        {CURLE_URL_MALFORMAT, WEIR_ERROR_REJECT},
        {CURLE_BAD_FUNCTION_ARGUMENT, WEIR_ERROR_STOP},
        {CURLE_FAILED_INIT, WEIR_ERROR_STOP},
        {CURLE_NOT_BUILT_IN, WEIR_ERROR_STOP},
        {CURLE_UNKNOWN_OPTION, WEIR_ERROR_STOP},
        {CURLE_PEER_FAILED_VERIFICATION, WEIR_ERROR_STOP},
        {CURLE_SSL_CACERT_BADFILE, WEIR_ERROR_STOP},
        {CURLE_SSL_CERTPROBLEM, WEIR_ERROR_STOP},
        {CURLE_SSL_CIPHER, WEIR_ERROR_STOP},
        {CURLE_SSL_ISSUER_ERROR, WEIR_ERROR_STOP},
        {CURLE_SSL_PINNEDPUBKEYNOTMATCH, WEIR_ERROR_STOP},
    };
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (actions[i].code == code) {
            return actions[i].action;
        }
    }
    return WEIR_ERROR_RETRY; /* names, connections, timeouts, broken answers: all may pass */
}

/* "http://host:port": no path, query or user, which may hold secrets. */
static void describe_target(const struct http_transfer *transfer, char *out, size_t out_bytes)
{
    char *scheme = NULL;
    char *host = NULL;
    char *port = NULL;
    curl_url_get(transfer->url, CURLUPART_SCHEME, &scheme, 0);
    curl_url_get(transfer->url, CURLUPART_HOST, &host, 0);
    curl_url_get(transfer->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    snprintf(out, out_bytes, "%s://%s:%s", scheme ? scheme : "", host ? host : "",
             port ? port : "");
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
}

static void finish_failed(struct http_transfer *transfer, CURLcode code)
{
    struct weir_http_response *response = &transfer->response;
    char target[512];
    long sent_bytes = 0;
    describe_target(transfer, target, sizeof(target));
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
    response->ambiguous = sent_bytes > 0;
    if (transfer->denied && !response->ambiguous) {
        weir_fail(&response->error, WEIR_ERROR_REJECT, WEIR_DOMAIN_HTTP, (int)code,
                  "%s %s: its address is not allowed", transfer->method, target);
        return;
    }
    weir_fail(&response->error, http_error_action(code), WEIR_DOMAIN_HTTP, (int)code, "%s %s: %s",
              transfer->method, target,
              transfer->detail[0] != '\0' ? transfer->detail : curl_easy_strerror(code));
}

void http_transfer_finish(struct http_transfer *transfer, CURLcode code)
{
    struct weir_http_response *response = &transfer->response;
    curl_off_t value = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &value);
    response->duration_ms = value / 1000;
    response->transfer = transfer;
    if (code != CURLE_OK) {
        finish_failed(transfer, code);
        return;
    }
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    response->answered = true;
    response->status = (int)status;
    response->body = weir_buffer_view(&transfer->body);
    if (curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &value) == CURLE_OK && value > 0) {
        response->retry_after_ms = value < RETRY_AFTER_S_MAX ? value * 1000 : INT64_MAX;
    }
}
