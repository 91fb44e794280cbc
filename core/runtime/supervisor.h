/* supervisor.h - one thread for each task; failing tasks come back with backoff, or the stage ends
 * and says why.
 *
 * A RETRY failure restarts the task after a wait that grows (task.restart.backoff.ms to .max.ms)
 * and starts small again once it got on. It gives up after task.restart.max failures in a row, and
 * when it has never connected within startup.timeout.ms. Any other failure ends the stage: the
 * other tasks stop gracefully, weir_supervisor_run returns the first error. Guards the tasks'
 * states and the asked-for target state by one mutex. Threads: add and run from main; the rest from
 * any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SUPERVISOR_H
#define WEIR_RUNTIME_SUPERVISOR_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/runtime/metrics.h"
#include "core/runtime/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_supervisor;

enum { WEIR_TASK_COUNT_MAX = 256 };

/* As Connect names them. */
enum weir_task_state {
    WEIR_TASK_UNASSIGNED, /* started, nothing assigned yet */
    WEIR_TASK_RUNNING,
    WEIR_TASK_PAUSED,
    WEIR_TASK_RESTARTING, /* between a failure and the next try */
    WEIR_TASK_FAILED,
    WEIR_TASK_STOPPED,
};
/* "RUNNING" */
const char *weir_task_state_name(enum weir_task_state state);

struct weir_supervisor_options {
    const char *connector_name; /* copied */
    int restart_count_max;      /* -1 = no limit */
    int64_t restart_backoff_ms, restart_backoff_ms_max;
    int64_t startup_timeout_ms;
    int64_t shutdown_timeout_ms;
    int64_t progress_timeout_ms;  /* readiness: how old the last progress may be */
    struct weir_metrics *metrics; /* borrowed */
};

struct weir_supervisor *weir_supervisor_create(const struct weir_supervisor_options *options);
/* Destroys the tasks' states. Waits for a thread that hung. */
void weir_supervisor_destroy(struct weir_supervisor *supervisor);

struct weir_metrics *weir_supervisor_metrics(struct weir_supervisor *supervisor);
const char *weir_supervisor_connector_name(const struct weir_supervisor *supervisor);

/* Adds one task; takes state. Before run. The index is the number of tasks added before. */
void weir_supervisor_add(struct weir_supervisor *supervisor, const struct weir_task_ops *ops,
                         void *state);

/* Starts the threads and waits until weir_supervisor_quit, until every task returned by itself (a
 * bounded run), or until one cannot go on (false). When a task did not stop in time *hung_out is
 * true: its thread still runs, and the process must leave by _exit. That is a failure too, but for
 * a task that was still connecting. */
bool weir_supervisor_run(struct weir_supervisor *supervisor, bool *hung_out,
                         struct weir_error *err);
/* Any thread. */
void weir_supervisor_quit(struct weir_supervisor *supervisor);

/* What an operator asks for: resume undoes both. Stopped tasks have left run and closed everything.
 */
void weir_supervisor_pause(struct weir_supervisor *supervisor);
void weir_supervisor_resume(struct weir_supervisor *supervisor);
void weir_supervisor_stop(struct weir_supervisor *supervisor);
/* Stops run and calls it again; also wakes one that waits between tries. */
void weir_supervisor_restart_task(struct weir_supervisor *supervisor, size_t index);

struct weir_task_status {
    enum weir_task_state state;
    bool connected, assigned;
    size_t partition_count;
    int64_t progress_age_ms;
    uint64_t restart_count;
    char trace[WEIR_ERROR_MESSAGE_BYTES]; /* last failure or what it waits for; "" = all is well */
    char report[512];                     /* a long work's, JSON; "" = none */
};
size_t weir_supervisor_task_count(const struct weir_supervisor *supervisor);
void weir_supervisor_task_status(struct weir_supervisor *supervisor, size_t index,
                                 struct weir_task_status *status_out);
/* The worst of the tasks' states; STOPPED and PAUSED as asked for. */
enum weir_task_state weir_supervisor_state(struct weir_supervisor *supervisor);
/* Ready: wanted to run, and each task connected, assigned and making progress. Appends one reason a
 * line when it is not. */
bool weir_supervisor_ready(struct weir_supervisor *supervisor, struct weir_buffer *reasons);
/* Connect's offset objects of all tasks, separated by commas; nothing when no task knows. */
bool weir_supervisor_offsets(struct weir_supervisor *supervisor, struct weir_buffer *json,
                             struct weir_error *err);

#endif
