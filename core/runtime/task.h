/* task.h - one thread's unit of work as the supervisor sees it, and what the supervisor lends to
 * it.
 *
 * A task loop (source_task, sink_task, a stream thread of the processor) is a table of functions
 * over a state of its own. The supervisor makes the thread, calls run, restarts it after a RETRY
 * failure, and ends it. In the other direction the loop asks `struct weir_task` whether to stop or
 * pause, and tells it how far it came: that makes readiness, status and metrics. Threads: asking
 * and telling are atomic; each function says who calls it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_TASK_H
#define WEIR_RUNTIME_TASK_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/runtime/metrics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_task;

struct weir_task_ops {
    /* Required. From the task's own thread. Works until weir_task_stopping (true, everything
     * committed or aborted, resources closed) or until it cannot go on (false, nothing left open).
     * After RETRY it is called again on the same state; REJECT and STOP end the process. */
    bool (*run)(void *state, struct weir_task *task, struct weir_error *err);
    /* Optional, any thread, also while run is not called: makes a blocked run look at
     * weir_task_stopping and weir_task_paused soon. Does not block. */
    void (*wake)(void *state);
    /* Optional, the admin thread: appends Connect's offsets of this task, objects separated by
     * commas:
     * {"partition":{...},"offset":{...}}. */
    bool (*offsets)(void *state, struct weir_buffer *json, struct weir_error *err);
    /* Required. No thread is in run any more. */
    void (*destroy)(void *state);
};

struct weir_task_options {
    const char *connector_name;   /* copied */
    int index;                    /* 0-based */
    struct weir_metrics *metrics; /* borrowed */
};

/* Made by the supervisor; by itself for tests of task loops. */
struct weir_task *weir_task_create(const struct weir_task_options *options);
void weir_task_destroy(struct weir_task *task);

/* ---- The loop asks. ---- */

/* Stop was asked for: finish or abort the transaction, commit, leave, return true by
 * weir_task_stop_deadline_ms. */
bool weir_task_stopping(const struct weir_task *task);
/* Monotonic; INT64_MAX while no stop was asked for. */
int64_t weir_task_stop_deadline_ms(const struct weir_task *task);
/* Pause was asked for: commit what is open, keep resources, keep polling Kafka, take no new
 * records. */
bool weir_task_paused(const struct weir_task *task);
/* Sleeps; false when woken early by stop, pause or resume. */
bool weir_task_sleep_ms(struct weir_task *task, int64_t duration_ms);
const char *weir_task_connector_name(const struct weir_task *task);
int weir_task_index(const struct weir_task *task);

/* ---- The loop tells. ---- */

/* Both ends answered: Kafka, and the connector's open. */
void weir_task_connected(struct weir_task *task, bool connected);
/* It knows what it owns: the group has answered; sources: the stored offsets are read. 0 is an
 * answer too: a member that stands by because there are more members than partitions. */
void weir_task_assigned(struct weir_task *task, size_t partition_count);
/* Until the next answer of the group. */
void weir_task_revoked(struct weir_task *task);
/* It got on: a poll returned and nothing is stuck behind it, or a batch was delivered. Call each
 * turn; not while the same batch is tried again. Cheap. */
void weir_task_progress(struct weir_task *task);
/* What the loop is waiting for, shown in status and readiness ("retrying: connection refused");
 * NULL = nothing. Copied. */
void weir_task_trouble(struct weir_task *task, const char *text);

/* How far a long work is (a copy), as a JSON object that status shows; NULL = there is none. Copied;
 * what is longer than the view's is left out. */
void weir_task_report(struct weir_task *task, const char *json);

/* A series labelled connector and task, cached by name: cheap after the first call. From the task's
 * thread only. */
struct weir_metric *weir_task_series(struct weir_task *task, enum weir_metric_kind kind,
                                     const char *name, const char *help);

/* ---- The supervisor. ---- */

void weir_task_stop(struct weir_task *task, int64_t deadline_ms);
void weir_task_pause(struct weir_task *task, bool paused);
/* Before run is called again: no stop, not connected, nothing assigned, progress now. Paused stays.
 */
void weir_task_reset(struct weir_task *task);

struct weir_task_view {
    bool connected;
    bool connected_ever; /* in any run */
    bool assigned;
    size_t partition_count;
    int64_t progress_ms; /* monotonic; of the last weir_task_progress, or of the reset */
    bool progressed;     /* at all since the reset */
    char trouble[512];   /* "" = none */
    char report[512];    /* JSON; "" = none */
};
void weir_task_look(struct weir_task *task, struct weir_task_view *view_out);

#endif
