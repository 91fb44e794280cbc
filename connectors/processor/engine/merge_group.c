/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/merge_group.h"

#include <string.h>

/* One sub-topology of a query while groups are made. */
struct node {
    struct weir_merge_member member;
    const char **topics; /* Kafka's names of its sources */
    size_t group;        /* smallest index of a node that it hangs together with */
};

static size_t collect_nodes(const struct weir_application *application, struct weir_arena *arena,
                            struct node **nodes_out)
{
    size_t count = 0;
    for (size_t query = 0; query < application->query_count; query++) {
        count += application->queries[query].topology->subtopology_count;
    }
    struct node *nodes = weir_arena_calloc(arena, count, sizeof(*nodes));
    size_t at = 0;
    for (size_t index = 0; index < application->query_count; index++) {
        const struct weir_engine_query *query = &application->queries[index];
        for (size_t sub = 0; sub < query->topology->subtopology_count; sub++, at++) {
            const struct weir_subtopology *subtopology = &query->topology->subtopologies[sub];
            nodes[at] = (struct node){{query, subtopology}, NULL, at};
            nodes[at].topics =
                weir_arena_calloc(arena, subtopology->source_count, sizeof(*nodes[at].topics));
            for (size_t source = 0; source < subtopology->source_count; source++) {
                nodes[at].topics[source] =
                    weir_engine_topic(arena, query, subtopology->sources[source].topic,
                                      subtopology->sources[source].internal);
            }
        }
    }
    *nodes_out = nodes;
    return count;
}

static bool share_a_topic(const struct node *a, const struct node *b)
{
    for (size_t left = 0; left < a->member.subtopology->source_count; left++) {
        for (size_t right = 0; right < b->member.subtopology->source_count; right++) {
            if (strcmp(a->topics[left], b->topics[right]) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void join_groups(struct node *nodes, size_t count, size_t from, size_t to)
{
    for (size_t index = 0; index < count; index++) {
        if (nodes[index].group == from) {
            nodes[index].group = to;
        }
    }
}

static void connect(struct node *nodes, size_t count)
{
    for (size_t left = 0; left < count; left++) {
        for (size_t right = left + 1; right < count; right++) {
            size_t low = nodes[left].group, high = nodes[right].group;
            if (low != high && share_a_topic(&nodes[left], &nodes[right])) {
                join_groups(nodes, count, low > high ? low : high, low < high ? low : high);
            }
        }
    }
}

static struct weir_merge_input *input_of(struct weir_merge_group *group, const char *topic,
                                         struct weir_arena *arena, size_t reader_count_max)
{
    for (size_t index = 0; index < group->input_count; index++) {
        if (strcmp(group->inputs[index].topic, topic) == 0) {
            return &group->inputs[index];
        }
    }
    struct weir_merge_input *input = &group->inputs[group->input_count++];
    *input = (struct weir_merge_input){.topic = topic};
    input->readers = weir_arena_calloc(arena, reader_count_max, sizeof(*input->readers));
    return input;
}

static void add_member(struct weir_merge_group *group, const struct node *node,
                       struct weir_arena *arena, size_t reader_count_max)
{
    size_t member = group->member_count++;
    group->members[member] = node->member;
    const struct weir_subtopology *subtopology = node->member.subtopology;
    int64_t span_ms =
        weir_topology_gather_span_ms(node->member.query->topology, subtopology->number);
    if (span_ms > 0 && (group->gather_span_ms == 0 || span_ms < group->gather_span_ms)) {
        group->gather_span_ms = span_ms;
    }
    group->in_lockstep |=
        weir_topology_in_lockstep(node->member.query->topology, subtopology->number);
    for (size_t source = 0; source < subtopology->source_count; source++) {
        struct weir_merge_input *input =
            input_of(group, node->topics[source], arena, reader_count_max);
        input->readers[input->reader_count++] =
            (struct weir_merge_reader){member, (uint32_t)source};
        bool table = subtopology->sources[source].step->kind == WEIR_STEP_TABLE_SOURCE;
        input->from_beginning |=
            subtopology->sources[source].internal || table || node->member.query->earliest;
    }
}

void weir_merge_groups_make(const struct weir_application *application, struct weir_arena *arena,
                            struct weir_merge_groups *groups_out)
{
    struct node *nodes;
    size_t count = collect_nodes(application, arena, &nodes), source_count = 0;
    connect(nodes, count);
    for (size_t index = 0; index < count; index++) {
        source_count += nodes[index].member.subtopology->source_count;
    }
    groups_out->groups = weir_arena_calloc(arena, count, sizeof(*groups_out->groups));
    groups_out->count = 0;
    groups_out->topics = weir_arena_calloc(arena, source_count + 1, sizeof(*groups_out->topics));
    groups_out->topic_count = 0;
    for (size_t first = 0; first < count; first++) {
        if (nodes[first].group != first) {
            continue;
        }
        struct weir_merge_group *group = &groups_out->groups[groups_out->count++];
        group->members = weir_arena_calloc(arena, count, sizeof(*group->members));
        group->inputs = weir_arena_calloc(arena, source_count, sizeof(*group->inputs));
        for (size_t index = first; index < count; index++) {
            if (nodes[index].group == first) {
                add_member(group, &nodes[index], arena, source_count);
            }
        }
        for (size_t input = 0; input < group->input_count; input++) {
            groups_out->topics[groups_out->topic_count++] = group->inputs[input].topic;
        }
    }
}

const struct weir_merge_group *weir_merge_groups_find(const struct weir_merge_groups *groups,
                                                      const char *topic, size_t *input_out)
{
    for (size_t index = 0; index < groups->count; index++) {
        const struct weir_merge_group *group = &groups->groups[index];
        for (size_t input = 0; input < group->input_count; input++) {
            if (strcmp(group->inputs[input].topic, topic) == 0) {
                *input_out = input;
                return group;
            }
        }
    }
    return NULL;
}
