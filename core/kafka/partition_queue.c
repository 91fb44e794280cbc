/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/partition_queue.h"

#include "core/base/alloc.h"
#include "core/kafka/consumer_internal.h"

#include <poll.h>
#include <unistd.h>

enum { TAKE_MAX = 512 };

struct weir_partition_queue {
    rd_kafka_queue_t *queue;
    struct weir_consumer *consumer;
    struct weir_refill refill;
};

struct weir_partition_queue *weir_partition_queue_create(struct weir_consumer *consumer,
                                                         const char *topic, int32_t partition)
{
    static const uint64_t one = 1;
    struct weir_partition_queue *queue = weir_alloc(sizeof(*queue));
    queue->queue = rd_kafka_queue_get_partition(weir_consumer_client(consumer), topic, partition);
    weir_assert(queue->queue);
    queue->consumer = consumer;
    queue->refill = weir_consumer_refill_like(consumer);
    queue->refill.queue = queue->queue;
    rd_kafka_queue_forward(queue->queue, NULL);
    rd_kafka_queue_io_event_enable(queue->queue, weir_consumer_wake_fd(consumer), &one,
                                   sizeof(one));
    return queue;
}

void weir_partition_queue_destroy(struct weir_partition_queue *queue)
{
    if (queue) {
        rd_kafka_queue_io_event_enable(queue->queue, -1, NULL, 0);
        rd_kafka_queue_destroy(queue->queue);
        weir_free(queue);
    }
}

bool weir_partition_queue_take(struct weir_partition_queue *queue, struct weir_fetch *fetch,
                               size_t record_count_max, struct weir_error *err)
{
    rd_kafka_message_t *messages[TAKE_MAX];
    size_t count_max = record_count_max < TAKE_MAX ? record_count_max : TAKE_MAX;
    ssize_t count = rd_kafka_consume_batch_queue(queue->queue, 0, messages, count_max);
    bool goes_on = true;
    for (ssize_t index = 0; index < count; index++) {
        if (goes_on) {
            goes_on = weir_fetch_add(fetch, messages[index], err);
        } else {
            rd_kafka_message_destroy(messages[index]);
        }
    }
    weir_fetch_place_headers(fetch);
    if (count > 0 && weir_refill_wants(&queue->refill, weir_fetch_mean_bytes(fetch))) {
        weir_consumer_refill(queue->consumer);
    }
    return goes_on;
}

void weir_consumer_wait(struct weir_consumer *consumer, bool starved, int timeout_ms)
{
    if (starved) {
        weir_consumer_refill(consumer);
    }
    struct pollfd waiting = {.fd = weir_consumer_wake_fd(consumer), .events = POLLIN};
    uint64_t count;
    if (poll(&waiting, 1, timeout_ms) > 0 && read(waiting.fd, &count, sizeof(count)) < 0) {
        return; /* somebody else's wake-up: the owner looks at everything anyway */
    }
}

void weir_consumer_wake(struct weir_consumer *consumer)
{
    static const uint64_t one = 1;
    if (write(weir_consumer_wake_fd(consumer), &one, sizeof(one)) < 0) {
        return; /* it is awake */
    }
}
