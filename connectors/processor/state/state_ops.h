/* state_ops.h - what a window or session store must know of the states it holds for its owner.
 *
 * A state is a block of fixed size in the store's entry, moved by memcpy; what it owns besides is
 * freed by fini.
 * Threads: as the store. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_STATE_OPS_H
#define WEIR_PROCESSOR_STATE_STATE_OPS_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

struct weir_state_ops {
    size_t bytes; /* a multiple of 16 */
    void (*fini)(void *context, void *state);
    /* Appends what load needs. */
    void (*save)(void *context, const void *state, struct weir_buffer *buffer);
    /* Into uninitialised memory. False: not what save wrote; the state is a new one then. */
    bool (*load)(void *context, struct weir_bytes saved, void *state);
    size_t (*heap_bytes)(void *context, const void *state);
    void *context;
};

#endif
