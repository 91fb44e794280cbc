/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/namespace.h"

#include "core/mongo/bson_view.h"

#include <string.h>

/* The field's text into *name, which keeps its default when there is none and that is allowed. */
static bool take_field(struct work *work, const char *path, bool of_key, struct weir_arena *arena,
                       const char **name, struct weir_error *err)
{
    struct weir_bytes document = weir_work_value(work);
    if (of_key && !weir_work_key(work, &document, err)) {
        return false;
    }
    struct weir_bytes text = WEIR_BYTES_NULL;
    if (!weir_bytes_is_null(document)) {
        text = weir_bson_text(weir_bson_get_path(document, weir_bytes_of(path)));
    }
    bool usable = text.len > 0 && !memchr(text.data, 0, text.len);
    if (usable) {
        *name = weir_arena_strndup(arena, (const char *)text.data, text.len);
    } else if (work->settings->invalid_namespace_fails) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "%s.%s has no name of a database or collection", of_key ? "key" : "value",
                         path);
    }
    return true;
}

bool weir_namespace_find(struct work *work, struct weir_arena *arena,
                         struct namespace *namespace_out, struct weir_error *err)
{
    const struct topic_settings *settings = work->settings;
    *namespace_out = (struct namespace){settings->database, settings->collection};
    if (settings->database_field &&
        !take_field(work, settings->database_field, settings->database_field_of_key, arena,
                    &namespace_out->database, err)) {
        return false;
    }
    return !settings->collection_field ||
           take_field(work, settings->collection_field, settings->collection_field_of_key, arena,
                      &namespace_out->collection, err);
}
