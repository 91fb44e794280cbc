/* committer.h - commits a transaction on a thread of its own, while the stream thread reads and
 * computes on.
 *
 * Between begin and the end of wait the producer belongs to the committer: what is to be written
 * meanwhile waits (held_records.h).
 * Threads: one owner; one helper inside. Blocks: wait. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_COMMITTER_H
#define WEIR_PROCESSOR_ENGINE_COMMITTER_H

#include "core/kafka/consumer.h"

#include <stdbool.h>

struct weir_committer;

/* Borrows both. */
struct weir_committer *weir_committer_create(struct weir_producer *producer,
                                             struct weir_consumer *consumer);
/* Waits for a commit that is under way. */
void weir_committer_destroy(struct weir_committer *committer);

/* Sends the offsets and commits. Borrows the offsets until the end of wait. None is under way. */
void weir_committer_begin(struct weir_committer *committer, const struct weir_offset *offsets,
                          size_t offset_count);
/* Begun and not waited for. */
bool weir_committer_busy(struct weir_committer *committer);
/* The result is there: wait returns at once. */
bool weir_committer_done(struct weir_committer *committer);
/* Ends what begin began. False: not committed, or nobody knows. */
bool weir_committer_wait(struct weir_committer *committer, struct weir_error *err);

#endif
