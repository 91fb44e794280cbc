/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/work.h"

#include "core/mongo/bson_view.h"
#include "core/mongo/extended_json.h"
#include "core/mongo/json_to_bson.h"

#include <string.h>

/* A chunk is written before it grows past half of this; the rest is room for the largest
 * documents. */
enum { DOCUMENTS_BYTES_MAX = 128 * 1024 * 1024 };

void weir_work_buffers_init(struct work_buffers *buffers, enum weir_data_format key_format,
                            enum weir_data_format value_format)
{
    weir_buffer_init(&buffers->documents, DOCUMENTS_BYTES_MAX);
    weir_buffer_init(&buffers->key, WEIR_BSON_DOCUMENT_BYTES_MAX);
    weir_buffer_init(&buffers->scratch, 2 * (size_t)WEIR_BSON_DOCUMENT_BYTES_MAX);
    weir_buffer_init(&buffers->id, WEIR_BSON_DOCUMENT_BYTES_MAX);
    buffers->key_format = key_format;
    buffers->value_format = value_format;
}

void weir_work_buffers_fini(struct work_buffers *buffers)
{
    weir_buffer_fini(&buffers->documents);
    weir_buffer_fini(&buffers->key);
    weir_buffer_fini(&buffers->scratch);
    weir_buffer_fini(&buffers->id);
}

static bool read_bson(struct weir_bytes bytes, struct weir_buffer *out, struct weir_error *err)
{
    if (!weir_bson_valid(bytes)) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "the bytes are not one BSON document");
    }
    weir_buffer_append_bytes(out, bytes);
    return true;
}

static bool read_document(struct weir_bytes bytes, enum weir_data_format format,
                          struct weir_buffer *out, struct weir_error *err)
{
    switch (format) {
    case WEIR_DATA_JSON:
        return weir_json_to_bson(bytes, out, err);
    case WEIR_DATA_STRING:
        return weir_extended_json_to_bson(bytes, out, err);
    case WEIR_DATA_BYTES:
        return read_bson(bytes, out, err);
    }
    return false;
}

/* JsonConverter reads the text null as no value. */
static bool is_absent(struct weir_bytes bytes, enum weir_data_format format)
{
    return weir_bytes_is_null(bytes) ||
           (format == WEIR_DATA_JSON && weir_bytes_equal(bytes, WEIR_BYTES("null")));
}

bool weir_work_begin(struct work *work, const struct topic_settings *settings,
                     const struct weir_record *record, struct work_buffers *buffers,
                     struct weir_error *err)
{
    *work = (struct work){.settings = settings, .record = record, .buffers = buffers};
    work->value.start = buffers->documents.len;
    if (is_absent(record->value, buffers->value_format)) {
        return true;
    }
    if (!read_document(record->value, buffers->value_format, &buffers->documents, err)) {
        return weir_fail_within(err, "value");
    }
    work->value.len = buffers->documents.len - work->value.start;
    return true;
}

struct weir_bytes weir_work_view(const struct work_buffers *buffers, struct span span)
{
    return span.len ? (struct weir_bytes){buffers->documents.data + span.start, span.len}
                    : WEIR_BYTES_NULL;
}

struct weir_bytes weir_work_value(const struct work *work)
{
    return weir_work_view(work->buffers, work->value);
}

bool weir_work_key(struct work *work, struct weir_bytes *key_out, struct weir_error *err)
{
    struct work_buffers *buffers = work->buffers;
    if (!work->key_read) {
        weir_buffer_reset(&buffers->key);
        if (!is_absent(work->record->key, buffers->key_format) &&
            !read_document(work->record->key, buffers->key_format, &buffers->key, err)) {
            return weir_fail_within(err, "key");
        }
        work->key_read = true;
    }
    *key_out = buffers->key.len ? weir_buffer_view(&buffers->key) : WEIR_BYTES_NULL;
    return true;
}

void weir_work_take_scratch(struct work *work)
{
    struct work_buffers *buffers = work->buffers;
    buffers->documents.len = work->value.start;
    weir_buffer_append_bytes(&buffers->documents, weir_buffer_view(&buffers->scratch));
    work->value.len = buffers->documents.len - work->value.start;
}

struct span weir_work_add_scratch(struct work_buffers *buffers)
{
    struct span span = {buffers->documents.len, buffers->scratch.len};
    weir_buffer_append_bytes(&buffers->documents, weir_buffer_view(&buffers->scratch));
    return span;
}
