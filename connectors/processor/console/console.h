/* console.h - `weir-processor sql`: statements of the moment against a program's streams and
 * tables.
 *
 * The program's own statements are executed first, as definitions only: nothing is created or
 * started. SELECT prints ksqlDB's table: with EMIT CHANGES until its LIMIT or Ctrl-C, without it
 * what is there now. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_CONSOLE_CONSOLE_H
#define WEIR_PROCESSOR_CONSOLE_CONSOLE_H

#include "core/runtime/stage.h"

/* A subcommand of weir_stage: FILE -e STATEMENTS | FILE -f FILE. */
int weir_console_run(const struct weir_stage_call *call);

#endif
