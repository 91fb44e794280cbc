/* run.h - a stage at work: tasks, admin port, signals, until the end.
 *
 * SIGTERM or SIGINT once: graceful stop. A second one, half a second later or more, ends the
 * process at once with status 1, as does a task that does not stop in time.
 * Threads: main only; makes the signal thread, the admin server's and one for each task. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_RUN_H
#define WEIR_RUNTIME_RUN_H

#include "core/base/error.h"
#include "core/runtime/setup.h"

#include <stdbool.h>

bool weir_run(struct weir_setup *setup, struct weir_error *err);

#endif
