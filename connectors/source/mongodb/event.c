/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/event.h"

#include "core/base/alloc.h"
#include "core/json/compact.h"
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
static enum weir_event_format format_of(const struct weir_config *config, const char *property)
{
    const char *name = weir_config_has(config, property)
                           ? weir_config_string(config, property)
                           : weir_config_string(config, "output.data.format");
    if (strcasecmp(name, "schema") == 0) {
        return WEIR_EVENT_SCHEMA;
    }
    return strcasecmp(name, "bson") == 0 ? WEIR_EVENT_BSON : WEIR_EVENT_JSON;
}

/* part: "key" or "value". */
static bool read_output(struct weir_event_writer *writer, const struct weir_config *config,
                        const char *part, struct weir_event_output *output, struct weir_error *err)
{
    weir_autofree char *format = weir_format("output.format.%s", part);
    weir_autofree char *schema = weir_format("output.schema.%s", part);
    weir_autofree char *envelope = weir_format("%s.converter.schemas.enable", part);
    const char *given = weir_config_given(config, envelope);
    *output = (struct weir_event_output){.format = format_of(config, format),
                                         .envelope = given && strcasecmp(given, "true") == 0};
    if (output->format != WEIR_EVENT_SCHEMA) {
        return true;
    }
    output->schema = weir_schema_parse(weir_config_string(config, schema), writer->arena, err);
    if (!output->schema) {
        return weir_fail_within(err, "%s", schema);
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    weir_schema_write(output->schema, &text);
    output->schema_json = weir_arena_copy(writer->arena, weir_buffer_view(&text));
    return true;
}

bool weir_event_writer_init(struct weir_event_writer *writer, const struct weir_config *config,
                            struct weir_error *err)
{
    *writer = (struct weir_event_writer){
        .form = form_of(weir_config_string(config, "output.json.formatter")),
        .arena = weir_arena_create(4096),
        .document_only = weir_config_boolean(config, "publish.full.document.only"),
        .tombstone_on_delete =
            weir_config_boolean(config, "publish.full.document.only.tombstone.on.delete"),
        .document_key_as_key = weir_config_boolean(config, "change.stream.document.key.as.key"),
    };
    weir_buffer_init(&writer->scratch, TEXT_BYTES_MAX);
    weir_buffer_init(&writer->event, TEXT_BYTES_MAX);
    if (!read_output(writer, config, "key", &writer->key, err) ||
        !read_output(writer, config, "value", &writer->value, err)) {
        return false;
    }
    writer->value.infer = weir_config_boolean(config, "output.schema.infer.value");
    writer->mapper = weir_topic_mapper_create(config, err);
    return writer->mapper != NULL;
}

void weir_event_writer_fini(struct weir_event_writer *writer)
{
    weir_topic_mapper_destroy(writer->mapper);
    weir_arena_destroy(writer->arena);
    writer->arena = NULL;
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

static bool not_bson(struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, 0,
                     "the server sent a document that is not BSON");
}

static void open_envelope(struct weir_buffer *out, struct weir_bytes schema_json)
{
    weir_buffer_append_text(out, "{\"schema\":");
    weir_buffer_append_bytes(out, schema_json);
    weir_buffer_append_text(out, ",\"payload\":");
}

static bool write_with_schema(struct weir_event_writer *writer,
                              const struct weir_event_output *output, struct weir_bytes document,
                              struct weir_arena *arena, struct weir_error *err)
{
    const struct weir_schema *schema = output->schema;
    struct weir_buffer *out = &writer->scratch;
    if (output->infer && !(schema = weir_schema_infer(document, arena))) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "nested too deeply");
    }
    if (output->envelope) {
        weir_auto_buffer text;
        weir_buffer_init(&text, TEXT_BYTES_MAX);
        if (output->infer) {
            weir_schema_write(schema, &text);
        }
        open_envelope(out, output->infer ? weir_buffer_view(&text) : output->schema_json);
    }
    bool done = weir_schema_project(schema, document, writer->form, out, err);
    weir_buffer_append_text(out, output->envelope ? "}" : "");
    return done;
}

/* JsonConverter's envelope around what is text to Connect. */
static bool write_quoted(struct weir_event_writer *writer, struct weir_bytes document,
                         struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    if (!weir_bson_to_json(document, writer->form, &text)) {
        return not_bson(err);
    }
    open_envelope(&writer->scratch, WEIR_BYTES("{\"type\":\"string\",\"optional\":false}"));
    weir_json_append_string(&writer->scratch, weir_buffer_view(&text));
    weir_buffer_append_byte(&writer->scratch, '}');
    return true;
}

static bool write_document(struct weir_event_writer *writer, const struct weir_event_output *output,
                           struct weir_bytes document, struct weir_arena *arena,
                           struct weir_bytes *out, struct weir_error *err)
{
    bool done = true;
    if (output->format == WEIR_EVENT_BSON) {
        *out = weir_arena_copy(arena, document);
        return true;
    }
    weir_buffer_reset(&writer->scratch);
    if (output->format == WEIR_EVENT_SCHEMA) {
        done = write_with_schema(writer, output, document, arena, err);
    } else if (output->envelope) {
        done = write_quoted(writer, document, err);
    } else if (!weir_bson_to_json(document, writer->form, &writer->scratch)) {
        done = not_bson(err);
    }
    *out = weir_arena_copy(arena, weir_buffer_view(&writer->scratch));
    return done;
}

/* The key as a document: documentKey, else {"_id": <the event's _id>}, in scratch memory. */
static struct weir_bytes key_document(const struct weir_event_writer *writer,
                                      const struct parts *parts, struct weir_buffer *scratch)
{
    if (writer->document_key_as_key && parts->document_key.type == WEIR_BSON_DOCUMENT) {
        return parts->document_key.value;
    }
    weir_buffer_init(scratch, TEXT_BYTES_MAX);
    size_t start = weir_bson_begin(scratch);
    weir_bson_add_element(scratch, parts->id);
    weir_bson_end(scratch, start);
    return weir_buffer_view(scratch);
}

static bool write_key(struct weir_event_writer *writer, const struct parts *parts,
                      struct weir_bytes event, struct weir_arena *arena, struct weir_bytes *out,
                      struct weir_error *err)
{
    weir_auto_buffer scratch = {0};
    bool whole = writer->key.format == WEIR_EVENT_SCHEMA;
    struct weir_bytes document = whole ? event : key_document(writer, parts, &scratch);
    return write_document(writer, &writer->key, document, arena, out, err);
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
    if (!write_key(writer, &parts, event, batch->arena, &key, err) ||
        (!weir_bytes_is_null(value) &&
         !write_document(writer, &writer->value, value, batch->arena, &bytes, err))) {
        return false;
    }
    struct weir_record *record = weir_batch_add(batch);
    record->topic = topic;
    record->key = key;
    record->value = bytes;
    batch->bytes += key.len + bytes.len;
    return true;
}

static struct weir_bytes relaxed(struct weir_bytes document, struct weir_arena *arena)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    weir_bson_to_json(document, WEIR_BSON_JSON_RELAXED, &text);
    return weir_arena_copy(arena, weir_buffer_view(&text));
}

void weir_event_describe(struct weir_event_writer *writer, struct weir_bytes event,
                         struct weir_arena *arena, struct weir_record *record_out)
{
    struct parts parts;
    struct weir_bytes value = event;
    weir_auto_buffer scratch = {0};
    read_parts(event, &parts);
    if (writer->document_only) {
        choose_document(writer, &parts, &value);
    }
    *record_out = (struct weir_record){
        .topic = weir_topic_mapper_topic(writer->mapper, weir_bson_text(parts.database),
                                         weir_bson_text(parts.collection)),
        .partition = -1,
        .offset = -1,
        .timestamp_ms = -1,
        .key = relaxed(key_document(writer, &parts, &scratch), arena),
        .value = weir_bytes_is_null(value) ? value : relaxed(value, arena),
    };
}

/* The event that MongoDB's connector makes of a copied document; `ns` is last. */
struct weir_bytes weir_event_of_copied(struct weir_event_writer *writer, const char *database,
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
    return weir_event_write(writer, weir_event_of_copied(writer, database, collection, document),
                            batch, err);
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
