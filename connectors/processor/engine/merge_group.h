/* merge_group.h - which sub-topologies must see their topics in one order of time.
 *
 * Sub-topologies that read a topic together form a group; partition p of all topics of a group is
 * worked on as one: each record goes to every member that reads its topic, lowest timestamp of all
 * inputs first.
 * Threads: immutable once made. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_MERGE_GROUP_H
#define WEIR_PROCESSOR_ENGINE_MERGE_GROUP_H

#include "connectors/processor/engine/application.h"

struct weir_merge_member {
    const struct weir_engine_query *query;
    const struct weir_subtopology *subtopology;
};

struct weir_merge_reader {
    size_t member;         /* in the group's members */
    uint32_t source_index; /* of the member's sub-topology */
};

struct weir_merge_input {
    const char *topic;   /* its name in Kafka */
    bool from_beginning; /* without a committed offset: internal topics, tables, `earliest` */
    struct weir_merge_reader *readers;
    size_t reader_count;
};

struct weir_merge_group {
    struct weir_merge_member *members;
    size_t member_count;
    struct weir_merge_input *inputs;
    size_t input_count;
    bool in_lockstep;       /* weir_topology_in_lockstep of a member */
    int64_t gather_span_ms; /* weir_topology_gather_span_ms of all members; 0: none */
};

struct weir_merge_groups {
    struct weir_merge_group *groups;
    size_t count;
    const char **topics; /* of all groups; ends with NULL: what to subscribe to */
    size_t topic_count;
};

void weir_merge_groups_make(const struct weir_application *application, struct weir_arena *arena,
                            struct weir_merge_groups *groups_out);
/* NULL: a topic of no group. */
const struct weir_merge_group *weir_merge_groups_find(const struct weir_merge_groups *groups,
                                                      const char *topic, size_t *input_out);

#endif
