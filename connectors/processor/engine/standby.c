/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/standby.h"

#include "connectors/processor/engine/restore.h"
#include "connectors/processor/engine/standby_survey.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    ROUND_MS = 1000,
    ASK_TIMEOUT_MS = 5000,
    READ_TIMEOUT_MS = 60000,
    LOG_EVERY_MS = 60000,
};

struct weir_standby {
    struct weir_standby_options options;
    size_t departures_max;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards all below; a round holds it */
    pthread_cond_t changed;
    atomic_bool paused; /* set before the mutex is asked for: the round ends soon */
    bool ending;
    char *member_id;
    struct weir_admin *admin;
    struct weir_consumer *offsets; /* in no group: asks what the group has committed */
    struct weir_reader *reader;
    struct weir_instance **instances;
    size_t instance_count;
    bool behind; /* something was committed that is not restored */
    struct weir_log_limit log;
};

/* ---- which instances ---- */

static void drop(struct weir_standby *self, size_t place)
{
    weir_instance_destroy(self->instances[place]);
    self->instances[place] = self->instances[--self->instance_count];
}

static void drop_all(struct weir_standby *self)
{
    while (self->instance_count > 0) {
        drop(self, self->instance_count - 1);
    }
}

static size_t find(const struct weir_standby *self, const struct weir_merge_group *group,
                   int32_t partition)
{
    size_t place = 0;
    while (place < self->instance_count && (self->instances[place]->group != group ||
                                            self->instances[place]->partition != partition)) {
        place++;
    }
    return place;
}

static bool has_state(const struct weir_merge_group *group)
{
    for (size_t member = 0; member < group->member_count; member++) {
        if (group->members[member].subtopology->store_count > 0) {
            return true;
        }
    }
    return false;
}

static bool add(struct weir_standby *self, const struct weir_merge_group *group, int32_t partition,
                struct weir_error *err)
{
    struct weir_instance *instance =
        weir_instance_create(group, partition, self->options.shared, err);
    if (!instance) {
        return false;
    }
    self->instances =
        weir_realloc(self->instances, (self->instance_count + 1) * sizeof(*self->instances));
    self->instances[self->instance_count++] = instance;
    self->behind = true;
    return true;
}

static bool choose(struct weir_standby *self, const struct weir_standby_survey *survey,
                   struct weir_error *err)
{
    for (size_t index = 0; index < self->options.groups->count; index++) {
        const struct weir_merge_group *group = &self->options.groups->groups[index];
        int32_t count = has_state(group) ? survey->shares[index].partition_count : 0;
        for (int32_t partition = 0; partition < count; partition++) {
            bool wanted = weir_standby_survey_wants(survey, index, partition, self->departures_max);
            size_t place = find(self, group, partition);
            if (!wanted && place < self->instance_count) {
                drop(self, place);
            } else if (wanted && place == self->instance_count &&
                       !add(self, group, partition, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool survey(struct weir_standby *self, struct weir_error *err)
{
    struct weir_standby_survey survey = {0};
    bool good =
        weir_standby_survey_take(&survey, self->options.groups, self->member_id, self->admin,
                                 self->options.group_id, weir_clock_ms() + ASK_TIMEOUT_MS, err) &&
        (!survey.stable || !survey.member_found || choose(self, &survey, err));
    weir_standby_survey_fini(&survey);
    return good;
}

/* ---- what is committed ---- */

static size_t list_inputs(const struct weir_standby *self, struct weir_topic_partition *list)
{
    size_t count = 0;
    for (size_t index = 0; index < self->instance_count; index++) {
        const struct weir_instance *instance = self->instances[index];
        for (size_t input = 0; input < instance->group->input_count; input++) {
            list[count++] = (struct weir_topic_partition){instance->group->inputs[input].topic,
                                                          instance->partition};
        }
    }
    return count;
}

/* note: taken. */
static void note_commit(struct weir_standby *self, struct weir_instance *instance, size_t input,
                        int64_t offset, char *note)
{
    self->behind = self->behind || instance->inputs[input].committed_offset != offset;
    instance->inputs[input].committed_offset = offset;
    if (note) {
        weir_free(instance->note);
        instance->note = note;
    }
}

static bool ask_for_commits(struct weir_standby *self, struct weir_error *err)
{
    size_t count_max = self->instance_count * self->options.groups->topic_count;
    weir_autofree struct weir_topic_partition *list = weir_alloc_array(count_max, sizeof(*list));
    weir_autofree int64_t *offsets = weir_alloc_array(count_max, sizeof(*offsets));
    weir_autofree char **notes = weir_alloc_array(count_max, sizeof(*notes));
    size_t count = list_inputs(self, list), next = 0;
    if (!weir_consumer_committed(self->offsets, list, count, offsets, notes,
                                 weir_clock_ms() + ASK_TIMEOUT_MS, err)) {
        for (size_t index = 0; index < count; index++) {
            weir_free(notes[index]);
        }
        return false;
    }
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        for (size_t input = 0; input < instance->group->input_count; input++, next++) {
            note_commit(self, instance, input, offsets[next], notes[next]);
        }
    }
    return true;
}

/* ---- a round ---- */

static bool open_clients(struct weir_standby *self, struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + ASK_TIMEOUT_MS;
    const struct weir_consumer_options options = {.group_id = self->options.group_id};
    if (!self->admin) {
        self->admin = weir_admin_create(self->options.config, deadline_ms, err);
    }
    if (self->admin && !self->offsets) {
        self->offsets = weir_consumer_create(self->options.config, &options, deadline_ms, err);
    }
    return self->offsets != NULL;
}

static bool restore(struct weir_standby *self, struct weir_error *err)
{
    struct weir_restore what = {.instances = self->instances,
                                .instance_count = self->instance_count,
                                .stop = &self->paused,
                                .deadline_ms = weir_clock_ms() + READ_TIMEOUT_MS};
    bool done = weir_restore_run(&what, self->reader, err);
    weir_metric_add(self->options.restored, (double)what.record_count);
    self->behind = !done;
    return done;
}

/* Copies that do not fit are given up: those at work need the memory. */
static bool within_budget(struct weir_standby *self, struct weir_error *err)
{
    size_t bytes = 0;
    for (size_t index = 0; index < self->instance_count; index++) {
        bytes += weir_instance_bytes(self->instances[index]);
    }
    weir_metric_set(self->options.state_bytes, (double)bytes);
    int64_t budget = weir_config_long(self->options.config, "state.bytes.max");
    return bytes <= (uint64_t)budget ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                     "standby state takes %zu bytes, more than state.bytes.max (%" PRId64 ")",
                     bytes, budget);
}

static bool follow(struct weir_standby *self, struct weir_error *err)
{
    if (!open_clients(self, err) || !survey(self, err)) {
        return false;
    }
    if (self->instance_count > 0 && !ask_for_commits(self, err)) {
        return false;
    }
    return (!self->behind || restore(self, err)) && within_budget(self, err);
}

/* What was read of Kafka stays; nothing else can be gone on with. */
static void note_failure(struct weir_standby *self, const struct weir_error *err)
{
    uint64_t suppressed = 0;
    if (err->action != WEIR_ERROR_RETRY || err->domain != WEIR_DOMAIN_KAFKA) {
        drop_all(self);
    }
    if (weir_log_limit_pass(&self->log, LOG_EVERY_MS, &suppressed)) {
        weir_log_warn("processor", "standby fell behind", "reason=\"%s\" more=%" PRIu64,
                      err->message, suppressed);
    }
}

static void round_of(struct weir_standby *self)
{
    struct weir_error err = {0};
    if (self->member_id && !follow(self, &err) && !atomic_load(&self->paused)) {
        note_failure(self, &err);
    }
}

static void wait_for_round(struct weir_standby *self)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_MS / 1000;
    pthread_cond_timedwait(&self->changed, &self->mutex, &until);
}

static void *run(void *context)
{
    struct weir_standby *self = context;
    pthread_mutex_lock(&self->mutex);
    while (!self->ending) {
        round_of(self);
        wait_for_round(self);
    }
    pthread_mutex_unlock(&self->mutex);
    return NULL;
}

/* ---- the stream thread's side ---- */

struct weir_standby *weir_standby_create(const struct weir_standby_options *options)
{
    int replicas = weir_config_int(options->config, "num.standby.replicas");
    int threads = weir_config_int(options->config, "num.stream.threads");
    if (replicas == 0) {
        return NULL;
    }
    struct weir_standby *self = weir_alloc(sizeof(*self));
    self->options = *options;
    self->reader = weir_reader_create(options->config);
    self->departures_max = (size_t)replicas * (size_t)threads;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&self->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&self->mutex, NULL);
    weir_assert(pthread_create(&self->thread, NULL, run, self) == 0);
    return self;
}

void weir_standby_destroy(struct weir_standby *self)
{
    if (!self) {
        return;
    }
    weir_standby_pause(self);
    self->ending = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->mutex);
    pthread_join(self->thread, NULL);
    drop_all(self);
    weir_free(self->instances);
    weir_free(self->member_id);
    weir_reader_destroy(self->reader);
    weir_consumer_destroy(self->offsets);
    weir_admin_destroy(self->admin);
    pthread_mutex_destroy(&self->mutex);
    pthread_cond_destroy(&self->changed);
    weir_free(self);
}

void weir_standby_pause(struct weir_standby *self)
{
    if (self) {
        atomic_store(&self->paused, true);
        pthread_mutex_lock(&self->mutex);
    }
}

struct weir_instance *weir_standby_take(struct weir_standby *self,
                                        const struct weir_merge_group *group, int32_t partition)
{
    size_t place = self ? find(self, group, partition) : 0;
    if (!self || place == self->instance_count) {
        return NULL;
    }
    struct weir_instance *instance = self->instances[place];
    self->instances[place] = self->instances[--self->instance_count];
    return instance;
}

void weir_standby_resume(struct weir_standby *self, char *member_id)
{
    if (!self) {
        weir_free(member_id);
        return;
    }
    weir_free(self->member_id);
    self->member_id = member_id;
    atomic_store(&self->paused, false);
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->mutex);
}
