/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/request_internal.h"

#include "connectors/sink/http/cloud_event.h"
#include "connectors/sink/http/json_valid.h"
#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/http/gzip.h"
#include "core/json/compact.h"

#include <inttypes.h>
#include <string.h>

enum {
    URL_BYTES_MAX = 64 * 1024,
    BATCH_KEY_BYTES_MAX = 64 * 1024,
    PACKED_BYTES_MORE = 64 * 1024, /* what does not shrink grows a little */
    ARENA_BYTES = 4096,
};

static bool reject(struct weir_error *err, const char *problem)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "%s", problem);
}

void weir_request_init(struct request *request)
{
    *request = (struct request){.arena = weir_arena_create(ARENA_BYTES)};
    weir_buffer_init(&request->url, URL_BYTES_MAX);
    weir_buffer_init(&request->body, REQUEST_BODY_BYTES_MAX);
    weir_buffer_init(&request->packed, REQUEST_BODY_BYTES_MAX + PACKED_BYTES_MORE);
    weir_buffer_init(&request->batch_key, BATCH_KEY_BYTES_MAX);
}

void weir_request_fini(struct request *request)
{
    weir_buffer_fini(&request->url);
    weir_buffer_fini(&request->body);
    weir_buffer_fini(&request->packed);
    weir_buffer_fini(&request->batch_key);
    weir_arena_destroy(request->arena);
    weir_free(request->members);
    *request = (struct request){0};
}

static void reset(struct request *request)
{
    weir_arena_reset(request->arena);
    weir_buffer_reset(&request->url);
    weir_buffer_reset(&request->body);
    weir_buffer_reset(&request->packed);
    weir_buffer_reset(&request->batch_key);
    request->headers = NULL;
    request->header_count = request->header_capacity = 0;
    request->member_count = request->body_record_count = 0;
    request->has_body = request->is_windowed = false;
}

void weir_request_cover(struct request *request, size_t index)
{
    if (request->member_count == request->member_capacity) {
        request->member_capacity = request->member_capacity ? 2 * request->member_capacity : 16;
        request->members =
            weir_realloc(request->members, request->member_capacity * sizeof(*request->members));
    }
    request->members[request->member_count++] = index;
}

void weir_request_add_header(struct request *request, const char *name, const char *value)
{
    if (request->header_count == request->header_capacity) {
        size_t capacity = request->header_capacity ? 2 * request->header_capacity : 16;
        request->headers = weir_arena_grow(request->arena, request->headers,
                                           request->header_count * sizeof(*request->headers),
                                           capacity * sizeof(*request->headers));
        request->header_capacity = capacity;
    }
    request->headers[request->header_count++] = (struct weir_http_header){name, value};
}

/* What stands behind the path goes behind the key, too: /a?b becomes /a/key?b. */
static void append_key_to_path(struct request *request, struct weir_bytes key)
{
    struct weir_buffer *url = &request->url;
    const uint8_t *question = url->len ? memchr(url->data, '?', url->len) : NULL;
    size_t path_len = question ? (size_t)(question - url->data) : url->len;
    struct weir_bytes query = weir_arena_copy(
        request->arena, (struct weir_bytes){url->data + path_len, url->len - path_len});
    url->len = path_len;
    if (path_len == 0 || url->data[path_len - 1] != '/') {
        weir_buffer_append_byte(url, '/');
    }
    weir_percent_encode(key, url);
    weir_buffer_append_bytes(url, query);
}

static bool fill_url(struct request *request, const struct request_settings *settings,
                     const struct template_record *record, struct weir_error *err)
{
    struct weir_buffer *url = &request->url;
    if (!weir_template_fill(settings->url, record, TEMPLATE_URL, request->arena, url, err)) {
        return false;
    }
    bool deletes = strcmp(request->method, "DELETE") == 0;
    if (deletes && !weir_template_uses_key(settings->url)) {
        if (weir_bytes_is_null(record->key.base)) {
            return reject(err, "a DELETE needs a key, which the record lacks");
        }
        append_key_to_path(request, record->key.base);
    }
    if (settings->query_api_key) {
        weir_buffer_append_byte(url, url->len && memchr(url->data, '?', url->len) ? '&' : '?');
        weir_buffer_append_text(url, settings->query_api_key);
    }
    return !url->overflow || reject(err, "the URL is too long");
}

/* What was appended since `before`, taken off again. */
static struct weir_bytes take_back(struct request *request, size_t before)
{
    struct weir_buffer *body = &request->body;
    struct weir_bytes piece = weir_arena_copy(
        request->arena, (struct weir_bytes){body->data + before, body->len - before});
    body->len = before;
    return piece;
}

/* The record's text, before regex.* and CloudEvents. */
static bool append_text(struct request *request, const struct request_settings *settings,
                        const struct template_record *record, struct weir_error *err)
{
    struct weir_bytes value = record->record->value;
    struct weir_buffer *body = &request->body;
    if (settings->body) {
        return weir_template_fill(settings->body, record, TEMPLATE_BODY, request->arena, body, err);
    }
    if (settings->body_is_json && settings->value_format != WEIR_DATA_JSON) {
        weir_json_append_string(body, value);
    } else {
        weir_buffer_append_bytes(body, value);
    }
    return true;
}

static bool append_rewritten(struct request *request, const struct request_settings *settings,
                             const struct template_record *record, size_t before,
                             struct weir_error *err)
{
    struct weir_bytes text;
    if (!weir_rewrite_apply(request->rewrite, take_back(request, before), record, request->arena,
                            &text, err)) {
        return false;
    }
    if (settings->body_is_json && !weir_json_valid(text)) {
        return reject(err, "what regex.replacements made of the value is not JSON");
    }
    weir_buffer_append_bytes(&request->body, text);
    return true;
}

static bool append_value(struct request *request, const struct request_settings *settings,
                         const struct template_record *record, struct weir_error *err)
{
    size_t before = request->body.len;
    bool is_json = settings->value_format == WEIR_DATA_JSON;
    if (is_json && !weir_json_valid(record->record->value)) {
        return reject(err, "the value is not JSON");
    }
    if (!append_text(request, settings, record, err)) {
        return false;
    }
    if (request->body.overflow) {
        return true; /* told by the caller */
    }
    if (request->rewrite && !append_rewritten(request, settings, record, before, err)) {
        return false;
    }
    if (settings->event.mode != CLOUD_EVENT_STRUCTURED) {
        return true;
    }
    bool data_is_json = settings->body_is_json || settings->body;
    return weir_cloud_event_append(&settings->event, record, take_back(request, before),
                                   data_is_json ? WEIR_DATA_JSON : settings->value_format,
                                   request->arena, &request->body, err);
}

static bool append_record(struct request *request, const struct request_settings *settings,
                          const struct template_record *record, struct weir_error *err)
{
    size_t before = request->body.len;
    bool first = request->body_record_count == 0;
    if (settings->wraps_array) {
        weir_buffer_append_byte(&request->body, first ? '[' : ',');
    } else {
        weir_buffer_append_text(&request->body, first ? settings->prefix : settings->separator);
    }
    bool good = append_value(request, settings, record, err);
    if (good && request->body.overflow) {
        good = reject(err, "the body is too large");
    }
    if (!good) {
        request->body.len = before;
        request->body.overflow = false;
        return false;
    }
    request->last = *record;
    request->body_record_count++;
    return true;
}

/* All but the body: what must be the same for records of one request. */
static bool begin(struct request *request, const struct request_settings *settings,
                  const struct template_record *record, struct weir_error *err)
{
    reset(request);
    bool deletes = weir_bytes_is_null(record->record->value);
    request->method = deletes ? "DELETE" : settings->method;
    request->has_body = strcmp(request->method, "DELETE") != 0 &&
                        (strcmp(request->method, "GET") != 0 || settings->get_has_body);
    request->is_windowed = record->key.has_window;
    request->first = request->last = *record;
    if (!fill_url(request, settings, record, err) ||
        !weir_request_fill_headers(request, settings, record, err)) {
        return false;
    }
    return !settings->batch_key || weir_template_fill(settings->batch_key, record, TEMPLATE_HEADER,
                                                      request->arena, &request->batch_key, err);
}

bool weir_request_begin(struct request *request, const struct request_settings *settings,
                        const struct template_record *record, size_t index, struct weir_error *err)
{
    if (!begin(request, settings, record, err) ||
        (request->has_body && !append_record(request, settings, record, err))) {
        return false;
    }
    weir_request_cover(request, index);
    return true;
}

static bool same_partition(const struct weir_record *a, const struct weir_record *b)
{
    return a->partition == b->partition && strcmp(a->topic, b->topic) == 0;
}

enum request_join weir_request_join(struct request *request, struct request *scratch,
                                    const struct request_settings *settings,
                                    const struct template_record *record, size_t index)
{
    struct weir_error problem = {0};
    bool fits = request->has_body && request->body_record_count < settings->record_count_max &&
                !request->is_windowed && !record->key.has_window &&
                !weir_bytes_is_null(record->record->value) &&
                same_partition(request->first.record, record->record);
    if (!fits || !begin(scratch, settings, record, &problem)) {
        return REQUEST_OTHER;
    }
    bool same =
        weir_bytes_equal(weir_buffer_view(&request->url), weir_buffer_view(&scratch->url)) &&
        weir_bytes_equal(weir_buffer_view(&request->batch_key),
                         weir_buffer_view(&scratch->batch_key)) &&
        weir_request_same_headers(request, scratch);
    size_t before = request->body.len;
    struct template_record last = request->last;
    if (!same || !append_record(request, settings, record, &problem)) {
        return REQUEST_OTHER;
    }
    if (settings->body_bytes_max > 0 && request->body.len >= settings->body_bytes_max) {
        request->body.len = before;
        request->body_record_count--;
        request->last = last;
        return REQUEST_OTHER;
    }
    weir_request_cover(request, index);
    return REQUEST_JOINED;
}

/* A batch's name is that of its first and last record. */
static const char *own_key(struct request *request)
{
    const struct weir_record *first = request->first.record, *last = request->last.record;
    if (request->body_record_count > 1) {
        return weir_arena_format(request->arena, "%s-%" PRId32 "-%" PRId64 "-%" PRId64,
                                 first->topic, first->partition, first->offset, last->offset);
    }
    return weir_record_id(&request->first, request->arena);
}

static bool add_idempotency_key(struct request *request, const struct request_settings *settings,
                                struct weir_error *err)
{
    if (!settings->idempotency_header) {
        return true;
    }
    if (settings->idempotency_key) {
        const struct header_template header = {settings->idempotency_header,
                                               settings->idempotency_key};
        return weir_request_fill_header(request, &header, &request->first, err);
    }
    weir_request_add_header(request, settings->idempotency_header, request->id);
    return true;
}

struct weir_bytes weir_request_wire(const struct request *request)
{
    if (!request->has_body) {
        return WEIR_BYTES_NULL;
    }
    return weir_buffer_view(request->packed.len > 0 ? &request->packed : &request->body);
}

bool weir_request_finish(struct request *request, const struct request_settings *settings,
                         struct weir_error *err)
{
    if (request->has_body) {
        weir_buffer_append_text(&request->body, settings->wraps_array ? "]" : settings->suffix);
        if (request->body.overflow) {
            return reject(err, "the body is too large");
        }
    }
    if (request->has_body && settings->compresses) {
        weir_gzip_write(weir_buffer_view(&request->body), &request->packed);
        weir_request_add_header(request, "Content-Encoding", "gzip");
    }
    request->id = own_key(request);
    return add_idempotency_key(request, settings, err);
}
