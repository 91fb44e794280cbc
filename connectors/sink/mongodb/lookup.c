/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/settings_internal.h"
#include "core/base/buffer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *weir_lookup_name(const struct lookup *lookup, const char *name)
{
    const char *override =
        weir_arena_format(lookup->arena, "topic.override.%s.%s", lookup->topic, name);
    return weir_config_has(lookup->config, override) ? override : name;
}

const struct weir_property *weir_mongodb_sink_row(const char *name)
{
    for (const struct weir_property *row = weir_mongodb_sink_properties; row->name; row++) {
        if (strcmp(row->name, name) == 0 && row->name[strlen(name) - 1] != '*') {
            return row;
        }
    }
    return NULL;
}

const char *weir_lookup_text(const struct lookup *lookup, const char *name)
{
    const char *found = weir_lookup_name(lookup, name);
    const struct weir_property *row = found == name ? weir_mongodb_sink_row(name) : NULL;
    enum weir_property_type type = row ? row->type : WEIR_PROPERTY_STRING;
    if (type == WEIR_PROPERTY_BOOLEAN) {
        return weir_config_boolean(lookup->config, name) ? "true" : "false";
    }
    if (type == WEIR_PROPERTY_INT) {
        return weir_arena_format(lookup->arena, "%d", weir_config_int(lookup->config, name));
    }
    if (type == WEIR_PROPERTY_LONG) {
        return weir_arena_format(lookup->arena, "%" PRId64, weir_config_long(lookup->config, name));
    }
    const char *value = weir_config_string(lookup->config, found);
    return value ? value : "";
}

bool weir_lookup_truth(const struct lookup *lookup, const char *name)
{
    return strcasecmp(weir_lookup_text(lookup, name), "true") == 0;
}

int64_t weir_lookup_number(const struct lookup *lookup, const char *name)
{
    return strtoll(weir_lookup_text(lookup, name), NULL, 10);
}

bool weir_find_class(const struct class_name *table, const char *name, int *value_out)
{
    const char *dot = strrchr(name, '.');
    for (; table->name; table++) {
        bool full = strchr(table->name, '.') != NULL;
        if (strcmp(full || !dot ? name : dot + 1, table->name) == 0) {
            *value_out = table->value;
            return true;
        }
    }
    return false;
}

bool weir_lookup_class(const struct lookup *lookup, const char *name,
                       const struct class_name *table, int *value_out, struct weir_error *err)
{
    const char *given = weir_lookup_text(lookup, name);
    if (weir_find_class(table, given, value_out)) {
        return true;
    }
    weir_auto_buffer known;
    weir_buffer_init(&known, 1024);
    for (; table->name; table++) {
        weir_buffer_append_format(&known, "%s%s", known.len ? ", " : "", table->name);
    }
    return weir_config_fail(lookup->config, weir_lookup_name(lookup, name), err,
                            "'%s' is not one of %s", given, weir_buffer_text(&known));
}
