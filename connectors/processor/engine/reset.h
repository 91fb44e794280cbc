/* reset.h - `weir-processor reset FILE`: forgets the state and the offsets of a program, so that it
 * starts afresh. Its own topics (sources and sinks) stay as they are. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_RESET_H
#define WEIR_PROCESSOR_ENGINE_RESET_H

#include "core/runtime/stage.h"

/* Returns the exit status. */
int weir_engine_reset(const struct weir_stage_call *call);

#endif
