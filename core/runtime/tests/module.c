/* Shared objects for plugins_test: one that can be used, and ways not to be. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record/plugin.h"

#ifndef WITHOUT_SYMBOL

static const struct weir_property no_properties[] = {{0}};

static bool open_sink(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                      struct weir_error *err)
{
    (void)state;
    (void)context;
    (void)deadline_ms;
    (void)err;
    return true;
}

static bool write_nothing(void *state, const struct weir_batch *batch,
                          struct weir_outcome *outcomes, int64_t deadline_ms,
                          struct weir_error *err)
{
    (void)state;
    (void)batch;
    (void)outcomes;
    (void)deadline_ms;
    (void)err;
    return true;
}

static void close_sink(void *state)
{
    (void)state;
}

static const char *const class_names[] = {"org.example.NullSinkConnector", NULL};
static const struct weir_sink_ops null_sink = {
    .name = "null",
    .class_names = class_names,
    .version = "1.2.3",
    .documentation = "Writes nothing.",
    .properties = no_properties,
    .open = open_sink,
    .write = write_nothing,
    .close = close_sink,
};
static const struct weir_sink_ops half_sink = {
    .name = "half", .version = "1", .properties = no_properties};
static const struct weir_sink_ops *const sinks[] = {&null_sink, &half_sink, NULL};

extern const struct weir_plugin weir_plugin;
__attribute__((visibility("default"))) const struct weir_plugin weir_plugin = {
    .abi = MODULE_ABI,
    .sinks = sinks,
};

#else

extern const int nothing_to_see;
__attribute__((visibility("default"))) const int nothing_to_see = 1;

#endif
