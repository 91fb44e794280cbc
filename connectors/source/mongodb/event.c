/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/event.h"

#include "core/mongo/bson_builder.h"

#include <string.h>
#include <strings.h>

enum { TEXT_BYTES_MAX = 128 << 20 };

static enum weir_bson_json form_of(const char *formatter)
{
    const char *dot = strrchr(formatter, '.');
    const char *name = dot ? dot + 1 : formatter;
    if (strcasecmp(name, "ExtendedJson") == 0) {
        return WEIR_BSON_JSON_EXTENDED;
    }
    return strcasecmp(name, "SimplifiedJson") == 0 ? WEIR_BSON_JSON_SIMPLIFIED
                                                   : WEIR_BSON_JSON_DEFAULT;
}

/* output.format.* wins over Confluent Cloud's output.data.format. */
static bool is_bson(const struct weir_config *config, const char *property)
{
    if (weir_config_has(config, property)) {
        return strcasecmp(weir_config_string(config, property), "bson") == 0;
    }
    return strcasecmp(weir_config_string(config, "output.data.format"), "BSON") == 0;
}

bool weir_event_writer_init(struct weir_event_writer *writer, const struct weir_config *config,
                            struct weir_error *err)
{
    *writer = (struct weir_event_writer){
        .form = form_of(weir_config_string(config, "output.json.formatter")),
        .key_is_bson = is_bson(config, "output.format.key"),
        .value_is_bson = is_bson(config, "output.format.value"),
        .document_only = weir_config_boolean(config, "publish.full.document.only"),
        .tombstone_on_delete =
            weir_config_boolean(config, "publish.full.document.only.tombstone.on.delete"),
        .document_key_as_key = weir_config_boolean(config, "change.stream.document.key.as.key"),
    };
    weir_buffer_init(&writer->scratch, TEXT_BYTES_MAX);
    weir_buffer_init(&writer->event, TEXT_BYTES_MAX);
    writer->mapper = weir_topic_mapper_create(config, err);
    return writer->mapper != NULL;
}

void weir_event_writer_fini(struct weir_event_writer *writer)
{
    weir_topic_mapper_destroy(writer->mapper);
    weir_buffer_fini(&writer->scratch);
    weir_buffer_fini(&writer->event);
    writer->mapper = NULL;
}

/* The fields of an event that decide about its record. */
struct parts {
    struct weir_bson_element id, full_document, document_key, database, collection;
};

static bool read_parts(struct weir_bytes event, struct parts *parts)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element field;
    *parts = (struct parts){0};
    weir_bson_iterator_init(&iterator, event);
    while (weir_bson_next(&iterator, &field)) {
        if (weir_bytes_equal(field.name, WEIR_BYTES("_id"))) {
            parts->id = field;
        } else if (weir_bytes_equal(field.name, WEIR_BYTES("fullDocument"))) {
            parts->full_document = field;
        } else if (weir_bytes_equal(field.name, WEIR_BYTES("documentKey"))) {
            parts->document_key = field;
        } else if (weir_bytes_equal(field.name, WEIR_BYTES("ns"))) {
            parts->database = weir_bson_get(field.value, WEIR_BYTES("db"));
            parts->collection = weir_bson_get(field.value, WEIR_BYTES("coll"));
        }
    }
    return !iterator.malformed;
}

static bool write_document(struct weir_event_writer *writer, struct weir_bytes document, bool bson,
                           struct weir_arena *arena, struct weir_bytes *out, struct weir_error *err)
{
    if (bson) {
        *out = weir_arena_copy(arena, document);
        return true;
    }
    weir_buffer_reset(&writer->scratch);
    if (!weir_bson_to_json(document, writer->form, &writer->scratch)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, 0,
                         "the server sent a document that is not BSON");
    }
    *out = weir_arena_copy(arena, weir_buffer_view(&writer->scratch));
    return true;
}

/* {"_id": <the event's _id>}: events of collections have no document key. */
static bool write_token_key(struct weir_event_writer *writer, const struct parts *parts,
                            struct weir_arena *arena, struct weir_bytes *out,
                            struct weir_error *err)
{
    struct weir_buffer key;
    weir_buffer_init(&key, TEXT_BYTES_MAX);
    size_t start = weir_bson_begin(&key);
    weir_bson_add_element(&key, parts->id);
    weir_bson_end(&key, start);
    bool done =
        write_document(writer, weir_buffer_view(&key), writer->key_is_bson, arena, out, err);
    weir_buffer_fini(&key);
    return done;
}

static bool write_key(struct weir_event_writer *writer, const struct parts *parts,
                      struct weir_arena *arena, struct weir_bytes *out, struct weir_error *err)
{
    if (writer->document_key_as_key && parts->document_key.type == WEIR_BSON_DOCUMENT) {
        return write_document(writer, parts->document_key.value, writer->key_is_bson, arena, out,
                              err);
    }
    return write_token_key(writer, parts, arena, out, err);
}

/* What publish.full.document.only leaves of an event: the document, a tombstone, or nothing. */
static bool choose_document(const struct weir_event_writer *writer, const struct parts *parts,
                            struct weir_bytes *value_out)
{
    *value_out = WEIR_BYTES_NULL;
    if (parts->full_document.type == WEIR_BSON_DOCUMENT && weir_bson_found(parts->full_document)) {
        *value_out = parts->full_document.value;
        return true;
    }
    return writer->tombstone_on_delete && !weir_bson_found(parts->full_document);
}

bool weir_event_write(struct weir_event_writer *writer, struct weir_bytes event,
                      struct weir_batch *batch, struct weir_error *err)
{
    struct parts parts;
    struct weir_bytes value = event, key, bytes = WEIR_BYTES_NULL;
    if (!read_parts(event, &parts)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, 0,
                         "the server sent an event that is not BSON");
    }
    const char *topic = weir_topic_mapper_topic(writer->mapper, weir_bson_text(parts.database),
                                                weir_bson_text(parts.collection));
    if (!topic || (writer->document_only && !choose_document(writer, &parts, &value))) {
        return true;
    }
    if (!write_key(writer, &parts, batch->arena, &key, err) ||
        (!weir_bytes_is_null(value) &&
         !write_document(writer, value, writer->value_is_bson, batch->arena, &bytes, err))) {
        return false;
    }
    struct weir_record *record = weir_batch_add(batch);
    record->topic = topic;
    record->key = key;
    record->value = bytes;
    batch->bytes += key.len + bytes.len;
    return true;
}

/* The event that MongoDB's connector makes of a copied document; `ns` is last. */
static struct weir_bytes copied_event(struct weir_event_writer *writer, const char *database,
                                      const char *collection, struct weir_bytes document)
{
    struct weir_bson_element id = weir_bson_get(document, WEIR_BYTES("_id"));
    struct weir_bson_element whole = {.value = document, .type = WEIR_BSON_DOCUMENT};
    struct weir_buffer *out = &writer->event;
    weir_buffer_reset(out);
    size_t start = weir_bson_begin(out);
    size_t outer = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("_id"));
    weir_bson_add_element(out, id);
    weir_bson_add_name(out, WEIR_BSON_BOOLEAN, WEIR_BYTES("copyingData"));
    weir_buffer_append_byte(out, 1);
    weir_bson_end(out, outer);
    weir_bson_add_text(out, WEIR_BYTES("operationType"), WEIR_BYTES("insert"));
    size_t key = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("documentKey"));
    weir_bson_add_element(out, id);
    weir_bson_end(out, key);
    weir_bson_add_value(out, WEIR_BYTES("fullDocument"), whole);
    size_t namespace = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("ns"));
    weir_bson_add_text(out, WEIR_BYTES("db"), weir_bytes_of(database));
    weir_bson_add_text(out, WEIR_BYTES("coll"), weir_bytes_of(collection));
    weir_bson_end(out, namespace);
    weir_bson_end(out, start);
    return weir_buffer_view(out);
}

bool weir_event_write_copied(struct weir_event_writer *writer, const char *database,
                             const char *collection, struct weir_bytes document,
                             struct weir_batch *batch, struct weir_error *err)
{
    return weir_event_write(writer, copied_event(writer, database, collection, document), batch,
                            err);
}

bool weir_event_write_heartbeat(const char *topic, struct weir_bytes token,
                                struct weir_batch *batch, struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    if (!weir_bson_to_json(token, WEIR_BSON_JSON_RELAXED, &text)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, 0,
                         "the server sent a resume token that is not BSON");
    }
    struct weir_record *record = weir_batch_add(batch);
    record->topic = topic;
    record->key = weir_arena_copy(batch->arena, weir_buffer_view(&text));
    batch->bytes += record->key.len;
    return true;
}
