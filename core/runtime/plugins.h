/* plugins.h - the connectors that a stage knows: built-in ones and those in shared objects.
 *
 * A shared object that cannot be used is not an error by itself: it is kept as a problem and named
 * when the connector asked for is not found. Of two connectors with one name the first found stays.
 * Threads: read-only after loading, any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_PLUGINS_H
#define WEIR_RUNTIME_PLUGINS_H

#include "core/base/error.h"
#include "core/record/plugin.h"

#include <stdbool.h>
#include <stddef.h>

struct weir_plugins;

/* One connector; exactly one of source and sink is set. */
struct weir_connector {
    const struct weir_source_ops *source;
    const struct weir_sink_ops *sink;
    const char *origin; /* "built-in", or the path of the shared object */
};

/* The arrays end with NULL; NULL = the stage does not run that kind, and does not take it from
 * shared objects either. */
struct weir_plugins *weir_plugins_create(const struct weir_source_ops *const *sources,
                                         const struct weir_sink_ops *const *sinks);
/* Unloads; nothing of a connector may be in use. */
void weir_plugins_destroy(struct weir_plugins *plugins);

/* Every *.so of the folder and of its direct subfolders, in order of name. A folder that does not
 * exist is a problem when required. */
void weir_plugins_load_folder(struct weir_plugins *plugins, const char *folder, bool required);
/* lib/weir/plugins beside the bin folder of this executable; in a build tree the folders below the
 * executable's. */
void weir_plugins_load_default(struct weir_plugins *plugins);

size_t weir_plugins_count(const struct weir_plugins *plugins);
const struct weir_connector *weir_plugins_at(const struct weir_plugins *plugins, size_t index);
size_t weir_plugins_problem_count(const struct weir_plugins *plugins);
/* "path: reason" */
const char *weir_plugins_problem(const struct weir_plugins *plugins, size_t index);

/* By short name, Java class name, its simple name, or that without "Connector", as Connect does.
 * NULL: err lists what there is (domain CONFIG). */
const struct weir_connector *weir_plugins_find(const struct weir_plugins *plugins,
                                               const char *connector_class, struct weir_error *err);

const char *weir_connector_name(const struct weir_connector *connector);
/* The first Java class name, or the short name. */
const char *weir_connector_class(const struct weir_connector *connector);
const char *const *
weir_connector_class_names(const struct weir_connector *connector);      /* NULL = none */
const char *weir_connector_type(const struct weir_connector *connector); /* "source" or "sink" */
const char *weir_connector_version(const struct weir_connector *connector);
const char *weir_connector_documentation(const struct weir_connector *connector);
const struct weir_property *weir_connector_table(const struct weir_connector *connector);

#endif
