/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmarks/progress.h"

#include "benchmarks/bench.h"
#include "core/base/alloc.h"

#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <mongoc/mongoc.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TIMEOUT_MS = 2000 };

struct bench_progress {
    rd_kafka_t *client; /* end offsets, read committed */
    rd_kafka_t *member; /* committed offsets */
    rd_kafka_topic_partition_list_t *written, *consumed;
    mongoc_collection_t *collection;
    const volatile int64_t *counter;
};

/* isolation.level decides for end offsets whether open transactions count, and for committed ones
 * whether the answer waits for them. */
static rd_kafka_t *create_client(const char *group, const char *isolation)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *const pairs[][2] = {{"bootstrap.servers", bench_kafka()},
                                    {"group.id", group},
                                    {"isolation.level", isolation},
                                    {"log_level", "3"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (rd_kafka_conf_set(conf, pairs[i][0], pairs[i][1], error, sizeof error) != 0) {
            bench_die("%s", error);
        }
    }
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (client == NULL) {
        bench_die("%s", error);
    }
    return client;
}

struct bench_progress *bench_progress_create(void)
{
    struct bench_progress *progress = weir_alloc(sizeof *progress);
    progress->client = create_client("bench-watch", "read_committed");
    progress->written = rd_kafka_topic_partition_list_new(8);
    progress->consumed = rd_kafka_topic_partition_list_new(8);
    return progress;
}

static void add_partitions(rd_kafka_t *client, rd_kafka_topic_partition_list_t *list,
                           const char *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    for (int attempt = 0;; attempt++) { /* a topic that was just made may have no leaders yet */
        rd_kafka_resp_err_t status = rd_kafka_metadata(client, 0, handle, &metadata, 10000);
        if (status != RD_KAFKA_RESP_ERR_NO_ERROR) {
            bench_die("topic %s: %s", topic, rd_kafka_err2str(status));
        }
        if (metadata->topics[0].partition_cnt > 0) {
            break;
        }
        rd_kafka_metadata_destroy(metadata);
        if (attempt == 50) {
            bench_die("topic %s has no partitions", topic);
        }
        usleep(100000);
    }
    for (int i = 0; i < metadata->topics[0].partition_cnt; i++) {
        rd_kafka_topic_partition_list_add(list, topic, metadata->topics[0].partitions[i].id);
    }
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
}

void bench_progress_add_topic(struct bench_progress *progress, const char *topic)
{
    add_partitions(progress->client, progress->written, topic);
}

void bench_progress_set_group(struct bench_progress *progress, const char *group)
{
    progress->member = create_client(group, "read_uncommitted");
}

void bench_progress_add_consumed(struct bench_progress *progress, const char *topic)
{
    if (progress->member == NULL) {
        bench_die("%s: the group comes first", topic);
    }
    add_partitions(progress->client, progress->consumed, topic);
}

void bench_progress_set_collection(struct bench_progress *progress, const char *name)
{
    const char *dot = strchr(name, '.');
    if (dot == NULL) {
        bench_die("%s is not DATABASE.COLLECTION", name);
    }
    mongoc_init();
    weir_autofree char *database = weir_strndup(name, (size_t)(dot - name));
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    progress->collection = mongoc_client_get_collection(client, database, dot + 1);
}

void bench_progress_set_counter(struct bench_progress *progress, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        bench_die("cannot open %s", path);
    }
    progress->counter = mmap(NULL, sizeof *progress->counter, PROT_READ, MAP_SHARED, file, 0);
    if (progress->counter == MAP_FAILED) {
        bench_die("cannot map %s", path);
    }
}

static int64_t sum(const rd_kafka_topic_partition_list_t *list)
{
    int64_t total = 0;
    for (int i = 0; i < list->cnt; i++) {
        total += list->elems[i].offset > 0 ? list->elems[i].offset : 0;
    }
    return total;
}

static int64_t end_offsets(rd_kafka_t *client, const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(partitions);
    for (int i = 0; i < list->cnt; i++) {
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    }
    rd_kafka_resp_err_t status = rd_kafka_offsets_for_times(client, list, TIMEOUT_MS);
    int64_t total = status == RD_KAFKA_RESP_ERR_NO_ERROR ? sum(list) : 0;
    rd_kafka_topic_partition_list_destroy(list);
    return total;
}

static int64_t committed_offsets(struct bench_progress *progress,
                                 const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(partitions);
    rd_kafka_resp_err_t status = rd_kafka_committed(progress->member, list, TIMEOUT_MS);
    int64_t total = status == RD_KAFKA_RESP_ERR_NO_ERROR ? sum(list) : 0;
    rd_kafka_topic_partition_list_destroy(list);
    return total;
}

int64_t bench_progress_read(struct bench_progress *progress)
{
    int64_t total = 0;
    if (progress->written->cnt > 0) {
        total += end_offsets(progress->client, progress->written);
    }
    if (progress->consumed->cnt > 0) {
        total += committed_offsets(progress, progress->consumed);
    }
    if (progress->collection != NULL) {
        bson_error_t error;
        int64_t count = mongoc_collection_estimated_document_count(progress->collection, NULL, NULL,
                                                                   NULL, &error);
        total += count > 0 ? count : 0;
    }
    if (progress->counter != NULL) {
        total += *progress->counter;
    }
    return total;
}

/* What the group feeds itself: its repartition topics. */
static rd_kafka_topic_partition_list_t *repartition_topics(rd_kafka_t *client, const char *prefix)
{
    static const char suffix[] = "-repartition";
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    if (rd_kafka_metadata(client, 1, NULL, &metadata, 10000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return list;
    }
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        size_t length = strlen(topic->topic), tail = sizeof suffix - 1;
        if (strncmp(topic->topic, prefix, strlen(prefix)) == 0 && length > tail &&
            strcmp(topic->topic + length - tail, suffix) == 0) {
            rd_kafka_topic_partition_list_add_range(list, topic->topic, 0,
                                                    topic->partition_cnt - 1);
        }
    }
    rd_kafka_metadata_destroy(metadata);
    return list;
}

/* What stands behind the last record read are markers of transactions, one or two a partition. */
bool bench_progress_undrained(struct bench_progress *progress, const char *prefix)
{
    rd_kafka_topic_partition_list_t *list = repartition_topics(progress->client, prefix);
    int64_t markers = 3 * (int64_t)list->cnt;
    int64_t left =
        list->cnt > 0 ? end_offsets(progress->client, list) - committed_offsets(progress, list) : 0;
    rd_kafka_topic_partition_list_destroy(list);
    return left > markers;
}
