/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/dry_run.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"
#include "core/runtime/setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    RECORDS_MAX = 500,
    ARENA_BYTES = 256 * 1024,
    ASK_TIMEOUT_MS = 15000,
    READ_TIMEOUT_MS = 600000,
    WRITE_TIMEOUT_MS = 60000,
};

struct dry_run {
    const struct weir_config *config;
    const struct weir_sink_ops *ops;
    void *state;
    struct weir_sink_context context;
    struct weir_batch *batch;
    struct weir_topic_partition *partitions; /* names borrowed from config */
    struct weir_reading *readings;
    char **notes;
    size_t partition_count;
    size_t read_count, rejected_count, held_count;
};

/* ---- what is to be read ---- */

static bool list_topic(struct dry_run *self, struct weir_admin *admin, const char *topic,
                       struct weir_error *err)
{
    int32_t count = 0;
    if (!weir_admin_partition_count(admin, topic, &count, weir_clock_ms() + ASK_TIMEOUT_MS, err)) {
        return false;
    }
    if (count == 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0, "topic '%s' does not exist",
                         topic);
    }
    self->partitions = weir_realloc(self->partitions, (self->partition_count + (size_t)count) *
                                                          sizeof(*self->partitions));
    for (int32_t partition = 0; partition < count; partition++) {
        self->partitions[self->partition_count++] = (struct weir_topic_partition){topic, partition};
    }
    return true;
}

static bool list_partitions(struct dry_run *self, struct weir_error *err)
{
    struct weir_admin *admin =
        weir_admin_create(self->config, weir_clock_ms() + ASK_TIMEOUT_MS, err);
    bool done = admin != NULL;
    const char *const *topic = weir_config_list(self->config, "topics");
    if (done && !*topic) {
        done = weir_config_fail(self->config, "topics", err, "dry-run needs the topics by name");
    }
    for (; done && *topic; topic++) {
        done = list_topic(self, admin, *topic, err);
    }
    weir_admin_destroy(admin);
    return done;
}

static bool ask_for_offsets(struct dry_run *self, struct weir_error *err)
{
    weir_autofree char *group = weir_format("connect-%s", self->context.connector_name);
    weir_autofree int64_t *offsets = weir_alloc_array(self->partition_count, sizeof(*offsets));
    const struct weir_consumer_options options = {.group_id = group};
    struct weir_consumer *consumer =
        weir_consumer_create(self->config, &options, weir_clock_ms() + ASK_TIMEOUT_MS, err);
    self->notes = weir_alloc_array(self->partition_count, sizeof(*self->notes));
    self->readings = weir_alloc_array(self->partition_count, sizeof(*self->readings));
    bool done = consumer &&
                weir_consumer_committed(consumer, self->partitions, self->partition_count, offsets,
                                        self->notes, weir_clock_ms() + ASK_TIMEOUT_MS, err);
    weir_consumer_destroy(consumer);
    for (size_t i = 0; done && i < self->partition_count; i++) {
        self->readings[i] = (struct weir_reading){self->partitions[i].topic,
                                                  self->partitions[i].partition, offsets[i], 0};
    }
    return done;
}

/* ---- records ---- */

static void count_outcomes(struct dry_run *self, const struct weir_outcome *outcomes)
{
    for (size_t i = 0; i < self->batch->record_count; i++) {
        const struct weir_record *record = &self->batch->records[i];
        self->held_count += outcomes[i].kind == WEIR_OUTCOME_RETRY;
        if (outcomes[i].kind == WEIR_OUTCOME_REJECT) {
            self->rejected_count++;
            fprintf(stderr, "rejected: %s partition %" PRId32 " offset %" PRId64 ": %s\n",
                    record->topic, record->partition, record->offset, outcomes[i].reason);
        }
    }
}

static bool deliver(struct dry_run *self, struct weir_error *err)
{
    weir_autofree struct weir_outcome *outcomes =
        weir_alloc_array(self->batch->record_count + 1, sizeof(*outcomes));
    if (!self->ops->write(self->state, self->batch, outcomes, weir_clock_ms() + WRITE_TIMEOUT_MS,
                          err)) {
        return false;
    }
    count_outcomes(self, outcomes);
    weir_batch_reset(self->batch);
    return true;
}

static bool visit(void *context, const struct weir_record *record, struct weir_error *err)
{
    struct dry_run *self = context;
    struct weir_arena *arena = self->batch->arena;
    struct weir_record *copy = weir_batch_add(self->batch);
    struct weir_header *headers =
        weir_arena_calloc(arena, record->header_count + 1, sizeof(*headers));
    *copy = *record;
    copy->topic = weir_arena_strdup(arena, record->topic);
    copy->key = weir_arena_copy(arena, record->key);
    copy->value = weir_arena_copy(arena, record->value);
    copy->headers = headers;
    for (size_t i = 0; i < record->header_count; i++) {
        headers[i].name = weir_arena_copy(arena, record->headers[i].name);
        headers[i].value = weir_arena_copy(arena, record->headers[i].value);
    }
    self->read_count++;
    return self->batch->record_count < RECORDS_MAX || deliver(self, err);
}

static bool read_all(struct dry_run *self, struct weir_error *err)
{
    for (size_t i = 0; self->ops->assigned && i < self->partition_count; i++) {
        self->ops->assigned(self->state, self->partitions[i].topic, self->partitions[i].partition,
                            self->notes[i] ? weir_bytes_of(self->notes[i]) : WEIR_BYTES_NULL);
    }
    return weir_read_to_end(self->config, self->readings, self->partition_count, visit, self,
                            weir_clock_ms() + READ_TIMEOUT_MS, err) &&
           deliver(self, err);
}

/* ---- the subcommand ---- */

static bool rehearse(struct dry_run *self, struct weir_error *err)
{
    self->context = (struct weir_sink_context){
        .config = self->config,
        .connector_name = weir_config_string(self->config, "name"),
        .task_count = 1,
        .dry_run = true,
    };
    if (!list_partitions(self, err) || !ask_for_offsets(self, err)) {
        return false;
    }
    self->state = weir_alloc(self->ops->state_bytes);
    self->batch = weir_batch_create(ARENA_BYTES);
    bool done = self->ops->open(self->state, &self->context, weir_clock_ms() + ASK_TIMEOUT_MS, err);
    done = done && read_all(self, err);
    self->ops->close(self->state);
    return done;
}

static void fini(struct dry_run *self)
{
    for (size_t i = 0; self->notes && i < self->partition_count; i++) {
        weir_free(self->notes[i]);
    }
    weir_free(self->notes);
    weir_free(self->readings);
    weir_free(self->partitions);
    weir_free(self->state);
    weir_batch_destroy(self->batch);
}

static bool run(const struct weir_stage_call *call, const char *path, struct weir_error *err)
{
    if (!weir_setup_read(call->setup, path, call->line, err)) {
        return false;
    }
    struct dry_run self = {.config = call->setup->config, .ops = call->setup->connector->sink};
    if (!self.ops->dry_runs) {
        return weir_config_fail(self.config, "connector.class", err,
                                "the connector '%s' has no dry run", self.ops->name);
    }
    bool done = rehearse(&self, err);
    fprintf(stderr,
            "%s: %zu records read, %zu rejected, %zu held back; nothing was sent or committed\n",
            call->stage->program, self.read_count, self.rejected_count, self.held_count);
    fini(&self);
    return done;
}

int weir_dry_run_command(const struct weir_stage_call *call)
{
    if (call->argc != 1 || call->argv[0][0] == '-') {
        fprintf(stderr, "%s: dry-run FILE\n", call->stage->program);
        return WEIR_EXIT_CONFIG;
    }
    struct weir_error err = {0};
    return run(call, call->argv[0], &err) ? WEIR_EXIT_OK : weir_stage_report(call->stage, &err);
}
