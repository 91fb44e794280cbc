/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/stream_thread.h"

#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/runtime/identity.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    START_TIMEOUT_MS = 20000,
    TRANSACTION_TIMEOUT_MS = 60000,
    TRANSACTION_TIMEOUT_STANDBY_MS =
        10000, /* Kafka Streams': a dead process holds up who takes over */
    IDLE_POLL_MS = 100,
    TICK_MS = 200,
    HELD_BYTES_MAX = 2 << 20, /* while a commit is under way */
    FETCH_WAIT_MS = 5,        /* for records that Kafka has, before an early commit is thought of */
    FETCH_QUEUE_KBYTES = 128, /* fetched ahead for each partition */
    LINGER_MS = 5,
    CALM_INTERVAL_MS = 15,
    CALM_RECORDS_PER_MS = 5,
    SEND_QUEUE_KBYTES = 4096,
};

void *weir_stream_thread_create(const struct weir_stream_thread_options *options)
{
    struct weir_stream_thread *self = weir_alloc(sizeof(*self));
    self->options = *options;
    self->arena = weir_arena_create(4096);
    atomic_fetch_add(&options->application->users, 1);
    weir_merge_groups_make(options->application, self->arena, &self->groups);
    self->span_ends_ms =
        weir_arena_calloc(self->arena, self->groups.count, sizeof(*self->span_ends_ms));
    return self;
}

static void destroy(void *state)
{
    struct weir_stream_thread *self = state;
    if (self) {
        if (atomic_fetch_sub(&self->options.application->users, 1) == 1) {
            weir_application_destroy(self->options.application);
        }
        weir_arena_destroy(self->arena);
        weir_free(self);
    }
}

/* ---- start and end of a run ---- */

static struct weir_metric *counter(struct weir_stream_thread *self, const char *name,
                                   const char *help)
{
    return weir_task_series(self->task, WEIR_METRIC_COUNTER, name, help);
}

static void make_metrics(struct weir_stream_thread *self)
{
    self->processed =
        counter(self, "weir_processor_records_processed_total", "Input records processed.");
    self->commits = counter(self, "weir_processor_commits_total", "Transactions committed.");
    self->restored =
        counter(self, "weir_processor_records_restored_total", "Records read to restore state.");
    self->commit_seconds = weir_task_series(self->task, WEIR_METRIC_HISTOGRAM,
                                            "weir_processor_commit_seconds", "Time of a commit.");
    self->state_bytes =
        weir_task_series(self->task, WEIR_METRIC_GAUGE, "weir_processor_state_bytes",
                         "Memory of all stores of this thread.");
    self->standby_bytes =
        weir_task_series(self->task, WEIR_METRIC_GAUGE, "weir_processor_standby_state_bytes",
                         "Memory of the warm copies that this thread keeps of others' stores.");
    self->standby_restored = counter(self, "weir_processor_standby_records_restored_total",
                                     "Records read to keep warm copies up to date.");
    self->shared.written = counter(self, "weir_processor_records_written_total",
                                   "Records produced, repartition included.");
    self->shared.skipped =
        counter(self, "weir_processor_records_skipped_total", "Records that could not be read.");
    self->shared.dropped = counter(self, "weir_processor_records_dropped_total",
                                   "Records with a null key, or too late for their window.");
    self->shared.failed = counter(self, "weir_processor_expressions_failed_total",
                                  "Expressions that could not be computed.");
}

/* Stable over restarts where the admin port tells processes apart, else of this run only. */
static char *make_identity(const struct weir_stream_thread *self)
{
    weir_autofree char *process = weir_process_identity(self->options.config);
    uint64_t seed = (uint64_t)weir_clock_us() ^ ((uint64_t)getpid() << 32);
    if (process) {
        return weir_format("%s-%s-%d", self->options.application->group_id, process,
                           self->options.index);
    }
    return weir_format("%s-%016" PRIx64 "-%d", self->options.application->group_id,
                       weir_random_next(&seed), self->options.index);
}

static bool start_producer(struct weir_stream_thread *self, const char *identity,
                           struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + START_TIMEOUT_MS;
    bool standby = weir_config_int(self->options.config, "num.standby.replicas") > 0;
    const struct weir_producer_options options = {
        identity, standby ? TRANSACTION_TIMEOUT_STANDBY_MS : TRANSACTION_TIMEOUT_MS, LINGER_MS,
        SEND_QUEUE_KBYTES};
    self->producer = weir_producer_create(self->options.config, &options, deadline_ms, err);
    self->shared.producer = self->producer;
    self->shared.begin_needed = &self->begin_needed;
    self->begin_needed = true;
    self->uncommitted = false;
    self->shared.holding = false;
    return self->producer && weir_producer_init(self->producer, deadline_ms, err);
}

static bool start_consumer(struct weir_stream_thread *self, const char *identity,
                           struct weir_error *err)
{
    weir_autofree char *process = weir_process_identity(self->options.config);
    const struct weir_consumer_options options = {
        .group_id = self->options.application->group_id,
        .group_instance_id = process ? identity : NULL,
        .latest = true, /* topics to be read from their beginning say so themselves */
        .partition_eof = true,
        .queue_kbytes_max = FETCH_QUEUE_KBYTES,
        .eager = true,
        .rebalance = weir_stream_rebalance(self),
    };
    self->consumer = weir_consumer_create(self->options.config, &options,
                                          weir_clock_ms() + START_TIMEOUT_MS, err);
    if (!self->consumer) {
        return false;
    }
    self->committer = weir_committer_create(self->producer, self->consumer);
    return weir_consumer_subscribe(self->consumer, self->groups.topics, err);
}

static void start_standby(struct weir_stream_thread *self)
{
    const struct weir_standby_options options = {.config = self->options.config,
                                                 .group_id = self->options.application->group_id,
                                                 .groups = &self->groups,
                                                 .shared = &self->shared,
                                                 .state_bytes = self->standby_bytes,
                                                 .restored = self->standby_restored};
    self->standby = weir_standby_create(&options);
}

static bool start(struct weir_stream_thread *self, struct weir_error *err)
{
    weir_autofree char *identity = make_identity(self);
    make_metrics(self);
    start_standby(self);
    return start_producer(self, identity, err) && start_consumer(self, identity, err);
}

/* After a failure the state is undefined, and nothing of it may be committed. */
static void abandon(struct weir_stream_thread *self)
{
    struct weir_error ignored = {0};
    weir_held_records_clear(&self->shared.held);
    if (self->committer) {
        weir_stream_commit_settle(self, true, &ignored);
    }
    weir_stream_drop_instances(self);
    self->uncommitted = false;
}

/* Leaving the group commits (revoked). The committer works for that as long as there is a group. */
static void finish(struct weir_stream_thread *self)
{
    weir_standby_destroy(self->standby);
    self->standby = NULL;
    weir_consumer_leave(self->consumer);
    weir_committer_destroy(self->committer);
    self->committer = NULL;
    weir_stream_drop_instances(self);
    weir_consumer_destroy(self->consumer);
    self->consumer = NULL;
    weir_held_records_fini(&self->shared.held);
    weir_fetch_fini(&self->fetch);
    weir_producer_destroy(self->producer);
    self->producer = NULL;
    weir_error_clear(&self->partition_error);
}

/* ---- the loop ---- */

static bool within_budget(struct weir_stream_thread *self, struct weir_error *err)
{
    size_t bytes = 0;
    for (size_t index = 0; index < self->instance_count; index++) {
        bytes += weir_instance_bytes(self->instances[index]);
    }
    weir_metric_set(self->state_bytes, (double)bytes);
    int64_t budget = weir_config_long(self->options.config, "state.bytes.max");
    return bytes <= (uint64_t)budget ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                     "the state takes %zu bytes, more than state.bytes.max (%" PRId64
                     "): raise it, or shorten WITHIN, GRACE "
                     "or RETENTION",
                     bytes, budget);
}

static bool tick(struct weir_stream_thread *self, struct weir_error *err)
{
    if (weir_clock_ms() < self->tick_due_ms) {
        return true;
    }
    self->tick_due_ms = weir_clock_ms() + TICK_MS;
    for (size_t index = 0; index < self->instance_count; index++) {
        uint64_t before = self->shared.sent_count;
        if (!weir_instance_tick(self->instances[index], err)) {
            return false;
        }
        if (self->shared.sent_count != before) {
            self->instances[index]->ticked = self->uncommitted = true;
        }
    }
    return within_budget(self, err);
}

static bool process(struct weir_stream_thread *self, size_t *count_out, bool *drained_out,
                    struct weir_error *err)
{
    if (!weir_stream_process(self, count_out, drained_out, err)) {
        return false;
    }
    if (*count_out > 0 && !self->uncommitted) {
        self->uncommitted = true;
        self->commit_due_ms =
            weir_clock_ms() + weir_config_long(self->options.config, "commit.interval.ms");
    }
    self->uncommitted_count += *count_out;
    weir_metric_add(self->processed, (double)*count_out);
    return true;
}

/* So few records that a commit for them alone costs little: nobody should wait for theirs. */
static bool is_calm(const struct weir_stream_thread *self)
{
    int64_t since_ms = weir_clock_ms() - self->commit_begun_ms;
    return since_ms >= CALM_INTERVAL_MS &&
           self->uncommitted_count <= (uint64_t)since_ms * CALM_RECORDS_PER_MS;
}

/* The group's news: partitions come and go inside. */
static bool poll_group(struct weir_stream_thread *self, struct weir_error *err)
{
    if (!weir_consumer_poll(self->consumer, &self->fetch, 1, 0, err)) {
        return false;
    }
    weir_consumer_release(&self->fetch);
    if (self->partition_error.action != WEIR_ERROR_NONE) {
        *err = self->partition_error;
        weir_error_clear(&self->partition_error);
        return false;
    }
    return true;
}

/* The next commit begins when it is due and the last one has ended. */
static bool commit(struct weir_stream_thread *self, bool drained, struct weir_error *err)
{
    bool crowded = weir_held_records_bytes(&self->shared.held) >= HELD_BYTES_MAX;
    if (!weir_stream_commit_settle(self, crowded, err)) {
        return false;
    }
    bool due =
        self->uncommitted && (drained || is_calm(self) || weir_clock_ms() >= self->commit_due_ms);
    return !due || weir_committer_busy(self->committer) || weir_stream_commit_begin(self, err);
}

/* With work in hand nothing waits; drained means: commit what is open, then wait for more. */
static bool turn(struct weir_stream_thread *self, struct weir_error *err)
{
    size_t count = 0;
    bool drained = false;
    if (!poll_group(self, err) || !weir_stream_restore(self, err) ||
        !process(self, &count, &drained, err) || !tick(self, err) || !commit(self, drained, err)) {
        return false;
    }
    if (count == 0) {
        weir_consumer_wait(self->consumer, self->starved,
                           self->uncommitted ? FETCH_WAIT_MS : IDLE_POLL_MS);
    }
    weir_task_progress(self->task);
    return true;
}

static bool run(void *state, struct weir_task *task, struct weir_error *err)
{
    struct weir_stream_thread *self = state;
    self->task = task;
    bool done = start(self, err);
    if (done) {
        weir_task_connected(task, true);
        weir_log_info("processor", "started", "queries=%zu",
                      self->options.application->query_count);
    }
    while (done && !weir_task_stopping(task)) {
        if (weir_task_paused(task)) {
            done = weir_stream_commit(self, err);
            weir_task_progress(task);
            weir_task_sleep_ms(task, IDLE_POLL_MS);
        } else {
            done = turn(self, err);
        }
    }
    if (!done) {
        abandon(self);
    }
    finish(self);
    return done;
}

const struct weir_task_ops weir_stream_thread_ops = {.run = run, .destroy = destroy};
