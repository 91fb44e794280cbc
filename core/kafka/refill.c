/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/refill.h"

#include <stdlib.h>

enum { NO_WAIT_MS = 0, OFFSET_LATEST = -1 };

static size_t conf_number(const rd_kafka_conf_t *conf, const char *name)
{
    char text[32] = "";
    size_t bytes = sizeof(text);
    return rd_kafka_conf_get(conf, name, text, &bytes) == RD_KAFKA_CONF_OK ? strtoul(text, NULL, 10)
                                                                           : 0;
}

void weir_refill_configure(struct weir_refill *refill, rd_kafka_conf_t *conf)
{
    char problem[256];
    refill->asks = rd_kafka_conf_set(conf, "fetch.queue.backoff.ms", "10", problem,
                                     sizeof(problem)) != RD_KAFKA_CONF_OK;
    refill->bytes_max = conf_number(conf, "queued.max.messages.kbytes") * 1024;
    refill->message_count_max = conf_number(conf, "queued.min.messages");
}

void weir_refill_begin(struct weir_refill *refill, rd_kafka_t *client)
{
    refill->queue = rd_kafka_queue_get_consumer(client);
}

void weir_refill_end(struct weir_refill *refill)
{
    if (refill->queue) {
        rd_kafka_queue_destroy(refill->queue);
    }
    refill->queue = NULL;
}

/* One request to each broker that leads a partition of ours; the answer does not matter, and is
 * dropped when it comes. */
void weir_refill_ask(const struct weir_refill *refill, rd_kafka_t *client)
{
    if (!refill->asks) {
        return;
    }
    rd_kafka_topic_partition_list_t *partitions;
    if (rd_kafka_assignment(client, &partitions) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    for (int index = 0; index < partitions->cnt; index++) {
        partitions->elems[index].offset = OFFSET_LATEST;
    }
    if (partitions->cnt > 0) {
        rd_kafka_offsets_for_times(client, partitions, NO_WAIT_MS);
    }
    rd_kafka_topic_partition_list_destroy(partitions);
}

bool weir_refill_wants(struct weir_refill *refill, size_t message_bytes)
{
    if (!refill->asks || !refill->queue) {
        return false;
    }
    size_t count = rd_kafka_queue_length(refill->queue), bytes = count * message_bytes;
    if (count >= refill->message_count_max || bytes / 7 >= refill->bytes_max / 8) {
        refill->was_full = true;
        return false;
    }
    bool wants =
        refill->was_full && count < refill->message_count_max / 4 && bytes < refill->bytes_max / 4;
    refill->was_full = refill->was_full && !wants;
    return wants;
}
