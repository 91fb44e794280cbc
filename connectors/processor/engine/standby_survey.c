/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/standby_survey.h"

#include "connectors/processor/engine/standby_place.h"
#include "core/base/alloc.h"

#include <string.h>

static void note_shares(struct weir_standby_survey *survey, size_t group, bool own,
                        const struct weir_topic_partition *partitions, size_t count)
{
    struct weir_standby_shares *shares = &survey->shares[group];
    const char *topic = survey->groups->groups[group].inputs[0].topic;
    int32_t first = INT32_MAX, last = -1;
    for (size_t index = 0; index < count; index++) {
        int32_t partition = partitions[index].partition;
        if (strcmp(partitions[index].topic, topic) == 0) {
            first = partition < first ? partition : first;
            last = partition > last ? partition : last;
        }
    }
    shares->firsts =
        weir_realloc(shares->firsts, (survey->member_count + 1) * sizeof(*shares->firsts));
    shares->firsts[survey->member_count] = first;
    shares->partition_count = last >= shares->partition_count ? last + 1 : shares->partition_count;
    if (own) {
        shares->own_first = first;
        shares->own_last = last;
    }
}

static void note_member(void *context, const char *member_id,
                        const struct weir_topic_partition *partitions, size_t count)
{
    struct weir_standby_survey *survey = context;
    bool own = strcmp(member_id, survey->member_id) == 0;
    for (size_t group = 0; group < survey->groups->count; group++) {
        note_shares(survey, group, own, partitions, count);
    }
    survey->member_found |= own;
    survey->member_count++;
}

bool weir_standby_survey_take(struct weir_standby_survey *survey,
                              const struct weir_merge_groups *groups, const char *member_id,
                              struct weir_admin *admin, const char *group_id, int64_t deadline_ms,
                              struct weir_error *err)
{
    *survey = (struct weir_standby_survey){.groups = groups, .member_id = member_id};
    survey->shares = weir_alloc_array(groups->count + 1, sizeof(*survey->shares));
    for (size_t group = 0; group < groups->count; group++) {
        survey->shares[group].own_first = INT32_MAX;
        survey->shares[group].own_last = -1;
    }
    return weir_admin_visit_group(admin, group_id, note_member, survey, &survey->stable,
                                  deadline_ms, err);
}

void weir_standby_survey_fini(struct weir_standby_survey *survey)
{
    for (size_t group = 0; survey->shares && group < survey->groups->count; group++) {
        weir_free(survey->shares[group].firsts);
    }
    weir_free(survey->shares);
    *survey = (struct weir_standby_survey){0};
}

bool weir_standby_survey_wants(const struct weir_standby_survey *survey, size_t group,
                               int32_t partition, size_t departures_max)
{
    const struct weir_standby_shares *shares = &survey->shares[group];
    struct weir_standby_place place = {.partition_count = shares->partition_count,
                                       .member_count = survey->member_count,
                                       .departures_max = departures_max};
    for (size_t member = 0; member < survey->member_count; member++) {
        place.position += shares->firsts[member] < shares->own_first;
    }
    bool own = partition >= shares->own_first && partition <= shares->own_last;
    return !own && weir_standby_place_needs(&place, partition);
}
