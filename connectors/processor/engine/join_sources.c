/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/join_sources.h"

#include "connectors/processor/operators/topology.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { ADMIN_TIMEOUT_MS = 30000, SETTING_BYTES_MAX = 4096 };

static const int64_t slack_ms = 86400000;

/* The source that only stateless steps lie behind; NULL: none. */
static const struct weir_step *source_of(const struct weir_step *step)
{
    while (step && step->kind != WEIR_STEP_STREAM_SOURCE) {
        bool stateless = step->kind == WEIR_STEP_FILTER || step->kind == WEIR_STEP_SELECT ||
                         step->kind == WEIR_STEP_SELECT_KEY || step->kind == WEIR_STEP_FLAT_MAP;
        step = stateless ? step->input : NULL;
    }
    return step;
}

static bool is_kept(const char *topic, int64_t needed_ms, struct weir_admin *admin, bool *kept_out,
                    struct weir_error *err)
{
    weir_auto_buffer policy, retention;
    weir_buffer_init(&policy, SETTING_BYTES_MAX);
    weir_buffer_init(&retention, SETTING_BYTES_MAX);
    int64_t deadline_ms = weir_clock_ms() + ADMIN_TIMEOUT_MS;
    if (!weir_admin_topic_setting(admin, topic, "cleanup.policy", &policy, deadline_ms, err) ||
        !weir_admin_topic_setting(admin, topic, "retention.ms", &retention, deadline_ms, err)) {
        return false;
    }
    long long kept_ms = strtoll(weir_buffer_text(&retention), NULL, 10);
    bool deleted_only = strcmp(weir_buffer_text(&policy), "delete") == 0;
    *kept_out = deleted_only && (kept_ms < 0 || kept_ms - slack_ms >= needed_ms);
    if (!*kept_out) {
        weir_log_info("processor", "join state needs a changelog",
                      "topic=%s cleanup.policy=%s retention.ms=%lld", topic,
                      weir_buffer_text(&policy), kept_ms);
    }
    return true;
}

static bool side_is_kept(const struct weir_step *side, int64_t needed_ms, struct weir_admin *admin,
                         bool *kept_out, struct weir_error *err)
{
    const struct weir_step *source = source_of(side);
    return !source || is_kept(source->source.source->topic, needed_ms, admin, kept_out, err);
}

bool weir_join_sources_kept(const struct weir_query_plan *plan, struct weir_admin *admin,
                            bool *kept_out, struct weir_error *err)
{
    *kept_out = true;
    for (size_t index = 0; *kept_out && index < plan->step_count; index++) {
        const struct weir_step *step = plan->steps[index];
        if (step->kind != WEIR_STEP_STREAM_STREAM_JOIN) {
            continue;
        }
        int64_t needed_ms = weir_topology_join_retention_ms(step);
        if (!side_is_kept(step->input, needed_ms, admin, kept_out, err) ||
            (*kept_out && !side_is_kept(step->right, needed_ms, admin, kept_out, err))) {
            return false;
        }
    }
    return true;
}
