/* replay.h - dead letters once more through a sink's own configuration: weir-sink replay --dlq TOPIC FILE.
 *
 * One task reads the queue, in a group of its own, from where the last replay ended up to the end that the queue
 * has at the start, and stops. A letter is again the record that it was: its topic, partition and offset are those
 * in its __connect.errors.* headers, which it loses. What is rejected again is treated as the configuration says:
 * with a dead letter queue it becomes a new letter behind that end.
 * Threads: made by main, then the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_REPLAY_H
#define WEIR_RUNTIME_REPLAY_H

#include "core/base/arena.h"
#include "core/kafka/consumer.h"
#include "core/record/sink.h"
#include "core/runtime/stage.h"

struct weir_replay;

/* Asks for the ends of topic's partitions. Returns owned. */
struct weir_replay *weir_replay_create(const struct weir_config *config, const char *topic,
                                       int64_t deadline_ms, struct weir_error *err);
void weir_replay_destroy(struct weir_replay *replay);
const char *weir_replay_topic(const struct weir_replay *replay);

/* Everything before offset needs no reading. */
void weir_replay_reach(struct weir_replay *replay, int32_t partition, int64_t offset);
/* All that was there at the start is dealt with. */
bool weir_replay_complete(const struct weir_replay *replay);

/* The record that became this letter; what it needs is copied to the arena. A letter without the
 * headers stays what it is. */
struct weir_record weir_replay_restore(const struct weir_record *letter, struct weir_arena *arena);
/* Its value was too large for the queue and is not there: nothing to replay. */
bool weir_replay_is_incomplete(const struct weir_record *letter);
/* True when records of this partition are met for the first time. */
bool weir_replay_meet(struct weir_replay *replay, const struct weir_record *record);

/* The subcommand. */
int weir_replay_command(const struct weir_stage_call *call);

#endif
