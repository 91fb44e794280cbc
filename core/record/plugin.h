/* plugin.h - how a connector built outside weir is found: a shared object in a folder of
 * plugin.path that exports one symbol, `weir_plugin`. The built-in connectors use the same ops
 * tables. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_PLUGIN_H
#define WEIR_RECORD_PLUGIN_H

#include "core/record/sink.h"
#include "core/record/source.h"

#include <stdint.h>

/* Changes when a struct of the public headers changes its shape. */
enum { WEIR_PLUGIN_ABI = 2 };

struct weir_plugin {
    uint32_t abi;                                 /* WEIR_PLUGIN_ABI */
    const struct weir_source_ops *const *sources; /* ends with NULL; may be NULL */
    const struct weir_sink_ops *const *sinks;
};

/* extern const struct weir_plugin weir_plugin; in the shared object. */
#define WEIR_PLUGIN_SYMBOL "weir_plugin"

#endif
