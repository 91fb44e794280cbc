/* standby.h - warm copies of state for num.standby.replicas: what a stream thread would have to
 * take over when other processes go.
 *
 * A thread of its own asks once a second who has which partitions and what is committed for them,
 * and restores its instances up to there. A stream thread that is given such a partition takes the
 * instance and has the last second to restore.
 * Threads: all functions are the stream thread's. Blocks: pause and destroy, until the reading has
 * stopped (about 0.1 s). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_STANDBY_H
#define WEIR_PROCESSOR_ENGINE_STANDBY_H

#include "connectors/processor/engine/instance.h"
#include "core/config/config.h"

struct weir_standby;

struct weir_standby_options { /* all borrowed */
    const struct weir_config *config;
    const char *group_id;
    const struct weir_merge_groups *groups;
    struct weir_collector_shared *shared; /* of the stream thread, for the instances it takes */
    struct weir_metric *state_bytes, *restored;
};

/* NULL: none is wanted. All below accept that. */
struct weir_standby *weir_standby_create(const struct weir_standby_options *options);
void weir_standby_destroy(struct weir_standby *standby);

/* Between pause and resume the instances stand still. */
void weir_standby_pause(struct weir_standby *standby);
/* Owned; NULL: there is none. Its stores are somewhere before what is committed now. */
struct weir_instance *weir_standby_take(struct weir_standby *standby,
                                        const struct weir_merge_group *group, int32_t partition);
/* member_id: the stream thread's in the group, taken; NULL: it is in none. */
void weir_standby_resume(struct weir_standby *standby, char *member_id);

#endif
