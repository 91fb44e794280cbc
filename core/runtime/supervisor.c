/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/supervisor.h"

#include "core/base/alloc.h"
#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

/* What the operator asked for, as Connect's target state. */
enum target {
    TARGET_STARTED,
    TARGET_PAUSED,
    TARGET_STOPPED,
};

/* Where a slot's thread is. */
enum phase {
    PHASE_RUNNING, /* in run, or about to be */
    PHASE_WAITING, /* between a failure and the next try */
    PHASE_STOPPED, /* by the operator */
    PHASE_FAILED,  /* for good */
    PHASE_DONE,    /* returned by itself, or after quit */
};

struct slot {
    struct weir_supervisor *supervisor;
    const struct weir_task_ops *ops;
    void *state;
    struct weir_task *task;
    pthread_t thread;
    bool started;
    enum phase phase;
    bool restart_asked;
    uint64_t restart_count;
    struct weir_backoff backoff;
    struct weir_error error; /* of the last failure; cleared by a stable run */
};

struct weir_supervisor {
    struct weir_supervisor_options options;
    char *connector_name;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct slot slots[WEIR_TASK_COUNT_MAX];
    size_t slot_count;
    enum target target;
    bool quit;
    int64_t started_ms;
    struct weir_error error; /* the first that ended the stage */
};

const char *weir_task_state_name(enum weir_task_state state)
{
    static const char *const names[] = {"UNASSIGNED", "RUNNING", "PAUSED",
                                        "RESTARTING", "FAILED",  "STOPPED"};
    return names[state];
}

struct weir_supervisor *weir_supervisor_create(const struct weir_supervisor_options *options)
{
    struct weir_supervisor *supervisor = weir_alloc(sizeof(*supervisor));
    supervisor->options = *options;
    supervisor->connector_name = weir_strdup(options->connector_name);
    supervisor->started_ms = weir_clock_ms();
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&supervisor->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&supervisor->mutex, NULL);
    return supervisor;
}

static void join_threads(struct weir_supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        if (supervisor->slots[i].started) {
            pthread_join(supervisor->slots[i].thread, NULL);
            supervisor->slots[i].started = false;
        }
    }
}

void weir_supervisor_destroy(struct weir_supervisor *supervisor)
{
    if (!supervisor) {
        return;
    }
    join_threads(supervisor);
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        supervisor->slots[i].ops->destroy(supervisor->slots[i].state);
        weir_task_destroy(supervisor->slots[i].task);
    }
    pthread_cond_destroy(&supervisor->changed);
    pthread_mutex_destroy(&supervisor->mutex);
    weir_free(supervisor->connector_name);
    weir_free(supervisor);
}

struct weir_metrics *weir_supervisor_metrics(struct weir_supervisor *supervisor)
{
    return supervisor->options.metrics;
}

const char *weir_supervisor_connector_name(const struct weir_supervisor *supervisor)
{
    return supervisor->connector_name;
}

void weir_supervisor_add(struct weir_supervisor *supervisor, const struct weir_task_ops *ops,
                         void *state)
{
    weir_assert(supervisor->slot_count < WEIR_TASK_COUNT_MAX);
    struct slot *slot = &supervisor->slots[supervisor->slot_count];
    struct weir_task_options options = {
        .connector_name = supervisor->connector_name,
        .index = (int)supervisor->slot_count,
        .metrics = supervisor->options.metrics,
    };
    slot->supervisor = supervisor;
    slot->ops = ops;
    slot->state = state;
    slot->task = weir_task_create(&options);
    slot->backoff.delay_ms_min = (uint32_t)supervisor->options.restart_backoff_ms;
    slot->backoff.delay_ms_max = (uint32_t)supervisor->options.restart_backoff_ms_max;
    slot->backoff.random_state = (uint64_t)weir_clock_us() + supervisor->slot_count;
    supervisor->slot_count++;
}

/* ---- A slot's own thread; the mutex is held except in run. ---- */

static void wait_changed(struct weir_supervisor *supervisor)
{
    pthread_cond_wait(&supervisor->changed, &supervisor->mutex);
}

/* False: the time has come. */
static bool wait_changed_until(struct weir_supervisor *supervisor, int64_t until_ms)
{
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    return pthread_cond_timedwait(&supervisor->changed, &supervisor->mutex, &until) != ETIMEDOUT;
}

static void set_phase(struct slot *slot, enum phase phase)
{
    slot->phase = phase;
    pthread_cond_broadcast(&slot->supervisor->changed);
}

static void ask_to_stop(struct slot *slot)
{
    /* A tenth is left for what comes after the task's own end. */
    int64_t timeout_ms = slot->supervisor->options.shutdown_timeout_ms;
    weir_task_stop(slot->task, weir_clock_ms() + timeout_ms - timeout_ms / 10);
    if (slot->ops->wake) {
        slot->ops->wake(slot->state);
    }
}

/* The stage ends: every other task is asked to stop. */
static void quit_locked(struct weir_supervisor *supervisor)
{
    if (supervisor->quit) {
        return;
    }
    supervisor->quit = true;
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        ask_to_stop(&supervisor->slots[i]);
    }
    pthread_cond_broadcast(&supervisor->changed);
}

static void give_up(struct slot *slot, const struct weir_error *err)
{
    struct weir_supervisor *supervisor = slot->supervisor;
    if (supervisor->error.action == WEIR_ERROR_NONE) {
        supervisor->error = *err;
    }
    set_phase(slot, PHASE_FAILED);
    quit_locked(supervisor);
}

/* Whether another try makes sense; false with the reason put in front of the message. */
static bool worth_another_try(struct slot *slot, struct weir_error *err)
{
    const struct weir_supervisor_options *options = &slot->supervisor->options;
    struct weir_task_view view;
    weir_task_look(slot->task, &view);
    if (err->action != WEIR_ERROR_RETRY) {
        return false;
    }
    int64_t age_ms = weir_clock_ms() - slot->supervisor->started_ms;
    if (!view.connected_ever && age_ms >= options->startup_timeout_ms) {
        return weir_fail_within(err, "not connected within %lld ms",
                                (long long)options->startup_timeout_ms);
    }
    if (options->restart_count_max >= 0 &&
        slot->backoff.failure_count >= (uint32_t)options->restart_count_max) {
        return weir_fail_within(err, "failed %u times in a row", slot->backoff.failure_count + 1);
    }
    return true;
}

static void wait_before_retry(struct slot *slot)
{
    struct weir_supervisor *supervisor = slot->supervisor;
    uint32_t wait_ms = weir_backoff_next_ms(&slot->backoff);
    weir_log_warn("runtime", "task failed, trying again", "wait_ms=%u error=\"%s\"", wait_ms,
                  slot->error.message);
    int64_t until_ms = weir_clock_ms() + wait_ms;
    set_phase(slot, PHASE_WAITING);
    while (!supervisor->quit && !slot->restart_asked && supervisor->target != TARGET_STOPPED &&
           wait_changed_until(supervisor, until_ms)) {
    }
    slot->restart_count++;
}

/* One call of run. False: this slot is done. */
static bool run_once(struct slot *slot)
{
    struct weir_supervisor *supervisor = slot->supervisor;
    weir_task_reset(slot->task);
    weir_task_pause(slot->task, supervisor->target == TARGET_PAUSED);
    slot->restart_asked = false;
    set_phase(slot, PHASE_RUNNING);
    struct weir_error err = {0};
    int64_t begun_ms = weir_clock_ms();

    pthread_mutex_unlock(&supervisor->mutex);
    bool ok = slot->ops->run(slot->state, slot->task, &err);
    pthread_mutex_lock(&supervisor->mutex);

    struct weir_task_view view;
    weir_task_look(slot->task, &view);
    bool stable =
        view.progressed && weir_clock_ms() - begun_ms > supervisor->options.restart_backoff_ms_max;
    if (ok || stable) {
        weir_backoff_reset(&slot->backoff);
        weir_error_clear(&slot->error);
    }
    if (ok) {
        /* Asked to stop, whatever for: what is wanted now is seen at the top of the loop. */
        return weir_task_stopping(slot->task);
    }
    slot->error = err;
    if (supervisor->quit && err.action == WEIR_ERROR_RETRY) {
        return false; /* it was about to end; its next life begins at its last commit */
    }
    if (!worth_another_try(slot, &slot->error)) {
        give_up(slot, &slot->error);
        return false;
    }
    wait_before_retry(slot);
    return true;
}

static void *slot_main(void *context)
{
    struct slot *slot = context;
    struct weir_supervisor *supervisor = slot->supervisor;
    char log_context[128];
    snprintf(log_context, sizeof(log_context), "[%.100s|task-%d]", supervisor->connector_name,
             weir_task_index(slot->task));
    weir_log_context_set(log_context);
    pthread_mutex_lock(&supervisor->mutex);
    bool more = true;
    while (more && !supervisor->quit) {
        if (supervisor->target == TARGET_STOPPED) {
            set_phase(slot, PHASE_STOPPED);
            wait_changed(supervisor);
        } else {
            more = run_once(slot);
        }
    }
    if (slot->phase != PHASE_FAILED) {
        set_phase(slot, PHASE_DONE);
    }
    pthread_mutex_unlock(&supervisor->mutex);
    return NULL;
}

/* ---- Main. ---- */

static bool is_over(const struct slot *slot)
{
    return slot->phase == PHASE_DONE || slot->phase == PHASE_FAILED;
}

static bool all_over(const struct weir_supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        if (supervisor->slots[i].started && !is_over(&supervisor->slots[i])) {
            return false;
        }
    }
    return true;
}

/* Whether a task that has not ended in time held anything: one that was still connecting has
 * nothing to commit. */
static bool any_hung_at_work(const struct weir_supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct weir_task_view view;
        weir_task_look(supervisor->slots[i].task, &view);
        if (supervisor->slots[i].started && !is_over(&supervisor->slots[i]) && view.connected) {
            return true;
        }
    }
    return false;
}

static void start_threads(struct weir_supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct slot *slot = &supervisor->slots[i];
        int code = pthread_create(&slot->thread, NULL, slot_main, slot);
        if (code != 0) {
            struct weir_error err = {0};
            weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, code, "cannot start a thread");
            give_up(slot, &err);
            return;
        }
        slot->started = true;
    }
}

/* Waits for the threads after a quit. False: one did not end in time. */
static bool wait_for_end(struct weir_supervisor *supervisor)
{
    int64_t until_ms = weir_clock_ms() + supervisor->options.shutdown_timeout_ms;
    while (!all_over(supervisor)) {
        if (!wait_changed_until(supervisor, until_ms)) {
            return all_over(supervisor);
        }
    }
    return true;
}

bool weir_supervisor_run(struct weir_supervisor *supervisor, bool *hung_out, struct weir_error *err)
{
    *hung_out = false;
    pthread_mutex_lock(&supervisor->mutex);
    start_threads(supervisor);
    while (!supervisor->quit && !all_over(supervisor)) {
        wait_changed(supervisor);
    }
    bool ended = wait_for_end(supervisor);
    bool harmless = ended || !any_hung_at_work(supervisor);
    struct weir_error first = supervisor->error;
    pthread_mutex_unlock(&supervisor->mutex);
    if (ended) {
        join_threads(supervisor);
    } else {
        *hung_out = true;
    }
    if (first.action != WEIR_ERROR_NONE) {
        *err = first;
        return false;
    }
    if (!harmless) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "not every task stopped within %lld ms; what it had not committed will be "
                         "done again",
                         (long long)supervisor->options.shutdown_timeout_ms);
    }
    return true;
}

void weir_supervisor_quit(struct weir_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->mutex);
    quit_locked(supervisor);
    pthread_mutex_unlock(&supervisor->mutex);
}

static void set_target(struct weir_supervisor *supervisor, enum target target)
{
    pthread_mutex_lock(&supervisor->mutex);
    supervisor->target = target;
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct slot *slot = &supervisor->slots[i];
        if (target == TARGET_STOPPED) {
            ask_to_stop(slot);
            continue;
        }
        weir_task_pause(slot->task, target == TARGET_PAUSED);
        if (slot->ops->wake) {
            slot->ops->wake(slot->state);
        }
    }
    pthread_cond_broadcast(&supervisor->changed);
    pthread_mutex_unlock(&supervisor->mutex);
}

void weir_supervisor_pause(struct weir_supervisor *supervisor)
{
    set_target(supervisor, TARGET_PAUSED);
}

void weir_supervisor_resume(struct weir_supervisor *supervisor)
{
    set_target(supervisor, TARGET_STARTED);
}

void weir_supervisor_stop(struct weir_supervisor *supervisor)
{
    set_target(supervisor, TARGET_STOPPED);
}

void weir_supervisor_restart_task(struct weir_supervisor *supervisor, size_t index)
{
    pthread_mutex_lock(&supervisor->mutex);
    struct slot *slot = &supervisor->slots[index];
    if (supervisor->target != TARGET_STOPPED && !is_over(slot)) {
        slot->restart_asked = true;
        ask_to_stop(slot);
        pthread_cond_broadcast(&supervisor->changed);
    }
    pthread_mutex_unlock(&supervisor->mutex);
}

/* ---- Looking. ---- */

size_t weir_supervisor_task_count(const struct weir_supervisor *supervisor)
{
    return supervisor->slot_count;
}

static enum weir_task_state slot_state(const struct slot *slot, const struct weir_task_view *view)
{
    switch (slot->phase) {
    case PHASE_WAITING:
        return WEIR_TASK_RESTARTING;
    case PHASE_FAILED:
        return WEIR_TASK_FAILED;
    case PHASE_STOPPED:
    case PHASE_DONE:
        return WEIR_TASK_STOPPED;
    case PHASE_RUNNING:
        break;
    }
    if (slot->restart_asked) {
        return WEIR_TASK_RESTARTING;
    }
    if (!view->connected) {
        return WEIR_TASK_UNASSIGNED;
    }
    return weir_task_paused(slot->task) ? WEIR_TASK_PAUSED : WEIR_TASK_RUNNING;
}

static void look(struct slot *slot, struct weir_task_status *status_out)
{
    struct weir_task_view view;
    weir_task_look(slot->task, &view);
    memset(status_out, 0, sizeof(*status_out));
    status_out->state = slot_state(slot, &view);
    status_out->connected = view.connected;
    status_out->assigned = view.assigned;
    status_out->partition_count = view.partition_count;
    status_out->progress_age_ms = weir_clock_ms() - view.progress_ms;
    status_out->restart_count = slot->restart_count;
    memcpy(status_out->report, view.report, sizeof(status_out->report));
    snprintf(status_out->trace, sizeof(status_out->trace), "%s",
             view.trouble[0] != '\0' ? view.trouble : slot->error.message);
}

void weir_supervisor_task_status(struct weir_supervisor *supervisor, size_t index,
                                 struct weir_task_status *status_out)
{
    pthread_mutex_lock(&supervisor->mutex);
    look(&supervisor->slots[index], status_out);
    pthread_mutex_unlock(&supervisor->mutex);
}

/* Higher is worse. */
static int badness(enum weir_task_state state)
{
    static const int order[] = {
        [WEIR_TASK_RUNNING] = 0,    [WEIR_TASK_PAUSED] = 1,     [WEIR_TASK_STOPPED] = 2,
        [WEIR_TASK_UNASSIGNED] = 3, [WEIR_TASK_RESTARTING] = 4, [WEIR_TASK_FAILED] = 5,
    };
    return order[state];
}

enum weir_task_state weir_supervisor_state(struct weir_supervisor *supervisor)
{
    enum weir_task_state worst = WEIR_TASK_RUNNING;
    pthread_mutex_lock(&supervisor->mutex);
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct weir_task_status status;
        look(&supervisor->slots[i], &status);
        worst = badness(status.state) > badness(worst) ? status.state : worst;
    }
    if (supervisor->target == TARGET_STOPPED && worst != WEIR_TASK_FAILED) {
        worst = WEIR_TASK_STOPPED;
    }
    pthread_mutex_unlock(&supervisor->mutex);
    return worst;
}

/* NULL: ready. */
static const char *why_not_ready(const struct weir_task_status *status, int64_t progress_timeout_ms)
{
    if (status->state != WEIR_TASK_RUNNING && status->state != WEIR_TASK_UNASSIGNED) {
        return weir_task_state_name(status->state);
    }
    if (!status->connected) {
        return "not connected";
    }
    if (!status->assigned) {
        return "waits for its partitions";
    }
    return status->progress_age_ms > progress_timeout_ms ? "no progress" : NULL;
}

bool weir_supervisor_ready(struct weir_supervisor *supervisor, struct weir_buffer *reasons)
{
    pthread_mutex_lock(&supervisor->mutex);
    bool ready = !supervisor->quit && supervisor->target == TARGET_STARTED;
    pthread_mutex_unlock(&supervisor->mutex);
    if (!ready) {
        weir_buffer_append_text(reasons, "stopping, stopped or paused\n");
        return false;
    }
    ready = supervisor->slot_count > 0;
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct weir_task_status status;
        weir_supervisor_task_status(supervisor, i, &status);
        const char *why = why_not_ready(&status, supervisor->options.progress_timeout_ms);
        if (why) {
            ready = false;
            bool known = status.trace[0] != '\0';
            weir_buffer_append_format(reasons, "task %zu: %s%s%s\n", i, why, known ? ": " : "",
                                      status.trace);
        }
    }
    return ready;
}

bool weir_supervisor_offsets(struct weir_supervisor *supervisor, struct weir_buffer *json,
                             struct weir_error *err)
{
    for (size_t i = 0; i < supervisor->slot_count; i++) {
        struct slot *slot = &supervisor->slots[i];
        size_t before = json->len;
        if (before > 0) {
            weir_buffer_append_byte(json, ',');
        }
        size_t start = json->len;
        if (slot->ops->offsets && !slot->ops->offsets(slot->state, json, err)) {
            return false;
        }
        if (json->len == start) {
            json->len = before; /* no comma before nothing */
        }
    }
    return true;
}
