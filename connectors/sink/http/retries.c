/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/retries.h"

#include "core/base/alloc.h"
#include "core/base/backoff.h"
#include "core/base/hash_table.h"

#include <string.h>

void weir_retries_fini(struct retries *retries)
{
    weir_free(retries->entries);
    *retries = (struct retries){0};
}

static struct retry_entry *find(struct retries *retries, const struct weir_record *record)
{
    uint64_t topic_hash = weir_hash(record->topic, strlen(record->topic));
    for (size_t i = 0; i < retries->entry_count; i++) {
        struct retry_entry *entry = &retries->entries[i];
        if (entry->offset == record->offset && entry->partition == record->partition &&
            entry->topic_hash == topic_hash) {
            return entry;
        }
    }
    return NULL;
}

int32_t weir_retries_count(struct retries *retries, const struct weir_record *record)
{
    struct retry_entry *entry = find(retries, record);
    if (!entry) {
        if (retries->entry_count == retries->entry_capacity) {
            retries->entry_capacity = retries->entry_capacity ? 2 * retries->entry_capacity : 8;
            retries->entries =
                weir_realloc(retries->entries, retries->entry_capacity * sizeof(*entry));
        }
        entry = &retries->entries[retries->entry_count++];
        *entry = (struct retry_entry){weir_hash(record->topic, strlen(record->topic)),
                                      record->offset, record->partition, 0};
    }
    return ++entry->failure_count;
}

void weir_retries_forget(struct retries *retries, const struct weir_record *record)
{
    struct retry_entry *entry = retries->entry_count > 0 ? find(retries, record) : NULL;
    if (entry) {
        *entry = retries->entries[--retries->entry_count];
    }
}

void weir_retries_forget_partition(struct retries *retries, const char *topic, int32_t partition)
{
    uint64_t topic_hash = weir_hash(topic, strlen(topic));
    size_t kept = 0;
    for (size_t i = 0; i < retries->entry_count; i++) {
        const struct retry_entry *entry = &retries->entries[i];
        if (entry->partition != partition || entry->topic_hash != topic_hash) {
            retries->entries[kept++] = *entry;
        }
    }
    retries->entry_count = kept;
}

/* base, 2 base, 4 base ... up to max_ms. */
static int64_t grown_ms(int64_t base_ms, int64_t max_ms, int32_t failure_count)
{
    int64_t wait_ms = base_ms;
    for (int32_t i = 1; i < failure_count && wait_ms < max_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < max_ms ? wait_ms : max_ms;
}

int64_t weir_retries_wait_ms(struct retries *retries, const struct answer_settings *settings,
                             int32_t failure_count, int64_t retry_after_ms)
{
    int64_t wait_ms = settings->backoff_ms;
    if (settings->backoff_grows) {
        wait_ms = grown_ms(settings->backoff_ms, settings->backoff_max_ms, failure_count);
        int64_t half_ms = wait_ms / 2;
        wait_ms = half_ms + (int64_t)(weir_random_next(&retries->random_state) %
                                      (uint64_t)(wait_ms - half_ms + 1));
    }
    int64_t asked_ms = retry_after_ms < settings->retry_after_max_ms ? retry_after_ms
                                                                     : settings->retry_after_max_ms;
    wait_ms = wait_ms > asked_ms ? wait_ms : asked_ms;
    return wait_ms > 0 ? wait_ms : 1;
}
