/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/position.h"

#include "core/json/compact.h"
#include "core/json/scan.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

enum { TOKEN_BYTES_MAX = 1 << 20 };

/* A member that is JSON text inside a JSON string, as BSON in the arena; null: absent. */
static bool read_document(struct weir_bytes offset, const char *name, struct weir_arena *arena,
                          struct weir_bytes *document_out, struct weir_error *err)
{
    struct weir_bytes raw;
    if (weir_json_member(offset, weir_bytes_of(name), &raw) != WEIR_JSON_FOUND) {
        return true;
    }
    weir_auto_buffer bson;
    weir_buffer_init(&bson, TOKEN_BYTES_MAX);
    if (!weir_extended_json_to_bson(weir_json_plain_text(raw, arena), &bson, err)) {
        err->action = WEIR_ERROR_STOP;
        return weir_fail_within(err, "stored offset, member %s", name);
    }
    *document_out = weir_arena_copy(arena, weir_buffer_view(&bson));
    return true;
}

bool weir_position_read(struct weir_bytes offset, struct weir_arena *arena,
                        struct weir_position *position_out, struct weir_error *err)
{
    *position_out = (struct weir_position){0};
    struct weir_bytes raw;
    if (weir_bytes_is_null(offset)) {
        return true;
    }
    enum weir_json_scan copy = weir_json_member(offset, WEIR_BYTES("copy"), &raw);
    if (copy == WEIR_JSON_NOT_OBJECT) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "the stored offset is not a JSON object; reset it");
    }
    position_out->copying = copy == WEIR_JSON_FOUND;
    if (!position_out->copying) {
        return read_document(offset, "_id", arena, &position_out->token, err);
    }
    if (weir_json_member(offset, WEIR_BYTES("ns"), &raw) == WEIR_JSON_FOUND) {
        position_out->namespace = weir_json_plain_text(raw, arena);
    }
    if (!read_document(offset, "token", arena, &position_out->token, err) ||
        !read_document(offset, "ranges", arena, &position_out->ranges, err)) {
        return false;
    }
    if (weir_bytes_is_null(position_out->token)) { /* MongoDB's connector: the copy begins again */
        position_out->namespace = position_out->ranges = WEIR_BYTES_NULL;
    }
    return true;
}

static void append_quoted_document(struct weir_buffer *out, struct weir_bytes document,
                                   enum weir_bson_json form)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TOKEN_BYTES_MAX);
    weir_bson_to_json(document, form, &text);
    weir_json_append_string(out, weir_buffer_view(&text));
}

void weir_position_write(const struct weir_position *position, struct weir_buffer *out)
{
    if (!position->copying) {
        weir_buffer_append_text(out, "{\"_id\":");
        append_quoted_document(out, position->token, WEIR_BSON_JSON_RELAXED);
        weir_buffer_append_byte(out, '}');
        return;
    }
    weir_buffer_append_text(out,
                            "{\"_id\":\"{\\\"copyingData\\\": true}\",\"copy\":\"true\",\"ns\":");
    weir_json_append_string(out, position->namespace);
    if (!weir_bytes_is_null(position->ranges)) {
        weir_buffer_append_text(out, ",\"ranges\":");
        append_quoted_document(out, position->ranges, WEIR_BSON_JSON_EXTENDED);
    }
    weir_buffer_append_text(out, ",\"token\":");
    append_quoted_document(out, position->token, WEIR_BSON_JSON_RELAXED);
    weir_buffer_append_byte(out, '}');
}

void weir_position_partition(const struct weir_config *config, const char *connection_name,
                             struct weir_buffer *out)
{
    const char *name = weir_config_string(config, "offset.partition.name");
    weir_auto_buffer text;
    weir_buffer_init(&text, TOKEN_BYTES_MAX);
    if (*name) {
        weir_buffer_append_text(&text, name);
    } else {
        const char *database = weir_config_string(config, "database");
        const char *collection = weir_config_string(config, "collection");
        weir_buffer_append_format(&text, "%s/%s%s%s", connection_name, database,
                                  *collection ? "." : "", collection);
    }
    weir_buffer_append_text(out, "{\"ns\":");
    weir_json_append_string(out, weir_buffer_view(&text));
    weir_buffer_append_byte(out, '}');
}
