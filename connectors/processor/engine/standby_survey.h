/* standby_survey.h - the group as it shares out partitions now, and so what a member keeps warm.
 * Threads: one owner. Blocks: take, up to its deadline. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_STANDBY_SURVEY_H
#define WEIR_PROCESSOR_ENGINE_STANDBY_SURVEY_H

#include "connectors/processor/engine/merge_group.h"
#include "core/kafka/admin.h"

/* How one merge group's partitions are shared out. */
struct weir_standby_shares {
    int32_t *firsts; /* by member: its first partition; INT32_MAX: it has none */
    int32_t partition_count;
    int32_t own_first, own_last; /* INT32_MAX and -1: none */
};

struct weir_standby_survey {
    const struct weir_merge_groups *groups;
    const char *member_id;              /* whose place it is */
    struct weir_standby_shares *shares; /* by merge group */
    size_t member_count;
    bool member_found;
    bool stable; /* else the answer says nothing */
};

bool weir_standby_survey_take(struct weir_standby_survey *survey,
                              const struct weir_merge_groups *groups, const char *member_id,
                              struct weir_admin *admin, const char *group_id, int64_t deadline_ms,
                              struct weir_error *err);
void weir_standby_survey_fini(struct weir_standby_survey *survey);

/* departures_max: of members, all at once. */
bool weir_standby_survey_wants(const struct weir_standby_survey *survey, size_t group,
                               int32_t partition, size_t departures_max);

#endif
