/* held_records.h - records on their way to a producer that is busy with a commit.
 * Threads: one owner. Allocates: copies in its own arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_HELD_RECORDS_H
#define WEIR_PROCESSOR_ENGINE_HELD_RECORDS_H

#include "core/base/arena.h"
#include "core/kafka/producer.h"

struct weir_held_record; /* one of them, its bytes behind it */

/* Zeroed is empty. */
struct weir_held_records {
    struct weir_arena *arena;
    struct weir_held_record *first, *last;
};

/* Copies what the record points to. */
void weir_held_records_add(struct weir_held_records *held, struct weir_producer_topic *topic,
                           const struct weir_record *record);
/* The next one to go, in the order of adding; the first after NULL; NULL: that was the last. */
const struct weir_held_record *weir_held_records_next(const struct weir_held_records *held,
                                                      const struct weir_held_record *item);
/* Borrows from it until the records are cleared. */
struct weir_record weir_held_record_view(const struct weir_held_record *item);
struct weir_producer_topic *weir_held_record_topic(const struct weir_held_record *item);
/* Memory taken. */
size_t weir_held_records_bytes(const struct weir_held_records *held);
/* Empty again; keeps some memory. */
void weir_held_records_clear(struct weir_held_records *held);
void weir_held_records_fini(struct weir_held_records *held);

#endif
