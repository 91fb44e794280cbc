/* connector_tasks.h - the tasks of the connector that a configuration names.
 * Threads: main. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_CONNECTOR_TASKS_H
#define WEIR_RUNTIME_CONNECTOR_TASKS_H

#include "core/runtime/setup.h"
#include "core/runtime/supervisor.h"

/* As many source tasks as the connector makes of this configuration, or tasks.max members of the
 * sink's group. Borrows setup for the life of the tasks. */
void weir_connector_tasks_add(const struct weir_setup *setup, struct weir_supervisor *supervisor);

#endif
