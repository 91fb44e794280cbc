/* config_internal.h - the inside of struct weir_config, shared by the files of core/config only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONFIG_CONFIG_INTERNAL_H
#define WEIR_CONFIG_CONFIG_INTERNAL_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/config.h"

enum {
    WEIR_CONFIG_ENTRY_COUNT_MAX = 4096,
    WEIR_CONFIG_FILE_BYTES_MAX = 4 << 20,
    WEIR_CONFIG_VALUE_BYTES_MAX = 1 << 20,
};

struct weir_config_entry {
    const char *name;  /* the property's name once aliases are folded */
    const char *given; /* as written, ${...} and all */
    const char *value; /* resolved */
    uint32_t line;     /* 0: not from the file */
};

struct weir_config_list {
    const struct weir_property *property;
    const char *const *items;
};

struct weir_config {
    struct weir_arena *arena; /* holds every text below */
    const char *file;
    struct weir_config_entry *entries; /* in file order */
    size_t entry_count;
    const struct weir_property *const *tables; /* after the check */
    struct weir_config_list *lists;
    size_t list_count;
};

/* NULL: not given. */
struct weir_config_entry *weir_config_find(const struct weir_config *config, const char *name);
/* NULL: no table has it. Takes alias and wildcard rows too. */
const struct weir_property *weir_config_property(const struct weir_property *const *tables,
                                                 const char *name);
/* Appends; false when there are too many or the name is there already. */
bool weir_config_add(struct weir_config *config, const char *name, const char *value, uint32_t line,
                     struct weir_error *err);
bool weir_config_read_yaml(struct weir_config *config, const char *text, size_t bytes,
                           struct weir_error *err);
/* Appends the content of a file; NULL, or what went wrong. */
const char *weir_config_read_file(const char *path, struct weir_buffer *content);
/* Fills err with problems, one a line, and says so when not all have room; returns false. */
bool weir_config_fail_all(struct weir_buffer *problems, struct weir_error *err);
/* Replaces ${provider:...} in every value. */
bool weir_config_resolve(struct weir_config *config, struct weir_error *err);

#endif
