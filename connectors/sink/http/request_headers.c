/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/request_internal.h"

#include <string.h>
#include <strings.h>

enum { HEADER_BYTES_MAX = 64 * 1024 };

/* A request's own business, or the connection's: never taken over from a Kafka header. */
static const char *const reserved[] = {
    "Connection", "Content-Length",      "Expect",           "Host",
    "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE",
    "Trailer",    "Transfer-Encoding",   "Upgrade",
};

/* Where a trace goes on: W3C Trace Context. Each record may have its own. */
static bool is_trace(const char *name)
{
    return strcasecmp(name, "traceparent") == 0 || strcasecmp(name, "tracestate") == 0;
}

bool weir_request_fill_header(struct request *request, const struct header_template *header,
                              const struct template_record *record, struct weir_error *err)
{
    weir_auto_buffer value;
    weir_buffer_init(&value, HEADER_BYTES_MAX);
    if (!weir_template_fill(header->value, record, TEMPLATE_HEADER, request->arena, &value, err)) {
        return false;
    }
    const char *text = weir_arena_strndup(request->arena, weir_buffer_text(&value), value.len);
    if (value.overflow || strlen(text) != value.len || !weir_http_header_value_valid(text)) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "header %s: what the record fills in cannot stand in a header",
                         header->name);
    }
    weir_request_add_header(request, header->name, text);
    return true;
}

static bool is_taken(const struct request *request, const char *name)
{
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcasecmp(reserved[i], name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whatever cannot be an HTTP header is left out: it would be another header, or another request. */
static void forward_headers(struct request *request, const struct request_settings *settings,
                            const struct weir_record *record)
{
    for (size_t i = 0; i < record->header_count; i++) {
        const struct weir_header *header = &record->headers[i];
        if (weir_bytes_is_null(header->value) || header->name.len == 0) {
            continue;
        }
        const char *name =
            weir_arena_strndup(request->arena, (const char *)header->name.data, header->name.len);
        const char *value =
            weir_arena_strndup(request->arena, (const char *)header->value.data, header->value.len);
        bool wanted = is_trace(name) ? settings->forward_trace : settings->forward_headers;
        bool good = wanted && strlen(name) == header->name.len &&
                    strlen(value) == header->value.len && weir_http_header_name_valid(name) &&
                    weir_http_header_value_valid(value);
        if (good && !is_taken(request, name)) {
            weir_request_add_header(request, name, value);
        }
    }
}

static void add_event_header(void *context, const char *name, const char *value)
{
    weir_request_add_header(context, name, value);
}

bool weir_request_fill_headers(struct request *request, const struct request_settings *settings,
                               const struct template_record *record, struct weir_error *err)
{
    for (size_t i = 0; i < settings->header_count; i++) {
        if (!weir_request_fill_header(request, &settings->headers[i], record, err)) {
            return false;
        }
    }
    if (settings->event.mode == CLOUD_EVENT_BINARY &&
        !weir_cloud_event_headers(&settings->event, record, request->arena, add_event_header,
                                  request, err)) {
        return false;
    }
    if (settings->forward_headers || settings->forward_trace) {
        forward_headers(request, settings, record->record);
    }
    return true;
}

/* The next header from *at on that must be the same in one request; NULL: there is none. */
static const struct weir_http_header *next_compared(const struct request *request, size_t *at)
{
    while (*at < request->header_count && is_trace(request->headers[*at].name)) {
        (*at)++;
    }
    return *at < request->header_count ? &request->headers[(*at)++] : NULL;
}

bool weir_request_same_headers(const struct request *a, const struct request *b)
{
    size_t at_a = 0, at_b = 0;
    const struct weir_http_header *one, *other;
    do {
        one = next_compared(a, &at_a);
        other = next_compared(b, &at_b);
        if (!one || !other) {
            return !one && !other;
        }
    } while (strcmp(one->name, other->name) == 0 && strcmp(one->value, other->value) == 0);
    return false;
}
