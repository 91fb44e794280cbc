/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/config/config_internal.h"
#include "core/config/java_properties.h"

#include <stdlib.h>
#include <string.h>

/* ${provider:path:key} and ${provider:key}, as Connect's config providers (KIP-297). */
struct reference {
    const char *provider, *path, *key; /* path NULL: none */
};

static bool fail_reference(const struct weir_config *config, const struct weir_config_entry *entry,
                           const struct reference *reference, const char *why,
                           struct weir_error *err)
{
    return weir_config_fail(config, entry->name, err, "${%s:%s%s%s}: %s", reference->provider,
                            reference->path ? reference->path : "", reference->path ? ":" : "",
                            reference->key, why);
}

static bool from_file(const struct weir_config *config, const struct weir_config_entry *entry,
                      const struct reference *reference, struct weir_buffer *out,
                      struct weir_error *err)
{
    if (!reference->path) {
        return fail_reference(config, entry, reference, "write ${file:/path:key}", err);
    }
    weir_auto_buffer content, value;
    weir_buffer_init(&content, WEIR_CONFIG_FILE_BYTES_MAX);
    weir_buffer_init(&value, WEIR_CONFIG_VALUE_BYTES_MAX);
    const char *problem = weir_config_read_file(reference->path, &content);
    if (problem) {
        return fail_reference(config, entry, reference, problem, err);
    }
    if (!weir_java_properties_find(weir_buffer_view(&content), weir_bytes_of(reference->key),
                                   &value)) {
        return fail_reference(config, entry, reference, "the file has no such key", err);
    }
    weir_buffer_append_bytes(out, weir_buffer_view(&value));
    return true;
}

/* The whole content of a file, its last line feed too, as Connect takes it. */
static bool from_directory(const struct weir_config *config, const struct weir_config_entry *entry,
                           const struct reference *reference, struct weir_buffer *out,
                           struct weir_error *err)
{
    if (!reference->path) {
        return fail_reference(config, entry, reference, "write ${directory:/path:file}", err);
    }
    weir_autofree char *path = weir_format("%s/%s", reference->path, reference->key);
    const char *problem = weir_config_read_file(path, out);
    return !problem || fail_reference(config, entry, reference, problem, err);
}

static bool resolve_reference(const struct weir_config *config,
                              const struct weir_config_entry *entry,
                              const struct reference *reference, struct weir_buffer *out,
                              struct weir_error *err)
{
    if (strcmp(reference->provider, "env") == 0 && !reference->path) {
        const char *value = getenv(reference->key);
        if (!value) {
            return fail_reference(config, entry, reference, "the environment variable is not set",
                                  err);
        }
        weir_buffer_append_text(out, value);
        return true;
    }
    if (strcmp(reference->provider, "file") == 0) {
        return from_file(config, entry, reference, out, err);
    }
    return from_directory(config, entry, reference, out, err);
}

static bool is_provider(const char *name)
{
    return strcmp(name, "env") == 0 || strcmp(name, "file") == 0 || strcmp(name, "directory") == 0;
}

/* text stands behind "${". Cuts it into a reference; false: it is not one of ours and stays as it
 * is (${topic}). */
static bool cut_reference(char *text, struct reference *reference_out)
{
    char *first = strchr(text, ':');
    if (!first) {
        return false;
    }
    *first = 0;
    if (!is_provider(text)) {
        *first = ':';
        return false;
    }
    char *last = strrchr(first + 1, ':');
    *reference_out = (struct reference){text, NULL, first + 1};
    if (last) {
        *last = 0;
        *reference_out = (struct reference){text, first + 1, last + 1};
    }
    return true;
}

static bool resolve_entry(struct weir_config *config, struct weir_config_entry *entry,
                          struct weir_error *err)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, WEIR_CONFIG_VALUE_BYTES_MAX);
    const char *rest = entry->given;
    const char *open;
    while ((open = strstr(rest, "${")) != NULL) {
        const char *close = strchr(open, '}');
        if (!close) {
            break;
        }
        weir_buffer_append(&out, rest, (size_t)(open - rest));
        char *inner = weir_arena_strndup(config->arena, open + 2, (size_t)(close - open) - 2);
        struct reference reference;
        if (!cut_reference(inner, &reference)) {
            weir_buffer_append(&out, open, (size_t)(close - open) + 1);
        } else if (!resolve_reference(config, entry, &reference, &out, err)) {
            return false;
        }
        rest = close + 1;
    }
    weir_buffer_append_text(&out, rest);
    if (out.overflow || strlen(weir_buffer_text(&out)) != out.len) {
        return weir_config_fail(config, entry->name, err, "the value is too long or not text");
    }
    entry->value = weir_arena_strdup(config->arena, weir_buffer_text(&out));
    return true;
}

bool weir_config_resolve(struct weir_config *config, struct weir_error *err)
{
    weir_auto_buffer problems;
    weir_buffer_init(&problems, WEIR_CONFIG_VALUE_BYTES_MAX);
    for (size_t index = 0; index < config->entry_count; index++) {
        struct weir_config_entry *entry = &config->entries[index];
        struct weir_error problem = {0};
        if (strstr(entry->given, "${") && !resolve_entry(config, entry, &problem)) {
            weir_buffer_append_format(&problems, "%s%s", problems.len ? "\n" : "", problem.message);
        }
    }
    return problems.len == 0 || weir_config_fail_all(&problems, err);
}
