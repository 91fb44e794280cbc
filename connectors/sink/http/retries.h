/* retries.h - how often each request was tried, and how long to wait before the next try.
 *
 * A request is known by its first record. Only requests that wait for another try are remembered.
 * Threads: one owner. Allocates: for each request that waits. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_RETRIES_H
#define WEIR_SINK_HTTP_RETRIES_H

#include "connectors/sink/http/settings.h"
#include "core/record/record.h"

#include <stddef.h>
#include <stdint.h>

struct retry_entry {
    uint64_t topic_hash;
    int64_t offset;
    int32_t partition;
    int32_t failure_count;
};

struct retries {
    struct retry_entry *entries;
    size_t entry_count, entry_capacity;
    uint64_t random_state; /* same seed, same waits */
};

void weir_retries_fini(struct retries *retries);
/* Counts one failure; returns how many there were, this one included. */
int32_t weir_retries_count(struct retries *retries, const struct weir_record *record);
void weir_retries_forget(struct retries *retries, const struct weir_record *record);
/* Of all requests of a partition: it went to another task. */
void weir_retries_forget_partition(struct retries *retries, const char *topic, int32_t partition);

/* Before try number failure_count + 1. retry_after_ms: what the server asked for, 0 = nothing. */
int64_t weir_retries_wait_ms(struct retries *retries, const struct answer_settings *settings,
                             int32_t failure_count, int64_t retry_after_ms);

#endif
