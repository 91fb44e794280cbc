/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/plugins.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CONNECTOR_COUNT_MAX = 128,
    MODULE_COUNT_MAX = 128,
    ENTRY_COUNT_MAX = 1024, /* of a folder with plugins */
};

struct module {
    void *handle; /* of dlopen */
    char *path;
};

struct weir_plugins {
    bool take_sources, take_sinks;
    struct weir_connector connectors[CONNECTOR_COUNT_MAX];
    size_t connector_count;
    struct module modules[MODULE_COUNT_MAX];
    size_t module_count;
    char *problems[MODULE_COUNT_MAX];
    size_t problem_count;
};

const char *weir_connector_name(const struct weir_connector *connector)
{
    return connector->source ? connector->source->name : connector->sink->name;
}

const char *const *weir_connector_class_names(const struct weir_connector *connector)
{
    return connector->source ? connector->source->class_names : connector->sink->class_names;
}

const char *weir_connector_class(const struct weir_connector *connector)
{
    const char *const *names = weir_connector_class_names(connector);
    return names && names[0] ? names[0] : weir_connector_name(connector);
}

const char *weir_connector_type(const struct weir_connector *connector)
{
    return connector->source ? "source" : "sink";
}

const char *weir_connector_version(const struct weir_connector *connector)
{
    return connector->source ? connector->source->version : connector->sink->version;
}

const char *weir_connector_documentation(const struct weir_connector *connector)
{
    return connector->source ? connector->source->documentation : connector->sink->documentation;
}

const struct weir_property *weir_connector_table(const struct weir_connector *connector)
{
    return connector->source ? connector->source->properties : connector->sink->properties;
}

static void add_problem(struct weir_plugins *plugins, const char *path, const char *reason)
{
    if (plugins->problem_count < MODULE_COUNT_MAX) {
        plugins->problems[plugins->problem_count++] = weir_format("%s: %s", path, reason);
    }
}

/* What is wrong with a table of functions, NULL if nothing. */
static const char *source_defect(const struct weir_source_ops *ops)
{
    bool whole =
        ops->name && ops->version && ops->properties && ops->open && ops->poll && ops->close;
    return whole ? NULL : "a source lacks its name, version, properties, open, poll or close";
}

static const char *sink_defect(const struct weir_sink_ops *ops)
{
    bool whole =
        ops->name && ops->version && ops->properties && ops->open && ops->write && ops->close;
    return whole ? NULL : "a sink lacks its name, version, properties, open, write or close";
}

static void add_connector(struct weir_plugins *plugins, struct weir_connector connector)
{
    const char *defect =
        connector.source ? source_defect(connector.source) : sink_defect(connector.sink);
    if (defect) {
        add_problem(plugins, connector.origin, defect);
        return;
    }
    for (size_t i = 0; i < plugins->connector_count; i++) {
        const struct weir_connector *other = &plugins->connectors[i];
        if (strcmp(weir_connector_name(other), weir_connector_name(&connector)) == 0) {
            weir_autofree char *reason = weir_format("'%s' is already there (%s)",
                                                     weir_connector_name(other), other->origin);
            add_problem(plugins, connector.origin, reason);
            return;
        }
    }
    if (plugins->connector_count == CONNECTOR_COUNT_MAX) {
        add_problem(plugins, connector.origin, "more than 128 connectors");
        return;
    }
    plugins->connectors[plugins->connector_count++] = connector;
}

static void add_connectors(struct weir_plugins *plugins,
                           const struct weir_source_ops *const *sources,
                           const struct weir_sink_ops *const *sinks, const char *origin)
{
    for (; plugins->take_sources && sources && *sources; sources++) {
        add_connector(plugins, (struct weir_connector){.source = *sources, .origin = origin});
    }
    for (; plugins->take_sinks && sinks && *sinks; sinks++) {
        add_connector(plugins, (struct weir_connector){.sink = *sinks, .origin = origin});
    }
}

struct weir_plugins *weir_plugins_create(const struct weir_source_ops *const *sources,
                                         const struct weir_sink_ops *const *sinks)
{
    struct weir_plugins *plugins = weir_alloc(sizeof(*plugins));
    plugins->take_sources = sources != NULL;
    plugins->take_sinks = sinks != NULL;
    add_connectors(plugins, sources, sinks, "built-in");
    return plugins;
}

void weir_plugins_destroy(struct weir_plugins *plugins)
{
    if (!plugins) {
        return;
    }
    for (size_t i = 0; i < plugins->module_count; i++) {
        dlclose(plugins->modules[i].handle);
        weir_free(plugins->modules[i].path);
    }
    for (size_t i = 0; i < plugins->problem_count; i++) {
        weir_free(plugins->problems[i]);
    }
    weir_free(plugins);
}

/* Why a shared object cannot be used; "" when it can. */
static void find_defect(const struct weir_plugins *plugins, const struct weir_plugin *plugin,
                        char reason[128])
{
    reason[0] = '\0';
    if (!plugin) {
        snprintf(reason, 128, "has no symbol '%s'", WEIR_PLUGIN_SYMBOL);
    } else if (plugin->abi != WEIR_PLUGIN_ABI) {
        snprintf(reason, 128, "was built for plugin interface %u; this weir has %u: build it again",
                 plugin->abi, (unsigned)WEIR_PLUGIN_ABI);
    } else if (plugins->module_count == MODULE_COUNT_MAX) {
        snprintf(reason, 128, "more than %d plugins", MODULE_COUNT_MAX);
    }
}

static void load_module(struct weir_plugins *plugins, const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        add_problem(plugins, path, reason ? reason : "cannot be loaded");
        return;
    }
    const struct weir_plugin *plugin = dlsym(handle, WEIR_PLUGIN_SYMBOL);
    char reason[128];
    find_defect(plugins, plugin, reason);
    if (!plugin || reason[0] != '\0') {
        add_problem(plugins, path, reason);
        dlclose(handle);
        return;
    }
    struct module *module = &plugins->modules[plugins->module_count++];
    module->handle = handle;
    module->path = weir_strdup(path);
    add_connectors(plugins, plugin->sources, plugin->sinks, module->path);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* The names in a folder in order, at most ENTRY_COUNT_MAX; -1: it cannot be read. */
static int read_names(const char *folder, char *names[ENTRY_COUNT_MAX])
{
    DIR *stream = opendir(folder);
    int count = 0;
    if (!stream) {
        return -1;
    }
    for (const struct dirent *entry; count < ENTRY_COUNT_MAX && (entry = readdir(stream));) {
        names[count++] = weir_strdup(entry->d_name);
    }
    closedir(stream);
    qsort(names, (size_t)count, sizeof(names[0]), compare_names);
    return count;
}

/* Loads the *.so of one folder and, when depth allows, those of its subfolders. False: it cannot be
 * read. */
static bool load_entries(struct weir_plugins *plugins, const char *folder, bool files, int depth)
{
    char *names[ENTRY_COUNT_MAX];
    int count = read_names(folder, names);
    for (int i = 0; i < count; i++) {
        weir_autofree char *path = weir_format("%s/%s", folder, names[i]);
        if (files && ends_with(names[i], ".so")) {
            load_module(plugins, path);
        } else if (depth > 0 && names[i][0] != '.' && is_folder(path)) {
            load_entries(plugins, path, true, depth - 1);
        }
        weir_free(names[i]);
    }
    return count >= 0;
}

void weir_plugins_load_folder(struct weir_plugins *plugins, const char *folder, bool required)
{
    if (!load_entries(plugins, folder, true, 1) && required) {
        add_problem(plugins, folder, strerror(errno));
    }
}

void weir_plugins_load_default(struct weir_plugins *plugins)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length <= 0) {
        return;
    }
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    if (ends_with(path, "/bin")) {
        weir_autofree char *folder = weir_format("%s/../lib/weir/plugins", path);
        weir_plugins_load_folder(plugins, folder, false);
    } else {
        load_entries(plugins, path, false, 1);
    }
}

size_t weir_plugins_count(const struct weir_plugins *plugins)
{
    return plugins->connector_count;
}

const struct weir_connector *weir_plugins_at(const struct weir_plugins *plugins, size_t index)
{
    return &plugins->connectors[index];
}

size_t weir_plugins_problem_count(const struct weir_plugins *plugins)
{
    return plugins->problem_count;
}

const char *weir_plugins_problem(const struct weir_plugins *plugins, size_t index)
{
    return plugins->problems[index];
}

/* "a.b.MongoSinkConnector" is asked for as that, as "MongoSinkConnector" or as "MongoSink". */
static bool class_matches(const char *class_name, const char *wanted)
{
    static const char suffix[] = "Connector";
    const char *dot = strrchr(class_name, '.');
    const char *simple = dot ? dot + 1 : class_name;
    if (strcmp(class_name, wanted) == 0 || strcmp(simple, wanted) == 0) {
        return true;
    }
    size_t length = strlen(simple);
    return ends_with(simple, suffix) && strlen(wanted) == length - strlen(suffix) &&
           strncmp(simple, wanted, strlen(wanted)) == 0;
}

static bool connector_matches(const struct weir_connector *connector, const char *wanted)
{
    if (strcmp(weir_connector_name(connector), wanted) == 0) {
        return true;
    }
    const char *const *name = weir_connector_class_names(connector);
    for (; name && *name; name++) {
        if (class_matches(*name, wanted)) {
            return true;
        }
    }
    return false;
}

static void list_connectors(const struct weir_plugins *plugins, struct weir_buffer *text)
{
    for (size_t i = 0; i < plugins->connector_count; i++) {
        const struct weir_connector *connector = &plugins->connectors[i];
        const char *class_name = weir_connector_class(connector);
        bool java = class_name != weir_connector_name(connector);
        weir_buffer_append_format(text, "%s%s%s%s%s", i > 0 ? ", " : "",
                                  weir_connector_name(connector), java ? " (" : "",
                                  java ? class_name : "", java ? ")" : "");
    }
    for (size_t i = 0; i < plugins->problem_count; i++) {
        weir_buffer_append_format(text, "; not loaded: %s", plugins->problems[i]);
    }
}

const struct weir_connector *weir_plugins_find(const struct weir_plugins *plugins,
                                               const char *connector_class, struct weir_error *err)
{
    for (size_t i = 0; i < plugins->connector_count; i++) {
        if (connector_matches(&plugins->connectors[i], connector_class)) {
            return &plugins->connectors[i];
        }
    }
    weir_auto_buffer known;
    weir_buffer_init(&known, WEIR_ERROR_MESSAGE_BYTES);
    list_connectors(plugins, &known);
    weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
              "Failed to find any class that implements Connector and which name matches %s, "
              "available connectors are: %s",
              connector_class, weir_buffer_text(&known));
    return NULL;
}
