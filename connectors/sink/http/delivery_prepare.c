/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/delivery_internal.h"
#include "core/base/clock.h"

#include <inttypes.h>
#include <string.h>

enum { LOG_EVERY_MS = 60000 };

/* What is to be done with a record. */
enum verdict {
    VERDICT_SEND,
    VERDICT_DECIDED, /* its outcome is set */
    VERDICT_HELD,    /* it asks to come again; records of other keys may pass */
};

static struct template_record look_at(const struct delivery *delivery, size_t index)
{
    const struct weir_record *record = &delivery->batch->records[index];
    const struct request_settings *settings = &delivery->settings->request;
    bool json_null = settings->value_format == WEIR_DATA_JSON &&
                     weir_bytes_equal(record->value, WEIR_BYTES("null"));
    if (json_null) {
        struct weir_record *copy = weir_arena_alloc(delivery->arena, sizeof(*copy));
        *copy = *record;
        copy->value = WEIR_BYTES_NULL;
        record = copy;
    }
    return (struct template_record){record,
                                    weir_windowed_key_read(record->key, settings->key_shape)};
}

static enum verdict done(struct delivery *delivery, size_t index)
{
    delivery->outcomes[index].kind = WEIR_OUTCOME_DONE;
    return VERDICT_DECIDED;
}

static void log_record(struct weir_log_limit *limit, const char *event,
                       const struct weir_record *record)
{
    uint64_t suppressed = 0;
    if (weir_log_limit_pass(limit, LOG_EVERY_MS, &suppressed)) {
        weir_log_warn("http", event,
                      "topic=%s partition=%" PRId32 " offset=%" PRId64 " more=%" PRIu64,
                      record->topic, record->partition, record->offset, suppressed);
    }
}

static enum verdict judge_null(struct delivery *delivery, struct lane *lane, size_t index)
{
    switch (delivery->settings->request.null_behavior) {
    case NULL_DELETE:
        return VERDICT_SEND;
    case NULL_FAIL:
        weir_delivery_fail(delivery, lane, &index, 1, "the record has no value");
        return VERDICT_DECIDED;
    case NULL_LOG:
        log_record(&delivery->null_log, "record without a value left out",
                   &delivery->batch->records[index]);
        break;
    case NULL_IGNORE:
        break;
    }
    return done(delivery, index);
}

static bool concerns_trigger(const struct delivery *delivery, const struct template_record *record)
{
    const struct trigger_options *options = &delivery->settings->trigger;
    return options->cooldown_ms > 0 || (options->once_per_window && record->key.has_window);
}

static struct trigger_partition *partition_of(const struct delivery *delivery,
                                              const struct weir_record *record)
{
    return weir_trigger_partition(delivery->parts.trigger, record->topic, record->partition);
}

static enum verdict judge_trigger(struct delivery *delivery, size_t index,
                                  const struct template_record *record)
{
    int64_t wait_ms = 0;
    switch (weir_trigger_ask(delivery->parts.trigger, partition_of(delivery, record->record),
                             &record->key, weir_clock_wall_ms(), &wait_ms)) {
    case TRIGGER_SEND:
        break;
    case TRIGGER_SENT_BEFORE:
        weir_delivery_count(delivery, "weir_sink_http_same_window_total", 1);
        return done(delivery, index);
    case TRIGGER_TOO_LATE:
        log_record(&delivery->late_log,
                   "record of a window older than trigger.retention.ms left out", record->record);
        return done(delivery, index);
    case TRIGGER_COOLING:
        delivery->outcomes[index].retry_after_ms = wait_ms;
        delivery->outcomes[index].reason = "trigger.cooldown.ms";
        return VERDICT_HELD;
    }
    return VERDICT_SEND;
}

static enum verdict judge(struct delivery *delivery, struct lane *lane, size_t index,
                          const struct template_record *record)
{
    if (weir_bytes_is_null(record->record->value)) {
        return judge_null(delivery, lane, index);
    }
    return concerns_trigger(delivery, record) ? judge_trigger(delivery, index, record)
                                              : VERDICT_SEND;
}

/* The newest record of the same group key that waits behind index: it is sent, and the older ones
 * with it. */
static size_t newest_of_key(const struct delivery *delivery, size_t index,
                            const struct template_record *record)
{
    size_t newest = index;
    for (size_t at = delivery->lanes.behind[index]; at != LANE_END;
         at = delivery->lanes.behind[at]) {
        struct template_record later = look_at(delivery, at);
        if (!weir_bytes_is_null(later.record->value) &&
            weir_bytes_equal(later.key.base, record->key.base)) {
            newest = at;
        }
    }
    return newest;
}

static void cover_older(struct delivery *delivery, struct request *request, size_t index,
                        size_t newest, struct weir_bytes base)
{
    for (size_t at = index; at != newest; at = delivery->lanes.behind[at]) {
        struct template_record older = look_at(delivery, at);
        bool undecided = delivery->outcomes[at].kind == WEIR_OUTCOME_RETRY;
        if (undecided && !weir_bytes_is_null(older.record->value) &&
            weir_bytes_equal(older.key.base, base)) {
            weir_request_cover(request, at);
        }
    }
}

static bool prepare_one(struct delivery *delivery, struct lane *lane, struct request *request,
                        size_t index, struct template_record record)
{
    const struct request_settings *settings = &delivery->settings->request;
    bool coalesces =
        delivery->settings->trigger.cooldown_ms > 0 && !weir_bytes_is_null(record.record->value);
    size_t newest = coalesces ? newest_of_key(delivery, index, &record) : index;
    struct weir_error problem = {0};
    record = newest == index ? record : look_at(delivery, newest);
    if (!weir_request_begin(request, settings, &record, newest, &problem)) {
        weir_delivery_reject_one(delivery, lane, newest, problem.message);
        return false;
    }
    if (coalesces) {
        cover_older(delivery, request, index, newest, record.key.base);
    } else {
        while (lane->next != LANE_END &&
               delivery->outcomes[lane->next].kind == WEIR_OUTCOME_RETRY) {
            struct template_record next = look_at(delivery, lane->next);
            if (weir_request_join(request, &delivery->scratch, settings, &next, lane->next) !=
                REQUEST_JOINED) {
                break;
            }
            lane->next = delivery->lanes.behind[lane->next];
        }
    }
    if (!weir_request_finish(request, settings, &problem)) {
        weir_delivery_reject(delivery, lane, request, &problem);
        return false;
    }
    return true;
}

bool weir_delivery_prepare(struct delivery *delivery, struct lane *lane, struct request *request)
{
    while (!lane->blocked && lane->next != LANE_END) {
        size_t index = lane->next;
        lane->next = delivery->lanes.behind[index];
        if (delivery->outcomes[index].kind != WEIR_OUTCOME_RETRY) {
            continue;
        }
        struct template_record record = look_at(delivery, index);
        if (judge(delivery, lane, index, &record) == VERDICT_SEND &&
            prepare_one(delivery, lane, request, index, record)) {
            return true;
        }
    }
    return false;
}

void weir_delivery_go_on(struct delivery *delivery, struct lane *lane)
{
    if (!lane->blocked && lane->next != LANE_END) {
        weir_lanes_push(&delivery->lanes, lane);
    }
}
