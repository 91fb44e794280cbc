/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/committer.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/partition_queue.h"

#include <pthread.h>

enum { COMMIT_TIMEOUT_MS = 30000 };

enum phase { IDLE, COMMITTING, DONE, ENDING };

struct weir_committer {
    struct weir_producer *producer;
    struct weir_consumer *consumer;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t changed;
    enum phase phase;
    const struct weir_offset *offsets;
    size_t offset_count;
    bool good;
    struct weir_error error;
};

static bool commit(struct weir_committer *committer, struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + COMMIT_TIMEOUT_MS;
    if (committer->offset_count > 0 &&
        !weir_producer_send_offsets(committer->producer, committer->consumer, committer->offsets,
                                    committer->offset_count, deadline_ms, err)) {
        return false;
    }
    enum weir_transaction_outcome outcome =
        weir_producer_commit(committer->producer, deadline_ms, err);
    if (outcome != WEIR_TRANSACTION_DONE) {
        err->action = outcome == WEIR_TRANSACTION_FENCED ? WEIR_ERROR_STOP : WEIR_ERROR_RETRY;
    }
    return outcome == WEIR_TRANSACTION_DONE;
}

static void *run(void *context)
{
    struct weir_committer *committer = context;
    pthread_mutex_lock(&committer->mutex);
    while (committer->phase != ENDING) {
        if (committer->phase != COMMITTING) {
            pthread_cond_wait(&committer->changed, &committer->mutex);
            continue;
        }
        struct weir_error err = {0};
        pthread_mutex_unlock(&committer->mutex);
        bool good = commit(committer, &err);
        pthread_mutex_lock(&committer->mutex);
        committer->good = good;
        committer->error = err;
        committer->phase = DONE;
        pthread_cond_broadcast(&committer->changed);
        weir_consumer_wake(committer->consumer);
    }
    pthread_mutex_unlock(&committer->mutex);
    return NULL;
}

struct weir_committer *weir_committer_create(struct weir_producer *producer,
                                             struct weir_consumer *consumer)
{
    struct weir_committer *committer = weir_alloc(sizeof(*committer));
    committer->producer = producer;
    committer->consumer = consumer;
    pthread_mutex_init(&committer->mutex, NULL);
    pthread_cond_init(&committer->changed, NULL);
    int failed = pthread_create(&committer->thread, NULL, run, committer);
    weir_assert(!failed);
    return committer;
}

void weir_committer_destroy(struct weir_committer *committer)
{
    if (!committer) {
        return;
    }
    pthread_mutex_lock(&committer->mutex);
    while (committer->phase == COMMITTING) {
        pthread_cond_wait(&committer->changed, &committer->mutex);
    }
    committer->phase = ENDING;
    pthread_cond_broadcast(&committer->changed);
    pthread_mutex_unlock(&committer->mutex);
    pthread_join(committer->thread, NULL);
    pthread_mutex_destroy(&committer->mutex);
    pthread_cond_destroy(&committer->changed);
    weir_free(committer);
}

static enum phase phase_of(struct weir_committer *committer)
{
    pthread_mutex_lock(&committer->mutex);
    enum phase phase = committer->phase;
    pthread_mutex_unlock(&committer->mutex);
    return phase;
}

void weir_committer_begin(struct weir_committer *committer, const struct weir_offset *offsets,
                          size_t offset_count)
{
    pthread_mutex_lock(&committer->mutex);
    weir_assert(committer->phase == IDLE);
    committer->offsets = offsets;
    committer->offset_count = offset_count;
    committer->phase = COMMITTING;
    pthread_cond_broadcast(&committer->changed);
    pthread_mutex_unlock(&committer->mutex);
}

bool weir_committer_busy(struct weir_committer *committer)
{
    return phase_of(committer) != IDLE;
}

bool weir_committer_done(struct weir_committer *committer)
{
    return phase_of(committer) == DONE;
}

bool weir_committer_wait(struct weir_committer *committer, struct weir_error *err)
{
    pthread_mutex_lock(&committer->mutex);
    while (committer->phase == COMMITTING) {
        pthread_cond_wait(&committer->changed, &committer->mutex);
    }
    weir_assert(committer->phase == DONE);
    committer->phase = IDLE;
    bool good = committer->good;
    if (!good) {
        *err = committer->error;
    }
    pthread_mutex_unlock(&committer->mutex);
    return good;
}
