/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/restore.h"
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <inttypes.h>

enum { RESTORE_TIMEOUT_MS = 240000 };

static size_t list_unrestored(const struct weir_stream_thread *self, struct weir_instance **list)
{
    size_t count = 0;
    for (size_t index = 0; index < self->instance_count; index++) {
        if (!self->instances[index]->restored) {
            list[count++] = self->instances[index];
        }
    }
    return count;
}

static bool restore(struct weir_stream_thread *self, struct weir_restore *restore,
                    struct weir_error *err)
{
    int64_t begin_ms = weir_clock_ms();
    struct weir_reader *reader = weir_reader_create(self->options.config);
    bool done = weir_restore_run(restore, reader, err);
    weir_reader_destroy(reader);
    if (!done) {
        return weir_fail_within(err, "restore of the state");
    }
    weir_metric_add(self->restored, (double)restore->record_count);
    if (restore->partition_count > 0) {
        weir_log_info("processor", "state restored",
                      "partitions=%zu records=%" PRIu64 " duration_ms=%" PRId64,
                      restore->partition_count, restore->record_count, weir_clock_ms() - begin_ms);
    }
    return true;
}

static bool restore_instances(struct weir_stream_thread *self, struct weir_instance **instances,
                              size_t count, struct weir_error *err)
{
    struct weir_restore what = {.instances = instances,
                                .instance_count = count,
                                .deadline_ms = weir_clock_ms() + RESTORE_TIMEOUT_MS};
    weir_task_trouble(self->task, "restoring state");
    if (!restore(self, &what, err)) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        instances[index]->restored = true;
        weir_free(instances[index]->note);
        instances[index]->note = NULL;
    }
    weir_task_trouble(self->task, NULL);
    return true;
}

bool weir_stream_restore(struct weir_stream_thread *self, struct weir_error *err)
{
    weir_autofree struct weir_instance **instances =
        weir_alloc_array(self->instance_count + 1, sizeof(struct weir_instance *));
    size_t count = list_unrestored(self, instances);
    return count == 0 || restore_instances(self, instances, count, err);
}
