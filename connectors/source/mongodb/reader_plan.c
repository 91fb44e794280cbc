/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_ranges.h"
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/reader_internal.h"

enum {
    RANGE_DOCUMENTS = 25000, /* of one range, about */
    SAMPLES_PER_RANGE = 10,  /* at most one document in 2500: the server takes them at random */
    PLAN_BYTES_MAX = 1 << 20,
    CODE_NAMESPACE_NOT_FOUND = 26,
};

/* The first batch of a short aggregation; NULL: err. */
static struct weir_mongo_batch *ask(struct weir_reader *reader,
                                    const struct weir_namespace *namespace,
                                    const struct weir_buffer *pipeline, int32_t count,
                                    struct weir_error *err)
{
    const struct weir_mongo_cursor_options options = {
        .database = namespace->database,
        .collection = namespace->collection,
        .pipeline = weir_buffer_view(pipeline),
        .batch_count = count,
    };
    struct weir_mongo_batch *batch = NULL;
    weir_mongo_cursor_close(weir_mongo_cursor_open(reader->connection, &options, &batch, err));
    return batch;
}

/* One answer of each shard. A collection that is not there has none. */
static bool count_documents(struct weir_reader *reader, const struct weir_namespace *namespace,
                            int64_t *count_out, struct weir_error *err)
{
    weir_auto_buffer pipeline;
    weir_buffer_init(&pipeline, PLAN_BYTES_MAX);
    weir_count_pipeline(&pipeline);
    struct weir_mongo_batch *batch = ask(reader, namespace, &pipeline, 1000, err);
    *count_out = 0;
    if (!batch) {
        bool absent = err->domain == WEIR_DOMAIN_MONGO && err->code == CODE_NAMESPACE_NOT_FOUND;
        if (absent) {
            weir_error_clear(err);
        }
        return absent;
    }
    struct weir_bson_iterator iterator;
    struct weir_bson_element answer;
    weir_bson_iterator_init(&iterator, batch->documents);
    while (weir_bson_next(&iterator, &answer)) {
        struct weir_bson_element count = weir_bson_get(answer.value, WEIR_BYTES("count"));
        *count_out += count.type == WEIR_BSON_INT32 ? weir_bson_int32(count)
                      : weir_bson_found(count)      ? weir_bson_int64(count)
                                                    : 0;
    }
    weir_mongo_batch_destroy(batch);
    return true;
}

/* Every SAMPLES_PER_RANGE-th of the sampled _ids is a bound. */
static size_t choose_bounds(const struct weir_mongo_batch *batch, size_t range_count,
                            struct weir_bson_element *bounds)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element document;
    size_t position = 0, count = 0;
    weir_bson_iterator_init(&iterator, batch->documents);
    while (count + 1 < range_count && weir_bson_next(&iterator, &document)) {
        if (++position % SAMPLES_PER_RANGE == 0) {
            bounds[count++] = weir_bson_get(document.value, WEIR_BYTES("_id"));
        }
    }
    return count;
}

bool weir_reader_plan(struct weir_reader *reader, const struct weir_namespace *namespace,
                      struct weir_buffer *ranges, int64_t *document_count_out,
                      struct weir_error *err)
{
    if (!count_documents(reader, namespace, document_count_out, err)) {
        return false;
    }
    int64_t wanted = *document_count_out / RANGE_DOCUMENTS;
    size_t range_count = wanted < WEIR_COPY_RANGES_MAX ? (size_t)wanted : WEIR_COPY_RANGES_MAX;
    if (range_count < 2) {
        weir_copy_ranges_between(NULL, 0, ranges);
        return true;
    }
    weir_auto_buffer pipeline;
    weir_buffer_init(&pipeline, PLAN_BYTES_MAX);
    int32_t sample_count = (int32_t)range_count * SAMPLES_PER_RANGE;
    weir_sample_pipeline(sample_count, &pipeline);
    struct weir_mongo_batch *batch = ask(reader, namespace, &pipeline, sample_count, err);
    if (!batch) {
        return false;
    }
    struct weir_bson_element bounds[WEIR_COPY_RANGES_MAX];
    weir_copy_ranges_between(bounds, choose_bounds(batch, range_count, bounds), ranges);
    weir_mongo_batch_destroy(batch);
    return true;
}
