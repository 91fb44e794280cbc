/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/source_task.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/kafka/producer.h"
#include "core/runtime/source_offsets.h"
#include "core/runtime/source_rejects.h"
#include "core/runtime/source_topics.h"
#include "core/runtime/transform.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

enum {
    START_TIMEOUT_MS = 15000,
    COMMIT_TIMEOUT_MS = 30000,
    POLL_TIMEOUT_MS = 500,
    BUSY_RECORDS = 100, /* in a transaction: more are likely to follow */
    BUSY_WAIT_MS = 10,
    LINGER_MS = 2,
    QUEUE_KBYTES = 6144, /* more only takes memory: the broker's connection is kept busy by less */
    BATCH_ARENA_BYTES = 1 << 20,
    KEY_BYTES_MAX = 1 << 17,
    RECORD_OVERHEAD_BYTES = 512,    /* of a batch with one record */
    RECORD_BYTES_SMALL = 512 << 10, /* every producer takes them */
};

struct source_task {
    struct weir_source_task_options options;
    struct weir_source_context context;
    void *state; /* the connector's */
    struct weir_task *task;
    struct weir_producer *producer;
    struct weir_source_topics *topics;
    struct weir_source_offsets *offsets;
    struct weir_transforms *transforms;
    struct weir_batch *batch;
    struct weir_buffer offset_key;
    bool in_transaction;
    bool committed; /* once in this run */
    int64_t commit_due_ms;
    struct weir_batch *uncommitted; /* offsets of the open transaction */
    struct weir_metric *polled, *written, *skipped, *commit_time;
    struct weir_source_rejects *rejects;
    /* What topics and records ask of the producer; kept from run to run. 0: nothing. */
    size_t message_bytes_max, batch_bytes_max;
    const struct weir_source_topic *fitted; /* its limit was looked at last */
    pthread_mutex_t mutex; /* guards state against wake, and offsets against the admin thread */
    bool open;
};

void *weir_source_task_create(const struct weir_source_task_options *options)
{
    struct source_task *self = weir_alloc(sizeof(*self));
    self->options = *options;
    self->state = weir_alloc(options->ops->state_bytes);
    pthread_mutex_init(&self->mutex, NULL);
    return self;
}

static void destroy(void *state)
{
    struct source_task *self = state;
    if (self) {
        pthread_mutex_destroy(&self->mutex);
        weir_free(self->state);
        weir_free(self);
    }
}

/* ---- what the connector asks of us ---- */

static bool reject(const struct weir_source_context *context, const struct weir_record *record,
                   const char *reason, struct weir_error *err);

static struct weir_bytes stored_offset(const struct weir_source_context *context,
                                       struct weir_bytes partition)
{
    struct source_task *self = context->runtime;
    return weir_source_offsets_get(self->offsets, partition);
}

static void metric_add(const struct weir_source_context *context, const char *name, double amount)
{
    struct source_task *self = context->runtime;
    weir_metric_add(weir_task_series(self->task, WEIR_METRIC_COUNTER, name, "Of the connector."),
                    amount);
}

static void metric_set(const struct weir_source_context *context, const char *name, double value)
{
    struct source_task *self = context->runtime;
    weir_metric_set(weir_task_series(self->task, WEIR_METRIC_GAUGE, name, "Of the connector."),
                    value);
}

static void progress(const struct weir_source_context *context, const char *json)
{
    struct source_task *self = context->runtime;
    weir_task_report(self->task, json);
}

/* ---- start and end of a run ---- */

static bool start_kafka(struct source_task *self, struct weir_error *err)
{
    const struct weir_config *config = self->options.config;
    int64_t deadline_ms = weir_clock_ms() + START_TIMEOUT_MS;
    weir_autofree char *identity =
        weir_format("weir-%s-%d", self->options.connector_name, self->options.task_index);
    const struct weir_producer_options producer = {
        .transactional_id = identity,
        .linger_ms = LINGER_MS,
        .queue_kbytes = QUEUE_KBYTES,
        .message_bytes_max = (int32_t)self->message_bytes_max,
        .batch_bytes_max = (int32_t)self->batch_bytes_max};
    self->producer = weir_producer_create(config, &producer, deadline_ms, err);
    if (!self->producer || !weir_producer_init(self->producer, deadline_ms, err)) {
        return false;
    }
    struct weir_source_offsets *offsets =
        weir_source_offsets_read(config, self->options.connector_name, deadline_ms, err);
    pthread_mutex_lock(&self->mutex);
    self->offsets = offsets;
    pthread_mutex_unlock(&self->mutex);
    if (!offsets) {
        return false;
    }
    self->topics = weir_source_topics_create(config, self->producer);
    const struct weir_source_rejects_options rejects = {
        .config = config,
        .connector_name = self->options.connector_name,
        .connector_class = self->options.ops->class_names[0],
        .task_index = self->options.task_index,
        .producer = self->producer,
        .skipped = self->skipped,
    };
    self->rejects = weir_source_rejects_create(&rejects, deadline_ms, err);
    return self->rejects != NULL;
}

static bool open_connector(struct source_task *self, struct weir_error *err)
{
    self->context = (struct weir_source_context){
        .config = self->options.config,
        .connector_name = self->options.connector_name,
        .task_index = self->options.task_index,
        .task_count = self->options.task_count,
        .stored_offset = stored_offset,
        .metric_add = metric_add,
        .metric_set = metric_set,
        .runtime = self,
        .reject = reject,
        .progress = progress,
    };
    memset(self->state, 0, self->options.ops->state_bytes);
    weir_fault_point("before-open");
    bool done = self->options.ops->open(self->state, &self->context,
                                        weir_clock_ms() + START_TIMEOUT_MS, err);
    pthread_mutex_lock(&self->mutex);
    self->open = done;
    pthread_mutex_unlock(&self->mutex);
    if (!done) {
        self->options.ops->close(self->state);
    }
    weir_fault_point("after-open");
    return done;
}

static bool start(struct source_task *self, struct weir_error *err)
{
    self->batch = weir_batch_create(BATCH_ARENA_BYTES);
    self->uncommitted = weir_batch_create(BATCH_ARENA_BYTES / 16);
    weir_buffer_init(&self->offset_key, KEY_BYTES_MAX);
    self->polled = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                    "kafka_connect_source_task_source_record_poll_total",
                                    "Records that the connector made.");
    self->written = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                     "kafka_connect_source_task_source_record_write_total",
                                     "Records committed to Kafka.");
    self->skipped = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                     "kafka_connect_task_error_total_records_skipped",
                                     "Records left out by errors.tolerance.");
    self->commit_time =
        weir_task_series(self->task, WEIR_METRIC_HISTOGRAM, "weir_source_commit_seconds",
                         "How long the commit of a transaction took.");
    self->transforms = weir_transforms_create(self->options.config, err);
    return self->transforms && start_kafka(self, err) && open_connector(self, err);
}

static void finish(struct source_task *self)
{
    pthread_mutex_lock(&self->mutex);
    bool open = self->open;
    self->open = false;
    pthread_mutex_unlock(&self->mutex);
    if (open) {
        self->options.ops->close(self->state);
    }
    weir_source_rejects_destroy(self->rejects);
    weir_source_topics_destroy(self->topics);
    weir_producer_destroy(self->producer);
    pthread_mutex_lock(&self->mutex);
    weir_source_offsets_destroy(self->offsets);
    self->offsets = NULL;
    pthread_mutex_unlock(&self->mutex);
    weir_transforms_destroy(self->transforms);
    weir_batch_destroy(self->batch);
    weir_batch_destroy(self->uncommitted);
    weir_buffer_fini(&self->offset_key);
    self->rejects = NULL;
    self->fitted = NULL;
    self->topics = NULL;
    self->producer = NULL;
    self->transforms = NULL;
    self->batch = self->uncommitted = NULL;
    self->in_transaction = self->committed = false;
}

/* ---- one turn ---- */

/* The first transaction of a run is committed behind its first batch: readers see early that it
 * works. */
static bool begin(struct source_task *self, struct weir_error *err)
{
    if (self->in_transaction) {
        return true;
    }
    int64_t interval_ms =
        weir_config_long(self->options.config, "transaction.boundary.interval.ms");
    self->commit_due_ms = weir_clock_ms() + (self->committed ? interval_ms : 0);
    self->in_transaction = weir_producer_begin(self->producer, err);
    return self->in_transaction;
}

/* A record that cannot be sent: errors.tolerance says what becomes of it. */
static bool tolerate(struct source_task *self, const struct weir_record *record, const char *stage,
                     const char *exception, struct weir_error *err)
{
    if (err->action != WEIR_ERROR_REJECT) {
        return false;
    }
    struct weir_error why = *err;
    const struct weir_dead_letter_reason reason = {stage, exception, why.message};
    weir_error_clear(err);
    return weir_source_rejects_take(self->rejects, record, &reason, err);
}

static bool reject(const struct weir_source_context *context, const struct weir_record *record,
                   const char *reason, struct weir_error *err)
{
    struct source_task *self = context->runtime;
    struct weir_error why = {0};
    weir_fail(&why, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "%s", reason);
    if (!begin(self, err)) {
        return false;
    }
    *err = why;
    return tolerate(self, record, "VALUE_CONVERTER",
                    "org.apache.kafka.connect.errors.DataException", err);
}

static bool restart_with(struct source_task *self, size_t *limit, size_t bytes, const char *what,
                         struct weir_error *err)
{
    (void)self;
    *limit = bytes;
    return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_WEIR, 0,
                     "the producer is made anew for %s of %zu bytes", what, bytes);
}

/* A batch that is larger than the topic's limit would be refused as a whole, for ever. */
static bool fit_topic(struct source_task *self, const struct weir_source_topic *topic,
                      struct weir_error *err)
{
    size_t limit = topic->message_bytes_max;
    bool asked = self->batch_bytes_max > 0 && self->batch_bytes_max <= limit;
    return asked || weir_producer_batch_bytes_max(self->producer) <= limit ||
           restart_with(self, &self->batch_bytes_max, limit, "batches", err);
}

/* False and REJECT: the topic does not take it. */
static bool fit_record(struct source_task *self, const struct weir_source_topic *topic,
                       const struct weir_record *record, struct weir_error *err)
{
    size_t bytes = record->key.len + record->value.len + RECORD_OVERHEAD_BYTES;
    if (bytes <= RECORD_BYTES_SMALL && topic->message_bytes_max >= RECORD_BYTES_SMALL) {
        return true;
    }
    if (bytes > topic->message_bytes_max) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_KAFKA, 0,
                         "%zu bytes are more than the topic's max.message.bytes of %zu", bytes,
                         topic->message_bytes_max);
    }
    if (bytes > weir_producer_message_bytes_max(self->producer) &&
        self->message_bytes_max < bytes) {
        return restart_with(self, &self->message_bytes_max, bytes + bytes / 4, "records", err);
    }
    return true;
}

static bool send_one(struct source_task *self, struct weir_record *record, struct weir_error *err)
{
    switch (weir_transforms_apply(self->transforms, record, self->batch->arena, err)) {
    case WEIR_TRANSFORM_DROP:
        return true;
    case WEIR_TRANSFORM_FAIL:
        return tolerate(self, record, "TRANSFORMATION",
                        "org.apache.kafka.connect.errors.DataException", err);
    case WEIR_TRANSFORM_KEEP:
        break;
    }
    const struct weir_source_topic *topic =
        weir_source_topics_get(self->topics, record->topic, err);
    if (!topic || (topic != self->fitted && !fit_topic(self, topic, err))) {
        return false;
    }
    self->fitted = topic;
    return (fit_record(self, topic, record, err) &&
            weir_producer_send(self->producer, topic->topic, record, err)) ||
           tolerate(self, record, "KAFKA_PRODUCE",
                    "org.apache.kafka.common.errors.RecordTooLargeException", err);
}

/* What the transaction's records reach, once and last. */
static bool send_offsets(struct source_task *self, struct weir_error *err)
{
    for (size_t index = 0; index < self->uncommitted->offset_count; index++) {
        struct weir_record record = weir_source_offsets_record(
            self->offsets, &self->uncommitted->offsets[index], &self->offset_key);
        const struct weir_source_topic *topic =
            weir_source_topics_get(self->topics, record.topic, err);
        if (!topic || !weir_producer_send(self->producer, topic->topic, &record, err)) {
            return false;
        }
    }
    return true;
}

static bool send_batch(struct source_task *self, struct weir_error *err)
{
    if (self->batch->record_count == 0 && self->batch->offset_count == 0) {
        return true;
    }
    weir_fault_point("after-poll");
    if (!begin(self, err)) {
        return false;
    }
    weir_fault_point("after-begin");
    for (size_t index = 0; index < self->batch->record_count; index++) {
        if (!send_one(self, &self->batch->records[index], err)) {
            return false;
        }
    }
    weir_metric_add(self->polled, (double)self->batch->record_count);
    self->uncommitted->record_count += self->batch->record_count; /* only counted */
    for (size_t index = 0; index < self->batch->offset_count; index++) {
        weir_batch_offset_set(self->uncommitted, self->batch->offsets[index].partition,
                              self->batch->offsets[index].offset);
    }
    weir_fault_point("after-produce");
    return true;
}

static void note_committed(struct source_task *self)
{
    pthread_mutex_lock(&self->mutex);
    for (size_t index = 0; index < self->uncommitted->offset_count; index++) {
        weir_source_offsets_set(self->offsets, &self->uncommitted->offsets[index]);
    }
    pthread_mutex_unlock(&self->mutex);
    weir_metric_add(self->written, (double)self->uncommitted->record_count);
    weir_batch_reset(self->uncommitted);
    if (self->options.ops->committed) {
        self->options.ops->committed(self->state);
    }
}

/* False: the run ends, and the next one starts from what is committed. */
static bool commit(struct source_task *self, struct weir_error *err)
{
    if (!self->in_transaction) {
        return true;
    }
    if (!send_offsets(self, err)) {
        return false;
    }
    weir_fault_point("before-commit");
    int64_t begin_us = weir_clock_us();
    enum weir_transaction_outcome outcome =
        weir_producer_commit(self->producer, weir_clock_ms() + COMMIT_TIMEOUT_MS, err);
    weir_metric_observe(self->commit_time, (double)(weir_clock_us() - begin_us) / 1e6);
    self->in_transaction = false;
    weir_fault_point("after-commit");
    if (outcome == WEIR_TRANSACTION_DONE) {
        self->committed = true;
        note_committed(self);
        return true;
    }
    if (outcome == WEIR_TRANSACTION_FENCED) {
        err->action = WEIR_ERROR_STOP;
    }
    return false;
}

/* While nothing is open, poll may wait; with an open transaction an empty poll means: drained,
 * commit now. Of a backlog that comes slower than it is sent a little more is waited for. */
static int64_t poll_wait_ms(const struct source_task *self)
{
    if (!self->in_transaction) {
        return POLL_TIMEOUT_MS;
    }
    return self->uncommitted->record_count >= BUSY_RECORDS ? BUSY_WAIT_MS : 0;
}

static bool turn(struct source_task *self, struct weir_error *err)
{
    int64_t now_ms = weir_clock_ms();
    weir_batch_reset(self->batch);
    int64_t deadline_ms = now_ms + poll_wait_ms(self);
    if (!self->options.ops->poll(self->state, self->batch, deadline_ms, err) ||
        !send_batch(self, err)) {
        return false;
    }
    bool each =
        strcasecmp(weir_config_string(self->options.config, "transaction.boundary"), "poll") == 0;
    bool drained = self->batch->record_count == 0;
    if ((each || drained || weir_clock_ms() >= self->commit_due_ms) && !commit(self, err)) {
        return false;
    }
    weir_task_progress(self->task);
    return true;
}

static bool work(struct source_task *self, struct weir_error *err)
{
    while (!weir_task_stopping(self->task)) {
        if (!weir_task_paused(self->task)) {
            if (!turn(self, err)) {
                return false;
            }
            continue;
        }
        if (!commit(self, err)) {
            return false;
        }
        weir_task_progress(self->task);
        weir_task_sleep_ms(self->task, POLL_TIMEOUT_MS);
    }
    return commit(self, err);
}

static bool run(void *state, struct weir_task *task, struct weir_error *err)
{
    struct source_task *self = state;
    self->task = task;
    /* The first turn stores where a fresh source begins: who is ready loses nothing from then on. */
    bool done = start(self, err) && (weir_task_paused(task) || turn(self, err));
    if (done) {
        weir_task_connected(task, true);
        weir_task_assigned(task, 1);
        weir_log_info("source", "started", "connector=%s", self->options.connector_name);
        done = work(self, err);
    }
    finish(self);
    return done;
}

static void wake(void *state)
{
    struct source_task *self = state;
    pthread_mutex_lock(&self->mutex);
    if (self->open && self->options.ops->wake) {
        self->options.ops->wake(self->state);
    }
    pthread_mutex_unlock(&self->mutex);
}

static bool offsets(void *state, struct weir_buffer *json, struct weir_error *err)
{
    (void)err;
    struct source_task *self = state;
    pthread_mutex_lock(&self->mutex);
    if (self->offsets) {
        weir_source_offsets_describe(self->offsets, json);
    }
    pthread_mutex_unlock(&self->mutex);
    return true;
}

const struct weir_task_ops weir_source_task_ops = {
    .run = run, .wake = wake, .offsets = offsets, .destroy = destroy};
