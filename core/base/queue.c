/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/queue.h"

#include "core/base/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

struct weir_queue {
    pthread_mutex_t mutex;
    pthread_cond_t not_full, not_empty;
    void **items; /* ring */
    size_t capacity, first, count;
    bool closed;
};

struct weir_queue *weir_queue_create(size_t item_count_max)
{
    struct weir_queue *queue = weir_alloc(sizeof(*queue));
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->not_full, &monotonic);
    pthread_cond_init(&queue->not_empty, &monotonic);
    pthread_condattr_destroy(&monotonic);
    queue->items = weir_alloc_array(item_count_max, sizeof(*queue->items));
    queue->capacity = item_count_max;
    return queue;
}

void weir_queue_destroy(struct weir_queue *queue)
{
    if (!queue) {
        return;
    }
    pthread_cond_destroy(&queue->not_empty);
    pthread_cond_destroy(&queue->not_full);
    pthread_mutex_destroy(&queue->mutex);
    weir_free(queue->items);
    weir_free(queue);
}

/* False: the deadline has passed. */
static bool wait_on(struct weir_queue *queue, pthread_cond_t *condition, int64_t deadline_ms)
{
    if (deadline_ms == INT64_MAX) {
        pthread_cond_wait(condition, &queue->mutex);
        return true;
    }
    if (deadline_ms <= 0) {
        return false;
    }
    struct timespec until = {.tv_sec = deadline_ms / 1000,
                             .tv_nsec = (deadline_ms % 1000) * 1000000};
    return pthread_cond_timedwait(condition, &queue->mutex, &until) != ETIMEDOUT;
}

bool weir_queue_push(struct weir_queue *queue, void *item, int64_t deadline_ms)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == queue->capacity && !queue->closed &&
           wait_on(queue, &queue->not_full, deadline_ms)) {
    }
    bool room = !queue->closed && queue->count < queue->capacity;
    if (room) {
        queue->items[(queue->first + queue->count) % queue->capacity] = item;
        queue->count++;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->mutex);
    return room;
}

void *weir_queue_pop(struct weir_queue *queue, int64_t deadline_ms)
{
    void *item = NULL;
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && !queue->closed && wait_on(queue, &queue->not_empty, deadline_ms)) {
    }
    if (queue->count > 0) {
        item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->mutex);
    return item;
}

void weir_queue_close(struct weir_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_empty);
    pthread_cond_broadcast(&queue->not_full);
    pthread_mutex_unlock(&queue->mutex);
}

size_t weir_queue_count(struct weir_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    size_t count = queue->count;
    pthread_mutex_unlock(&queue->mutex);
    return count;
}
