/* config.h - a stage's YAML file, checked against its property tables.
 *
 * One file describes one stage: a flat map of Connect's property names. Values may hold ${env:NAME}
 * and ${file:/path:key}. Unknown keys are errors that name the nearest known one; each message has
 * file:line. After weir_config_check every getter answers: the value given, else the default.
 * Getters assert that the table has the name (with that type): a wrong name is our bug.
 * Threads: read-only after the check, any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONFIG_CONFIG_H
#define WEIR_CONFIG_CONFIG_H

#include "core/base/error.h"
#include "core/config/property.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_config;

/* Reads and resolves; checks nothing but YAML. Returns owned, or NULL (domain CONFIG). Lists of
 * scalars become comma-separated text; nested maps become dotted keys. */
struct weir_config *weir_config_read(const char *path, struct weir_error *err);
/* The same from memory; name stands for the file in messages. */
struct weir_config *weir_config_parse(const char *text, size_t bytes, const char *name,
                                      struct weir_error *err);
void weir_config_destroy(struct weir_config *config);

/* Sets or replaces one property, as if the file had it (command line, tests). Before the check. */
void weir_config_set(struct weir_config *config, const char *name, const char *value);

/* Checks against tables (each ends with {0}; the array ends with NULL) and folds aliases into their
 * names. Several errors are all reported, one a line. */
bool weir_config_check(struct weir_config *config, const struct weir_property *const *tables,
                       struct weir_error *err);

/* The file that was read: configured paths are relative to its folder. */
const char *weir_config_file(const struct weir_config *config);

/* Whether the file (or weir_config_set) gave it. Works before the check too. */
bool weir_config_has(const struct weir_config *config, const char *name);
/* The raw text given, NULL if none. Works before the check too. */
const char *weir_config_given(const struct weir_config *config, const char *name);
/* 1-based line in the file, 0 if not from the file: for messages of checks across properties. */
uint32_t weir_config_line(const struct weir_config *config, const char *name);
/* Fills err with "<file>:<line>: <name>: <message>" (domain CONFIG) and returns false. */
bool weir_config_fail(const struct weir_config *config, const char *name, struct weir_error *err,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* NULL only when neither value nor default exists. */
const char *weir_config_string(const struct weir_config *config, const char *name);
bool weir_config_boolean(const struct weir_config *config, const char *name);
int32_t weir_config_int(const struct weir_config *config, const char *name);
int64_t weir_config_long(const struct weir_config *config, const char *name);
double weir_config_double(const struct weir_config *config, const char *name);
/* Ends with NULL; borrowed. */
const char *const *weir_config_list(const struct weir_config *config, const char *name);

/* Each key given that starts with prefix, in file order: size_t position = 0; while (...next(...)).
 * name_out is the whole key. */
bool weir_config_next(const struct weir_config *config, const char *prefix, size_t *position,
                      const char **name_out, const char **value_out);

/* Every property in effect, one "name = value" a line, secrets as ***; returns owned text. */
char *weir_config_describe(const struct weir_config *config);

#endif
