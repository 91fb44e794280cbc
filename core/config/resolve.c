/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ${provider:path:key} and ${provider:key}, as Connect's config providers (KIP-297). */
struct reference {
    const char *provider, *path, *key; /* path NULL: none */
};

static bool fail_reference(const struct weir_config *config, const struct weir_config_entry *entry,
                           const struct reference *reference, const char *why, struct weir_error *err)
{
    return weir_config_fail(config, entry->name, err, "${%s:%s%s%s}: %s", reference->provider,
                            reference->path ? reference->path : "", reference->path ? ":" : "", reference->key, why);
}

/* The value of key in a Java properties file: key=value, key: value; # and ! comment. */
static bool find_property(FILE *file, const char *key, struct weir_buffer *out)
{
    char line[8192];
    size_t key_length = strlen(key);
    while (fgets(line, sizeof(line), file)) {
        const char *start = line + strspn(line, " \t");
        if (*start == '#' || *start == '!' || strncmp(start, key, key_length) != 0) {
            continue;
        }
        const char *rest = start + key_length;
        size_t blanks = strspn(rest, " \t");
        rest += blanks;
        if (*rest == '=' || *rest == ':') {
            rest++;
        } else if (blanks == 0) {
            continue;
        }
        rest += strspn(rest, " \t");
        weir_buffer_append(out, rest, strcspn(rest, "\r\n"));
        return true;
    }
    return false;
}

static bool from_file(const struct weir_config *config, const struct weir_config_entry *entry,
                      const struct reference *reference, struct weir_buffer *out, struct weir_error *err)
{
    FILE *file = reference->path ? fopen(reference->path, "re") : NULL;
    if (!file) {
        return fail_reference(config, entry, reference,
                              reference->path ? strerror(errno) : "write ${file:/path:key}", err);
    }
    bool found = find_property(file, reference->key, out);
    fclose(file);
    return found || fail_reference(config, entry, reference, "the file has no such key", err);
}

static bool from_directory(const struct weir_config *config, const struct weir_config_entry *entry,
                           const struct reference *reference, struct weir_buffer *out, struct weir_error *err)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", reference->path ? reference->path : "", reference->key);
    FILE *file = length > 0 && (size_t)length < sizeof(path) ? fopen(path, "re") : NULL;
    if (!file) {
        return fail_reference(config, entry, reference, strerror(errno), err);
    }
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        weir_buffer_append(out, chunk, got);
    }
    fclose(file);
    return true;
}

static bool resolve_reference(const struct weir_config *config, const struct weir_config_entry *entry,
                              const struct reference *reference, struct weir_buffer *out, struct weir_error *err)
{
    if (strcmp(reference->provider, "env") == 0 && !reference->path) {
        const char *value = getenv(reference->key);
        if (!value) {
            return fail_reference(config, entry, reference, "the environment variable is not set", err);
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

/* text stands behind "${". Cuts it into a reference; false: it is not one of ours and stays as it is (${topic}). */
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

static bool resolve_entry(struct weir_config *config, struct weir_config_entry *entry, struct weir_error *err)
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
    if (out.overflow) {
        return weir_config_fail(config, entry->name, err, "the value is too long");
    }
    entry->value = weir_arena_strdup(config->arena, weir_buffer_text(&out));
    return true;
}

bool weir_config_resolve(struct weir_config *config, struct weir_error *err)
{
    for (size_t index = 0; index < config->entry_count; index++) {
        struct weir_config_entry *entry = &config->entries[index];
        if (strstr(entry->given, "${") && !resolve_entry(config, entry, err)) {
            return false;
        }
    }
    return true;
}
