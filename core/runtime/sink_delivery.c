/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/runtime/replay.h"
#include "core/runtime/sink_task_internal.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { LOG_EVERY_MS = 10000 };

/* A letter becomes the record that it was; the connector is told of each new partition. */
static struct weir_record take(struct weir_sink_task *self, const struct weir_record *fetched)
{
    if (!self->options.replay) {
        return *fetched;
    }
    struct weir_record record = weir_replay_restore(fetched, self->batch->arena);
    if (self->options.ops->assigned && weir_replay_meet(self->options.replay, &record)) {
        self->options.ops->assigned(self->state, record.topic, record.partition, WEIR_BYTES_NULL);
    }
    return record;
}

void weir_sink_delivery_begin(struct weir_sink_task *self)
{
    weir_batch_reset(self->batch);
    for (size_t index = 0; index < self->fetch.record_count; index++) {
        *weir_batch_add(self->batch) = take(self, &self->fetch.records[index]);
        self->batch->bytes +=
            self->fetch.records[index].key.len + self->fetch.records[index].value.len;
    }
    if (self->outcome_capacity < self->batch->record_count) {
        self->outcome_capacity = self->batch->record_count;
        self->outcomes =
            weir_realloc(self->outcomes, self->outcome_capacity * sizeof(*self->outcomes));
    }
    memset(self->outcomes, 0, self->batch->record_count * sizeof(*self->outcomes));
    for (size_t index = 0; self->options.replay && index < self->fetch.record_count; index++) {
        if (weir_replay_is_incomplete(&self->fetch.records[index])) {
            self->outcomes[index] = (struct weir_outcome){
                .kind = WEIR_OUTCOME_REJECT,
                .reason = "its value was too large for the dead letter queue"};
        }
    }
    self->first_failure_ms = 0;
    weir_backoff_reset(&self->backoff);
    weir_metric_add(self->read, (double)self->batch->record_count);
}

/* errors.* of the record's topic: MongoDB's own names go first, and overrides for one topic before
 * all. */
static const char *error_setting(const struct weir_sink_task *self, const char *name,
                                 const char *topic)
{
    struct weir_arena *arena = self->batch->arena;
    const char *const names[] = {
        weir_arena_format(arena, "topic.override.%s.mongo.%s", topic, name),
        weir_arena_format(arena, "topic.override.%s.%s", topic, name),
        weir_arena_format(arena, "mongo.%s", name), name};
    for (size_t index = 0; index < sizeof(names) / sizeof(names[0]); index++) {
        const char *value = weir_config_given(self->options.config, names[index]);
        if (value && *value) {
            return value;
        }
    }
    return "";
}

static bool tolerates(const struct weir_sink_task *self, const struct weir_record *record)
{
    const char *tolerance = error_setting(self, "errors.tolerance", record->topic);
    return strcasecmp(tolerance, "all") == 0 || strcasecmp(tolerance, "data") == 0;
}

static void log_reject(struct weir_sink_task *self, const struct weir_record *record,
                       const char *reason)
{
    uint64_t suppressed = 0;
    bool each = strcasecmp(error_setting(self, "errors.log.enable", record->topic), "true") == 0;
    if (each || weir_log_limit_pass(&self->reject_log, LOG_EVERY_MS, &suppressed)) {
        weir_log_warn("sink", "record rejected",
                      "topic=%s partition=%" PRId32 " offset=%" PRId64
                      " reason=\"%s\" more=%" PRIu64,
                      record->topic, record->partition, record->offset, reason, suppressed);
    }
}

/* To the dead letter queue, or left out; with errors.tolerance none the task ends. */
static bool reject(struct weir_sink_task *self, size_t index, struct weir_error *err)
{
    const struct weir_record *record = &self->batch->records[index];
    struct weir_outcome *outcome = &self->outcomes[index];
    const char *reason = outcome->reason ? outcome->reason : "rejected";
    weir_metric_add(self->failures, 1);
    if (!tolerates(self, record)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "record rejected: topic %s partition %" PRId32 " offset %" PRId64
                         ": %s (errors.tolerance: all "
                         "would send it to the dead letter queue, or skip it)",
                         record->topic, record->partition, record->offset, reason);
    }
    const struct weir_dead_letter_reason why = {"TASK_PUT", outcome->exception, reason};
    if (self->dead_letters && !weir_dead_letter_send(self->dead_letters, record, &why, err)) {
        return false;
    }
    log_reject(self, record, reason);
    weir_metric_add(self->skipped, 1);
    outcome->kind = WEIR_OUTCOME_DONE;
    return true;
}

struct tally {
    size_t undecided;
    int64_t retry_after_ms;
    const char *reason; /* of a retry, as the connector says it */
};

static bool settle(struct weir_sink_task *self, struct tally *tally, struct weir_error *err)
{
    for (size_t index = 0; index < self->batch->record_count; index++) {
        const struct weir_outcome *outcome = &self->outcomes[index];
        if (outcome->kind == WEIR_OUTCOME_REJECT && !reject(self, index, err)) {
            return false;
        }
        if (outcome->kind == WEIR_OUTCOME_RETRY) {
            tally->undecided++;
            tally->reason = tally->reason ? tally->reason : outcome->reason;
            tally->retry_after_ms = outcome->retry_after_ms > tally->retry_after_ms
                                        ? outcome->retry_after_ms
                                        : tally->retry_after_ms;
        }
    }
    return true;
}

static void advance(struct weir_sink_task *self)
{
    pthread_mutex_lock(&self->mutex);
    /* A transform or a replay may have given the batch's records other places than Kafka's. */
    weir_sink_progress_advance(&self->progress, self->fetch.records, self->batch->record_count,
                               self->outcomes);
    pthread_mutex_unlock(&self->mutex);
}

static bool gave_up(const struct weir_sink_task *self)
{
    int64_t limit_ms = weir_config_long(self->options.config, "errors.retry.timeout");
    return limit_ms >= 0 && weir_clock_ms() - self->first_failure_ms >= limit_ms;
}

/* A wait that the connector asks for is kept as it is; else waits grow. */
static int64_t next_wait_ms(struct weir_sink_task *self, const struct tally *tally,
                            const struct weir_error *why)
{
    int64_t wait_ms =
        tally->retry_after_ms > 0 ? tally->retry_after_ms : weir_backoff_next_ms(&self->backoff);
    uint64_t suppressed = 0;
    const char *reason = why->message[0] ? why->message
                         : tally->reason ? tally->reason
                                         : "asked for by the connector";
    weir_task_trouble(self->task, reason);
    weir_metric_add(self->retries, 1);
    if (weir_log_limit_pass(&self->retry_log, LOG_EVERY_MS, &suppressed)) {
        weir_log_warn("sink", "delivery will be tried again",
                      "records=%zu topic=%s wait_ms=%" PRId64 " reason=\"%s\" more=%" PRIu64,
                      tally->undecided, self->batch->records[0].topic, wait_ms, reason, suppressed);
    }
    return wait_ms > 0 ? wait_ms : 1;
}

static size_t count_undecided(const struct weir_sink_task *self)
{
    size_t count = 0;
    for (size_t index = 0; index < self->batch->record_count; index++) {
        if (self->outcomes[index].kind == WEIR_OUTCOME_RETRY) {
            self->outcomes[index] = (struct weir_outcome){0};
            count++;
        }
    }
    return count;
}

static bool write_batch(struct weir_sink_task *self, int64_t deadline_ms, struct weir_error *err)
{
    int64_t begin_us = weir_clock_us();
    bool answered =
        self->options.ops->write(self->state, self->batch, self->outcomes, deadline_ms, err);
    weir_metric_observe(self->write_time, (double)(weir_clock_us() - begin_us) / 1e6);
    weir_metric_set(self->write_mean_ms, weir_metric_mean_ms(self->write_time));
    return answered;
}

bool weir_sink_delivery_try(struct weir_sink_task *self, int64_t deadline_ms, int64_t *wait_ms_out,
                            struct weir_error *err)
{
    struct weir_error whole = {0};
    struct tally tally = {0};
    size_t undecided_before = count_undecided(self);
    bool answered = write_batch(self, deadline_ms, &whole);
    bool settled = settle(self, &tally, err);
    advance(self);
    if (!settled) {
        return false;
    }
    if (!answered && whole.action != WEIR_ERROR_RETRY) {
        *err = whole;
        return false;
    }
    *wait_ms_out = 0;
    if (tally.undecided == 0) {
        weir_metric_add(self->sent, (double)self->batch->record_count);
        weir_task_trouble(self->task, NULL);
        return true;
    }
    if (answered && tally.retry_after_ms == 0 && tally.undecided < undecided_before) {
        /* The deadline came, not a failure: a slow target is served without pauses. */
        self->first_failure_ms = 0;
        weir_backoff_reset(&self->backoff);
        weir_task_progress(self->task);
        *wait_ms_out = 1;
        return true;
    }
    if (self->first_failure_ms == 0) {
        self->first_failure_ms = weir_clock_ms();
    }
    if (gave_up(self)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "%zu records not delivered within errors.retry.timeout: %s",
                         tally.undecided, whole.message);
    }
    *wait_ms_out = next_wait_ms(self, &tally, &whole);
    return true;
}
