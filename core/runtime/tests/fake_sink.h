/* fake_sink.h - a stage with one sink that does nothing, and a task that only says it is well. For
 * tests. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_TESTS_FAKE_SINK_H
#define WEIR_RUNTIME_TESTS_FAKE_SINK_H

#include "core/runtime/stage.h"

#include <stdatomic.h>

/* The sink "null" (org.example.NullSinkConnector): properties target (required), target.password,
 * batch.size (1 to 10). */
extern const struct weir_sink_ops *const fake_sinks[];
/* weir-test, with that sink; its tasks connect, and end when asked to; with target "broken" they
 * fail for good. */
extern const struct weir_stage fake_stage;
/* A task is at work. */
extern atomic_bool fake_task_works;
/* A configuration that stands. */
extern const char fake_config_text[];

#endif
