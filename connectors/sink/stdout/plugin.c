/* 5. What makes a shared object a plugin: this one symbol. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/stdout/sink.h"
#include "core/record/plugin.h"

extern const struct weir_plugin weir_plugin;

static const struct weir_sink_ops *const sinks[] = {&weir_stdout_sink, NULL};

const struct weir_plugin weir_plugin = {.abi = WEIR_PLUGIN_ABI, .sinks = sinks};
