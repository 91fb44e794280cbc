/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/clock.h"

enum {
    TURN_RECORDS = 8192,
    AHEAD_MS = 1000,     /* of event time: so far may a partition get ahead of the others */
    FETCH_WAIT_MS = 500, /* so long may it hold them up */
    STARVED_MS = 15,     /* the broker would have told of the partition's end by then */
};

/* Where a group's partitions stand in event time. */
struct horizon {
    struct weir_instance *first; /* its record goes next; NULL: none is ready */
    int64_t first_ms, second_ms; /* of the ready ones; second INT64_MAX: there is one only */
    int64_t limit_ms;            /* what those without records allow */
    bool waiting, starved;
};

static void note_waiting(struct horizon *horizon, const struct weir_instance *instance)
{
    int64_t waited_ms = weir_clock_ms() - instance->waiting_since_ms;
    horizon->waiting = true;
    horizon->starved = horizon->starved || waited_ms >= STARVED_MS;
    if (instance->time_ms >= 0 && waited_ms < FETCH_WAIT_MS &&
        instance->time_ms + AHEAD_MS < horizon->limit_ms) {
        horizon->limit_ms = instance->time_ms + AHEAD_MS;
    }
}

static void note_ready(struct horizon *horizon, struct weir_instance *instance, int64_t time_ms)
{
    if (!horizon->first || time_ms < horizon->first_ms) {
        horizon->second_ms = horizon->first ? horizon->first_ms : INT64_MAX;
        horizon->first_ms = time_ms;
        horizon->first = instance;
    } else if (time_ms < horizon->second_ms) {
        horizon->second_ms = time_ms;
    }
}

static bool look(struct weir_stream_thread *self, const struct weir_merge_group *group,
                 struct horizon *horizon, struct weir_error *err)
{
    *horizon = (struct horizon){.second_ms = INT64_MAX, .limit_ms = INT64_MAX};
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        enum weir_instance_readiness readiness;
        int64_t time_ms;
        if (instance->group != group) {
            continue;
        }
        if (!weir_instance_look(instance, &readiness, &time_ms, err)) {
            return false;
        }
        if (readiness == WEIR_INSTANCE_READY) {
            note_ready(horizon, instance, time_ms);
        } else if (readiness == WEIR_INSTANCE_WAITING) {
            note_waiting(horizon, instance);
        }
    }
    return true;
}

/* Into the next span of time: what all partitions of the group gathered in the last one goes out.
 * *limit_ms is cut to the span's end. */
static bool enter_span(struct weir_stream_thread *self, const struct weir_merge_group *group,
                       int64_t first_ms, int64_t *limit_ms, struct weir_error *err)
{
    int64_t *end_ms = &self->span_ends_ms[group - self->groups.groups];
    int64_t span_ms = group->gather_span_ms;
    if (span_ms == 0) {
        return true;
    }
    if (first_ms >= *end_ms) {
        *end_ms = (first_ms / span_ms + 1) * span_ms;
        for (size_t index = 0; index < self->instance_count; index++) {
            if (self->instances[index]->group == group &&
                !weir_instance_flush(self->instances[index], err)) {
                return false;
            }
        }
    }
    *limit_ms = *limit_ms < *end_ms ? *limit_ms : *end_ms - 1;
    return true;
}

/* So far the first one may go before it is another's turn. */
static int64_t limit_of(const struct weir_merge_group *group, const struct horizon *horizon)
{
    int64_t limit_ms;
    int64_t lead_ms = group->in_lockstep ? 0 : AHEAD_MS;
    if (__builtin_add_overflow(horizon->second_ms, lead_ms, &limit_ms)) {
        limit_ms = INT64_MAX;
    }
    return limit_ms < horizon->limit_ms ? limit_ms : horizon->limit_ms;
}

/* The partitions of a group go on together in event time: what they write meets again behind a
 * repartition, where a partition that is far ahead would make the others' records late. */
static bool process_group(struct weir_stream_thread *self, const struct weir_merge_group *group,
                          size_t *count, bool *drained, struct weir_error *err)
{
    struct horizon horizon;
    size_t begin = *count;
    do {
        if (!look(self, group, &horizon, err)) {
            return false;
        }
        int64_t limit_ms = limit_of(group, &horizon);
        if (!horizon.first || horizon.first_ms > limit_ms) {
            break;
        }
        if (!enter_span(self, group, horizon.first_ms, &limit_ms, err) ||
            !weir_instance_process(horizon.first, limit_ms, TURN_RECORDS, count, err)) {
            return false;
        }
    } while (*count - begin < TURN_RECORDS);
    self->starved |= horizon.starved;
    *drained = *drained && !horizon.first && !horizon.waiting;
    return true;
}

bool weir_stream_process(struct weir_stream_thread *self, size_t *count_out, bool *drained_out,
                         struct weir_error *err)
{
    *count_out = 0;
    *drained_out = true;
    self->starved = false;
    for (size_t index = 0; index < self->instance_count; index++) {
        weir_instance_turn(self->instances[index]);
    }
    for (size_t group = 0; group < self->groups.count; group++) {
        if (!process_group(self, &self->groups.groups[group], count_out, drained_out, err)) {
            return false;
        }
    }
    return true;
}
