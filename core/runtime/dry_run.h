/* dry_run.h - what a sink would do with the records that wait for it: weir-sink dry-run FILE.
 *
 * Reads from the group's committed offsets, else from the beginning, to the end that the topics
 * have at the start. It is no member of the group: nothing is sent, committed, or taken away from a
 * sink at work. For connectors that can print instead of sending (weir_sink_ops.dry_runs).
 * Threads: main. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_DRY_RUN_H
#define WEIR_RUNTIME_DRY_RUN_H

#include "core/runtime/stage.h"

/* The subcommand. */
int weir_dry_run_command(const struct weir_stage_call *call);

#endif
