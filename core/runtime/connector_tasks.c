/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/connector_tasks.h"

#include "core/runtime/sink_task.h"
#include "core/runtime/source_task.h"

static void add_sources(const struct weir_setup *setup, struct weir_supervisor *supervisor,
                        int count_max)
{
    const struct weir_source_ops *ops = setup->connector->source;
    int count = ops->task_count ? ops->task_count(setup->config, count_max) : 1;
    count = count < 1 ? 1 : count > count_max ? count_max : count; /* it may be anyone's plugin */
    for (int i = 0; i < count; i++) {
        struct weir_source_task_options options = {
            .config = setup->config,
            .ops = ops,
            .connector_name = weir_supervisor_connector_name(supervisor),
            .task_index = i,
            .task_count = count,
        };
        weir_supervisor_add(supervisor, &weir_source_task_ops, weir_source_task_create(&options));
    }
}

static void add_sinks(const struct weir_setup *setup, struct weir_supervisor *supervisor, int count)
{
    for (int i = 0; i < count; i++) {
        struct weir_sink_task_options options = {
            .config = setup->config,
            .ops = setup->connector->sink,
            .connector_name = weir_supervisor_connector_name(supervisor),
            .task_index = i,
            .task_count = count,
            .replay = setup->replay,
        };
        weir_supervisor_add(supervisor, &weir_sink_task_ops, weir_sink_task_create(&options));
    }
}

void weir_connector_tasks_add(const struct weir_setup *setup, struct weir_supervisor *supervisor)
{
    int count_max = weir_config_int(setup->config, "tasks.max");
    if (setup->connector->source) {
        add_sources(setup, supervisor, count_max);
    } else {
        add_sinks(setup, supervisor, setup->replay ? 1 : count_max);
    }
}
