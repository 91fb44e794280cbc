/* record_fifo.h - records of one partition that wait for their turn, with the messages that hold
 * their bytes.
 * Threads: one owner. Allocates: by doubling. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_RECORD_FIFO_H
#define WEIR_PROCESSOR_ENGINE_RECORD_FIFO_H

#include "core/record/record.h"

#include <stdbool.h>

struct weir_waiting_record {
    struct weir_record record;
    void *message; /* to weir_message_release */
};

struct weir_record_fifo {
    struct weir_waiting_record *ring;
    size_t first, count, capacity; /* a power of two */
};

void weir_record_fifo_push(struct weir_record_fifo *fifo, const struct weir_record *record,
                           void *message);
/* The oldest; the fifo is not empty. Borrowed until pop. */
static inline const struct weir_record *weir_record_fifo_head(const struct weir_record_fifo *fifo)
{
    return &fifo->ring[fifo->first].record;
}
void weir_record_fifo_pop(struct weir_record_fifo *fifo);
/* Releases all, and the memory. */
void weir_record_fifo_fini(struct weir_record_fifo *fifo);

#endif
