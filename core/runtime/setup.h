/* setup.h - a stage's checked configuration, and the connector that it names.
 *
 * Threads: read-only once made, any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SETUP_H
#define WEIR_RUNTIME_SETUP_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/runtime/command_line.h"
#include "core/runtime/plugins.h"
#include "core/runtime/stage.h"

struct weir_replay;

enum { WEIR_TABLE_COUNT_MAX = 16 };

struct weir_setup {
    const struct weir_stage *stage;
    struct weir_plugins *plugins; /* of the stage, and of plugin.path */
    struct weir_config *config;
    const struct weir_connector *connector; /* NULL: a stage without connectors */
    struct weir_replay *replay;             /* NULL: none; borrowed */
    const struct weir_property
        *tables[WEIR_TABLE_COUNT_MAX + 1]; /* what config was checked against */
};

/* Without a file: plugins only, for `plugins` and `help-config`. Returns owned. */
struct weir_setup *weir_setup_create(const struct weir_stage *stage);
void weir_setup_destroy(struct weir_setup *setup);

/* Reads the file, applies --set, loads plugin.path, finds the connector, checks everything that can
 * be checked without a server. Domain CONFIG or SQL on failure; setup may then only be
 * destroyed. */
bool weir_setup_read(struct weir_setup *setup, const char *path,
                     const struct weir_command_line *line, struct weir_error *err);
/* The same from a configuration that was already read; takes config. */
bool weir_setup_check(struct weir_setup *setup, struct weir_config *config, struct weir_error *err);

/* What one row of a table cannot check; after weir_config_check. */
bool weir_setup_check_across(const struct weir_stage *stage, const struct weir_connector *connector,
                             const struct weir_config *config, struct weir_error *err);

/* The tables of a stage with this connector (NULL = none), ends with NULL. */
void weir_setup_tables(const struct weir_stage *stage, const struct weir_connector *connector,
                       const struct weir_property **tables_out);

#endif
