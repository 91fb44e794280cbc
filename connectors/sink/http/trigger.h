/* trigger.h - requests that start something: once for each window and key, and not too often.
 *
 * Remembers, for each partition, the windows whose request was answered, and when each group key's
 * last request was. What it remembers goes into a note that is committed together with the
 * partition's offset, so that a restart knows it, too:
 *
 *   crash before the answer, or before the commit   the request is made again, with the same Idempotency-Key
 *   crash after the commit                          never again
 *   note full (some 1000s of windows)               the oldest windows are forgotten by a restart; a record that comes
 *                                                   for one of them afterwards makes a request again
 *
 * A record whose window starts more than retention_ms before the newest window of its key is too
 * late: no request.
 * Threads: the task's. Allocates: for each key and window remembered. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_TRIGGER_H
#define WEIR_SINK_HTTP_TRIGGER_H

#include "connectors/sink/http/windowed_key.h"
#include "core/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trigger;
struct trigger_partition;

struct trigger_options {
    bool once_per_window; /* only keys with a window are concerned */
    int64_t cooldown_ms;  /* between two successful requests of one group key; 0 = none */
    int64_t retention_ms;
};

enum trigger_answer {
    TRIGGER_SEND,
    TRIGGER_SENT_BEFORE, /* this window had its request */
    TRIGGER_TOO_LATE,
    TRIGGER_COOLING, /* wait_ms_out says how long */
};

struct trigger *weir_trigger_create(const struct trigger_options *options);
void weir_trigger_destroy(struct trigger *trigger);

/* Made when it is new. Borrowed until revoked. */
struct trigger_partition *weir_trigger_partition(struct trigger *trigger, const char *topic,
                                                 int32_t partition);
/* Forgets what it knew of the partition and takes over the note, if it is one. False: it is not,
 * and was ignored. */
bool weir_trigger_assign(struct trigger *trigger, const char *topic, int32_t partition,
                         struct weir_bytes note);
void weir_trigger_revoke(struct trigger *trigger, const char *topic, int32_t partition);
/* Appends the note, at most bytes_max long. Returns how many windows did not find room in it. */
size_t weir_trigger_write_note(struct trigger *trigger, struct trigger_partition *partition,
                               size_t bytes_max, struct weir_buffer *note);

/* Times by the wall clock, which a restart does not change. */
enum trigger_answer weir_trigger_ask(const struct trigger *trigger,
                                     struct trigger_partition *partition,
                                     const struct windowed_key *key, int64_t now_ms,
                                     int64_t *wait_ms_out);
/* A request was answered with success: its window (if it has one) is done, the group key's
 * cool-down starts. */
void weir_trigger_succeeded(struct trigger *trigger, struct trigger_partition *partition,
                            const struct windowed_key *key, int64_t now_ms);

#endif
