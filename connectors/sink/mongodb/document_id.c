/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/document_id.h"

#include "core/mongo/bson_builder.h"
#include "core/mongo/uuid.h"

#include <inttypes.h>
#include <string.h>

#define ID WEIR_BYTES("_id")

static bool reject(struct weir_error *err, const char *problem)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "%s", problem);
}

static void add_number(struct weir_buffer *out, int64_t number)
{
    char digits[24];
    size_t first = sizeof(digits);
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--first] = '-';
    }
    weir_buffer_append(out, digits + first, sizeof(digits) - first);
}

/* "topic#partition#offset", written in place: this is the default and in the way of every
 * record. */
static void add_metadata_id(const struct weir_record *record, struct weir_buffer *out)
{
    weir_bson_add_name(out, WEIR_BSON_STRING, ID);
    size_t length_at = out->len;
    weir_bson_put_int32(out, 0);
    weir_buffer_append_text(out, record->topic);
    weir_buffer_append_byte(out, '#');
    add_number(out, record->partition);
    weir_buffer_append_byte(out, '#');
    add_number(out, record->offset);
    weir_buffer_append_byte(out, 0);
    if (!out->overflow) {
        uint32_t bytes = (uint32_t)(out->len - length_at - 4);
        for (size_t i = 0; i < 4; i++) {
            out->data[length_at + i] = (uint8_t)(bytes >> (8 * i));
        }
    }
}

static void add_uuid(const struct topic_settings *settings, struct weir_buffer *out)
{
    uint8_t id[WEIR_UUID_BYTES];
    char text[WEIR_UUID_TEXT_BYTES];
    weir_uuid_make(id);
    if (settings->uuid_is_binary) {
        weir_bson_add_binary(out, ID, 4, (struct weir_bytes){id, sizeof(id)});
        return;
    }
    weir_uuid_write(id, text);
    weir_bson_add_text(out, ID, (struct weir_bytes){(const uint8_t *)text, sizeof(text)});
}

/* Key or value document of the record; a missing one is REJECT. */
static bool source_document(struct work *work, bool of_key, struct weir_bytes *document_out,
                            struct weir_error *err)
{
    if (!of_key) {
        *document_out = weir_work_value(work);
    } else if (!weir_work_key(work, document_out, err)) {
        return false;
    }
    return !weir_bytes_is_null(*document_out) ||
           reject(err, of_key ? "the record has no key to make _id from"
                              : "the record has no value to make _id from");
}

static bool add_provided(struct work *work, bool of_key, struct weir_buffer *out,
                         struct weir_error *err)
{
    struct weir_bytes document;
    if (!source_document(work, of_key, &document, err)) {
        return false;
    }
    struct weir_bson_element id = weir_bson_get(document, ID);
    if (!weir_bson_found(id) || id.type == WEIR_BSON_NULL) {
        return reject(err, of_key ? "the key has no _id" : "the value has no _id");
    }
    weir_bson_add_element(out, id);
    return true;
}

static bool add_provided_uuid(struct work *work, bool of_key, struct weir_buffer *out,
                              struct weir_error *err)
{
    struct weir_bytes document;
    uint8_t bytes[WEIR_UUID_BYTES];
    if (!source_document(work, of_key, &document, err)) {
        return false;
    }
    struct weir_bson_element id = weir_bson_get(document, ID);
    if (id.type == WEIR_BSON_BINARY && id.value.len == 5 + sizeof(bytes) &&
        (id.value.data[4] == 3 || id.value.data[4] == 4)) {
        memcpy(bytes, id.value.data + 5, sizeof(bytes));
    } else if (!weir_uuid_read(weir_bson_text(id), bytes)) {
        return reject(err, "_id is not a UUID");
    }
    weir_bson_add_binary(out, ID, 4, (struct weir_bytes){bytes, sizeof(bytes)});
    return true;
}

/* The whole key, {} when there is none. */
static bool add_full_key(struct work *work, struct weir_buffer *out, struct weir_error *err)
{
    struct weir_bytes key;
    if (!weir_work_key(work, &key, err)) {
        return false;
    }
    size_t start = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, ID);
    if (!weir_bytes_is_null(key)) {
        weir_bson_add_all(out, key, WEIR_BYTES_NULL);
    }
    weir_bson_end(out, start);
    return true;
}

static bool add_partial(struct work *work, bool of_key, struct weir_buffer *out,
                        struct weir_error *err)
{
    struct weir_bytes document;
    if (!source_document(work, of_key, &document, err)) {
        return false;
    }
    const struct topic_settings *settings = work->settings;
    weir_bson_add_name(out, WEIR_BSON_DOCUMENT, ID);
    weir_projection_apply(of_key ? &settings->key_projection : &settings->value_projection,
                          document, out);
    return true;
}

static bool add_strategy_id(struct work *work, struct weir_buffer *out, struct weir_error *err)
{
    uint8_t object_id[WEIR_OBJECT_ID_BYTES];
    switch (work->settings->id_strategy) {
    case ID_KAFKA_METADATA:
        add_metadata_id(work->record, out);
        return true;
    case ID_OBJECT_ID:
        weir_object_id_make(object_id);
        weir_bson_add_object_id(out, ID, object_id);
        return true;
    case ID_UUID:
        add_uuid(work->settings, out);
        return true;
    case ID_FULL_KEY:
        return add_full_key(work, out, err);
    case ID_PROVIDED_IN_KEY:
        return add_provided(work, true, out, err);
    case ID_PROVIDED_IN_VALUE:
        return add_provided(work, false, out, err);
    case ID_UUID_IN_KEY:
        return add_provided_uuid(work, true, out, err);
    case ID_UUID_IN_VALUE:
        return add_provided_uuid(work, false, out, err);
    case ID_PARTIAL_KEY:
        return add_partial(work, true, out, err);
    case ID_PARTIAL_VALUE:
        return add_partial(work, false, out, err);
    }
    return false;
}

bool weir_document_id_make(struct work *work, struct weir_error *err)
{
    struct weir_buffer *id = &work->buffers->id;
    weir_buffer_reset(id);
    size_t start = weir_bson_begin(id);
    if (!add_strategy_id(work, id, err)) {
        return false;
    }
    weir_bson_end(id, start);
    return !id->overflow || reject(err, "_id is too large");
}

/* An element in front of the value's closing zero: no copy of the document. */
static bool append_own_id(struct work *work)
{
    struct weir_buffer *documents = &work->buffers->documents;
    documents->len--;
    add_metadata_id(work->record, documents);
    weir_bson_end(documents, work->value.start);
    work->value.len = documents->len - work->value.start;
    work->has_own_id = true;
    return true;
}

bool weir_document_id_add(struct work *work, struct weir_error *err)
{
    const struct topic_settings *settings = work->settings;
    bool there = weir_bson_found(weir_bson_get(weir_work_value(work), ID));
    if (there && !settings->id_overwrites) {
        return true;
    }
    if (settings->id_strategy == ID_KAFKA_METADATA && !there) {
        return append_own_id(work);
    }
    if (!weir_document_id_make(work, err)) {
        return false;
    }
    struct weir_buffer *scratch = &work->buffers->scratch;
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    weir_bson_add_all(scratch, weir_buffer_view(&work->buffers->id), WEIR_BYTES_NULL);
    weir_bson_add_all(scratch, weir_work_value(work), ID);
    weir_bson_end(scratch, start);
    weir_work_take_scratch(work);
    work->has_own_id = settings->id_strategy == ID_KAFKA_METADATA;
    return true;
}
