/* counter_state.h - for tests: a state that is a number and a heap block that says the same. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_TESTS_COUNTER_STATE_H
#define WEIR_PROCESSOR_STATE_TESTS_COUNTER_STATE_H

#include "connectors/processor/state/state_ops.h"
#include "core/base/alloc.h"

#include <stdint.h>

struct counter_state {
    int64_t number;
    int64_t *copy;
};

static inline void counter_init(void *state, int64_t number)
{
    struct counter_state *counter = state;
    counter->number = number;
    counter->copy = weir_alloc(sizeof *counter->copy);
    *counter->copy = number;
}

static inline void counter_fini(void *context, void *state)
{
    (void)context;
    weir_free(((struct counter_state *)state)->copy);
}

static inline void counter_save(void *context, const void *state, struct weir_buffer *buffer)
{
    (void)context;
    const struct counter_state *counter = state;
    weir_buffer_append(buffer, counter->copy, sizeof *counter->copy);
}

static inline bool counter_load(void *context, struct weir_bytes saved, void *state)
{
    (void)context;
    int64_t number = 0;
    bool ok = saved.len == sizeof number;
    if (ok) {
        memcpy(&number, saved.data, sizeof number);
    }
    counter_init(state, number);
    return ok;
}

static inline size_t counter_heap_bytes(void *context, const void *state)
{
    (void)context, (void)state;
    return sizeof(int64_t);
}

static const struct weir_state_ops counter_ops = {
    .bytes = 16,
    .fini = counter_fini,
    .save = counter_save,
    .load = counter_load,
    .heap_bytes = counter_heap_bytes,
};

#endif
