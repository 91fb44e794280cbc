/* request.h - one HTTP request made from one or more records.
 *
 *   weir_request_begin(request, settings, record, index, err)    URL, headers and body of the first record
 *   weir_request_join(request, settings, record, index, err)     one more, if it belongs to the same request
 *   weir_request_cover(request, index)                           one more that the request stands for, without a body
 *   weir_request_finish(request, settings, err)                  closes the body, makes the Idempotency-Key
 *
 * The same records give the same bytes, whenever they are put together again.
 * Threads: the task's. Allocates: only as its buffers grow. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_REQUEST_H
#define WEIR_SINK_HTTP_REQUEST_H

#include "connectors/sink/http/rewrite.h"
#include "connectors/sink/http/settings.h"
#include "connectors/sink/http/template.h"
#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/http/client.h"

#include <stdbool.h>
#include <stddef.h>

enum { REQUEST_BODY_BYTES_MAX = 64 * 1024 * 1024 };

struct request {
    struct weir_arena *arena;
    struct rewrite *rewrite; /* borrowed; NULL = none */
    const char *id;          /* the same whenever these records are sent; once finished */
    const char *method;
    struct weir_buffer url, body, packed, batch_key; /* packed: the body compressed */
    struct weir_http_header *headers;                /* in the arena */
    size_t header_count, header_capacity;
    struct template_record first, last; /* those with a place in the body */
    bool has_body, is_windowed;
    size_t body_record_count;
    size_t *members; /* indexes of the batch's records, covered ones too */
    size_t member_count, member_capacity;
};

enum request_join {
    REQUEST_JOINED,
    REQUEST_OTHER, /* goes into a request of its own */
};

void weir_request_init(struct request *request);
void weir_request_fini(struct request *request);

/* A record without a value becomes a DELETE. Fails with REJECT. */
bool weir_request_begin(struct request *request, const struct request_settings *settings,
                        const struct template_record *record, size_t index, struct weir_error *err);
enum request_join weir_request_join(struct request *request, struct request *scratch,
                                    const struct request_settings *settings,
                                    const struct template_record *record, size_t index);
void weir_request_cover(struct request *request, size_t index);
bool weir_request_finish(struct request *request, const struct request_settings *settings,
                         struct weir_error *err);

/* The body as it is sent; null = none. Once finished. */
struct weir_bytes weir_request_wire(const struct request *request);

/* One more header, its strings borrowed until the request is begun anew. */
void weir_request_add_header(struct request *request, const char *name, const char *value);

#endif
