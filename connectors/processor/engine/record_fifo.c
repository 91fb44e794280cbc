/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/record_fifo.h"

#include "core/base/alloc.h"
#include "core/kafka/consumer.h"

enum { CAPACITY_FIRST = 256 };

static void grow(struct weir_record_fifo *fifo)
{
    size_t capacity = fifo->capacity ? 2 * fifo->capacity : CAPACITY_FIRST;
    struct weir_waiting_record *ring = weir_alloc_array(capacity, sizeof(*ring));
    for (size_t index = 0; index < fifo->count; index++) {
        ring[index] = fifo->ring[(fifo->first + index) & (fifo->capacity - 1)];
    }
    weir_free(fifo->ring);
    *fifo = (struct weir_record_fifo){ring, 0, fifo->count, capacity};
}

void weir_record_fifo_push(struct weir_record_fifo *fifo, const struct weir_record *record,
                           void *message)
{
    if (fifo->count == fifo->capacity) {
        grow(fifo);
    }
    size_t place = (fifo->first + fifo->count++) & (fifo->capacity - 1);
    fifo->ring[place] = (struct weir_waiting_record){*record, message};
}

void weir_record_fifo_pop(struct weir_record_fifo *fifo)
{
    weir_message_release(fifo->ring[fifo->first].message);
    fifo->first = (fifo->first + 1) & (fifo->capacity - 1);
    fifo->count--;
}

void weir_record_fifo_fini(struct weir_record_fifo *fifo)
{
    while (fifo->count > 0) {
        weir_record_fifo_pop(fifo);
    }
    weir_free(fifo->ring);
    *fifo = (struct weir_record_fifo){0};
}
