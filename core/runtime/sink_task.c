/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/sink_task.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/admin.h"
#include "core/runtime/identity.h"
#include "core/runtime/replay.h"
#include "core/runtime/sink_task_internal.h"

#include <inttypes.h>
#include <string.h>

enum {
    START_TIMEOUT_MS = 15000,
    POLL_TIMEOUT_MS = 100,
    TOPIC_POLL_MS = 200,
    WRITE_TIMEOUT_MS = 30000,
    RECORDS_MAX = 2000,
    QUEUE_KBYTES = 3072,     /* sinks are slower than Kafka: more would only cost memory */
    RETRY_WAIT_MIN_MS = 300, /* Connect's first wait, KIP-298 */
    BATCH_ARENA_BYTES = 64 << 10,
};

void *weir_sink_task_create(const struct weir_sink_task_options *options)
{
    struct weir_sink_task *self = weir_alloc(sizeof(*self));
    self->options = *options;
    self->state = weir_alloc(options->ops->state_bytes);
    pthread_mutex_init(&self->mutex, NULL);
    return self;
}

static void destroy(void *state)
{
    struct weir_sink_task *self = state;
    if (self) {
        pthread_mutex_destroy(&self->mutex);
        weir_free(self->state);
        weir_free(self);
    }
}

static void metric_add(const struct weir_sink_context *context, const char *name, double amount)
{
    struct weir_sink_task *self = context->runtime;
    weir_metric_add(weir_task_series(self->task, WEIR_METRIC_COUNTER, name, "Of the connector."),
                    amount);
}

static void metric_set(const struct weir_sink_context *context, const char *name, double value)
{
    struct weir_sink_task *self = context->runtime;
    weir_metric_set(weir_task_series(self->task, WEIR_METRIC_GAUGE, name, "Of the connector."),
                    value);
}

static void make_metrics(struct weir_sink_task *self)
{
    self->read = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                  "kafka_connect_sink_task_sink_record_read_total",
                                  "Records read from Kafka.");
    self->sent = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                  "kafka_connect_sink_task_sink_record_send_total",
                                  "Records that the connector has dealt with.");
    self->skipped = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                     "kafka_connect_task_error_total_records_skipped",
                                     "Records left out by errors.tolerance.");
    self->failures = weir_task_series(self->task, WEIR_METRIC_COUNTER,
                                      "kafka_connect_task_error_total_record_failures",
                                      "Records that the connector rejected.");
    self->retries =
        weir_task_series(self->task, WEIR_METRIC_COUNTER, "kafka_connect_task_error_total_retries",
                         "Deliveries tried again.");
    self->write_time =
        weir_task_series(self->task, WEIR_METRIC_HISTOGRAM, "weir_sink_write_seconds",
                         "How long the connector took for a batch.");
    self->write_mean_ms =
        weir_task_series(self->task, WEIR_METRIC_GAUGE,
                         "kafka_connect_sink_task_put_batch_avg_time_ms", "The mean of it.");
}

/* ---- start ---- */

static bool open_connector(struct weir_sink_task *self, struct weir_error *err)
{
    self->context = (struct weir_sink_context){
        .config = self->options.config,
        .connector_name = self->options.connector_name,
        .task_index = self->options.task_index,
        .task_count = self->options.task_count,
        .replays = self->options.replay != NULL,
        .metric_add = metric_add,
        .metric_set = metric_set,
        .runtime = self,
    };
    memset(self->state, 0, self->options.ops->state_bytes);
    self->open = self->options.ops->open(self->state, &self->context,
                                         weir_clock_ms() + START_TIMEOUT_MS, err);
    if (!self->open) {
        self->options.ops->close(self->state);
    }
    return self->open;
}

static bool open_dead_letters(struct weir_sink_task *self, struct weir_error *err)
{
    if (*weir_config_string(self->options.config, "errors.deadletterqueue.topic.name") == 0) {
        return true;
    }
    const struct weir_dead_letter_options options = {
        self->options.connector_name, self->options.ops->class_names[0], self->options.task_index};
    self->dead_letters = weir_dead_letters_create(self->options.config, &options,
                                                  weir_clock_ms() + START_TIMEOUT_MS, err);
    return self->dead_letters != NULL;
}

/* Waits until each topic is there; who starts the stages in any order need not care. */
static bool await_topics(struct weir_sink_task *self, struct weir_error *err)
{
    int64_t deadline_ms =
        weir_clock_ms() + weir_config_long(self->options.config, "startup.timeout.ms");
    struct weir_admin *admin =
        weir_admin_create(self->options.config, weir_clock_ms() + START_TIMEOUT_MS, err);
    bool done = admin != NULL;
    for (const char *const *topic = weir_config_list(self->options.config, "topics");
         done && *topic;) {
        int32_t count = 0;
        done = weir_admin_partition_count(admin, *topic, &count, weir_clock_ms() + START_TIMEOUT_MS,
                                          err);
        if (done && count > 0) {
            topic++;
        } else if (done && weir_clock_ms() >= deadline_ms) {
            done = weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0,
                             "topic '%s' does not exist; create it, or correct "
                             "`topics`",
                             *topic);
        } else if (done) {
            weir_task_trouble(self->task, "a topic does not exist yet");
            done = weir_task_sleep_ms(self->task, TOPIC_POLL_MS) || !weir_task_stopping(self->task);
            if (weir_task_stopping(self->task)) {
                break;
            }
        }
    }
    weir_admin_destroy(admin);
    weir_task_trouble(self->task, NULL);
    return done;
}

static bool subscribe(struct weir_sink_task *self, struct weir_error *err)
{
    if (self->options.replay) {
        const char *const letters[] = {weir_replay_topic(self->options.replay), NULL};
        return weir_consumer_subscribe(self->consumer, letters, err);
    }
    const char *regex = weir_config_string(self->options.config, "topics.regex");
    if (!regex || !*regex) {
        return weir_consumer_subscribe(self->consumer,
                                       weir_config_list(self->options.config, "topics"), err);
    }
    weir_autofree char *whole = weir_format("^(%s)$", regex);
    const char *const topics[] = {whole, NULL};
    return weir_consumer_subscribe(self->consumer, topics, err);
}

/* A replay is a group of its own, whose offsets say how far letters were replayed. */
static bool join_group(struct weir_sink_task *self, struct weir_error *err)
{
    const char *name = self->options.connector_name;
    bool replays = self->options.replay != NULL;
    weir_autofree char *group = weir_format("connect-%s%s", name, replays ? "-replay" : "");
    weir_autofree char *identity = weir_process_identity(self->options.config);
    weir_autofree char *instance =
        identity && !replays ? weir_format("%s-%s-%d", name, identity, self->options.task_index)
                             : NULL;
    const struct weir_consumer_options options = {
        .group_id = group,
        .group_instance_id = instance,
        .queue_kbytes_max = QUEUE_KBYTES,
        .partition_eof = replays,
        .rebalance = weir_sink_rebalance(self),
    };
    self->consumer = weir_consumer_create(self->options.config, &options,
                                          weir_clock_ms() + START_TIMEOUT_MS, err);
    return self->consumer && subscribe(self, err);
}

static bool start(struct weir_sink_task *self, struct weir_error *err)
{
    make_metrics(self);
    self->batch = weir_batch_create(BATCH_ARENA_BYTES);
    self->backoff = (struct weir_backoff){.delay_ms_min = RETRY_WAIT_MIN_MS,
                                          .delay_ms_max = (uint32_t)weir_config_long(
                                              self->options.config, "errors.retry.delay.max.ms"),
                                          .random_state = (uint64_t)weir_clock_us()};
    return (self->options.replay || await_topics(self, err)) && open_dead_letters(self, err) &&
           open_connector(self, err) && join_group(self, err);
}

/* Leaving the group commits (revoked). */
static void finish(struct weir_sink_task *self)
{
    weir_consumer_release(&self->next);
    weir_consumer_destroy(self->consumer);
    self->consumer = NULL;
    if (self->open) {
        self->options.ops->close(self->state);
    }
    self->open = false;
    weir_dead_letters_destroy(self->dead_letters);
    self->dead_letters = NULL;
    weir_fetch_fini(&self->fetch);
    weir_fetch_fini(&self->next);
    weir_batch_destroy(self->batch);
    self->batch = NULL;
    weir_free(self->outcomes);
    self->outcomes = NULL;
    self->outcome_capacity = 0;
    pthread_mutex_lock(&self->mutex);
    weir_sink_progress_clear(&self->progress);
    pthread_mutex_unlock(&self->mutex);
    weir_error_clear(&self->partition_error);
}

/* ---- the loop ---- */

static bool poll_into(struct weir_sink_task *self, struct weir_fetch *fetch, int timeout_ms,
                      struct weir_error *err)
{
    if (!weir_consumer_poll(self->consumer, fetch, RECORDS_MAX, timeout_ms, err)) {
        return false;
    }
    if (self->partition_error.action != WEIR_ERROR_NONE) {
        *err = self->partition_error;
        weir_error_clear(&self->partition_error);
        return false;
    }
    return true;
}

/* Polls Kafka with everything paused until the wait is over. A rebalance in between drops the
 * batch. */
static bool wait_paused(struct weir_sink_task *self, int64_t wait_ms, struct weir_error *err)
{
    int64_t until_ms = weir_clock_ms() + wait_ms;
    while (weir_clock_ms() < until_ms && self->batch->record_count > 0 &&
           !weir_task_stopping(self->task)) {
        weir_sink_pause(self, true);
        if (!poll_into(self, &self->next, weir_clock_left_ms(until_ms, POLL_TIMEOUT_MS), err)) {
            return false;
        }
        if (weir_clock_ms() >= self->commit_due_ms && !weir_sink_commit(self, err)) {
            return false;
        }
    }
    return true;
}

static bool deliver(struct weir_sink_task *self, struct weir_error *err)
{
    int64_t wait_ms = 0;
    weir_sink_delivery_begin(self);
    do {
        if (!weir_sink_delivery_try(self, weir_clock_ms() + WRITE_TIMEOUT_MS, &wait_ms, err) ||
            (wait_ms > 0 && !wait_paused(self, wait_ms, err))) {
            return false;
        }
    } while (wait_ms > 0 && self->batch->record_count > 0 && !weir_task_stopping(self->task));
    weir_batch_reset(self->batch);
    weir_consumer_release(&self->fetch);
    return true;
}

static void take_next(struct weir_sink_task *self)
{
    struct weir_fetch empty = self->fetch;
    self->fetch = self->next;
    self->next = empty;
}

/* The first records of a batch, and those that come while the connector has it wait for more. */
static bool gather(struct weir_sink_task *self, struct weir_error *err)
{
    const struct weir_sink_ops *ops = self->options.ops;
    size_t wanted = 0;
    if (self->fetch.record_count == 0 && !poll_into(self, &self->fetch, POLL_TIMEOUT_MS, err)) {
        return false;
    }
    int64_t linger_ms = ops->linger_ms ? ops->linger_ms(self->state, &wanted) : 0;
    int64_t until_ms = weir_clock_ms() + linger_ms;
    int left_ms;
    while (self->fetch.record_count > 0 && self->fetch.record_count < wanted &&
           self->fetch.record_count < RECORDS_MAX && !weir_task_stopping(self->task) &&
           (left_ms = weir_clock_left_ms(until_ms, POLL_TIMEOUT_MS)) > 0) {
        if (!poll_into(self, &self->fetch, left_ms, err)) {
            return false;
        }
    }
    return true;
}

/* The fetch's records are delivered before anybody asks whether the replay is complete. */
static void note_ends(struct weir_sink_task *self)
{
    for (size_t index = 0; self->options.replay && index < self->fetch.ended_count; index++) {
        const struct weir_partition_end *end = &self->fetch.ended[index];
        weir_replay_reach(self->options.replay, end->partition, end->next_offset);
    }
}

static bool replayed(const struct weir_sink_task *self)
{
    struct weir_replay *replay = self->options.replay;
    for (size_t index = 0; replay && index < self->progress.count; index++) {
        weir_replay_reach(replay, self->progress.partitions[index].partition,
                          self->progress.partitions[index].delivered_offset);
    }
    return replay && weir_replay_complete(replay);
}

static bool turn(struct weir_sink_task *self, struct weir_error *err)
{
    take_next(self);
    weir_sink_pause(self, weir_task_paused(self->task));
    if (!gather(self, err)) {
        return false;
    }
    bool idle = self->fetch.record_count == 0;
    note_ends(self);
    if (!idle && !deliver(self, err)) {
        return false;
    }
    if ((idle || weir_clock_ms() >= self->commit_due_ms) && !weir_sink_commit(self, err)) {
        return false;
    }
    weir_task_progress(self->task);
    return true;
}

static bool run(void *state, struct weir_task *task, struct weir_error *err)
{
    struct weir_sink_task *self = state;
    self->task = task;
    bool done = start(self, err);
    if (done) {
        weir_task_connected(task, true);
        weir_log_info("sink", "started", "connector=%s", self->options.connector_name);
    }
    while (done && !weir_task_stopping(task) && !replayed(self)) {
        done = turn(self, err);
    }
    finish(self);
    return done;
}

static bool offsets(void *state, struct weir_buffer *json, struct weir_error *err)
{
    (void)err;
    struct weir_sink_task *self = state;
    const char *separator = "";
    pthread_mutex_lock(&self->mutex);
    for (size_t index = 0; index < self->progress.count; index++) {
        const struct weir_sink_partition *partition = &self->progress.partitions[index];
        if (partition->committed_offset >= 0) {
            weir_buffer_append_format(
                json,
                "%s{\"partition\":{\"kafka_topic\":\"%s\",\"kafka_partition\":%" PRId32
                "},\"offset\":{\"kafka_offset\":%" PRId64 "}}",
                separator, partition->topic, partition->partition, partition->committed_offset);
            separator = ",";
        }
    }
    pthread_mutex_unlock(&self->mutex);
    return true;
}

const struct weir_task_ops weir_sink_task_ops = {
    .run = run, .offsets = offsets, .destroy = destroy};
