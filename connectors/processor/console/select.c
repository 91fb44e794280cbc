/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/console/session.h"
#include "connectors/processor/values/row_format.h"
#include "core/base/alloc.h"
#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/base/hash_table.h"
#include "core/kafka/consumer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    PULL_TIMEOUT_MS = 600000,
    START_TIMEOUT_MS = 20000,
    KEY_BYTES_MAX = 1 << 20,
    POLL_MS = 200,
    FETCH_RECORDS = 1000
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* A query at work: one stream task for each partition. */
struct selection {
    struct weir_session *session;
    const struct weir_query_plan *plan;
    const struct weir_topology *topology;
    const struct weir_subtopology *subtopology;
    struct weir_collector collector;
    struct weir_stream_task **tasks; /* by partition */
    int32_t partition_count;
    /* PULL of a table: newest row by key; NULL: rows are printed as they come */
    struct weir_hash_table *table;
    int64_t shown, limit; /* limit -1: none */
};

/* What tells a table's rows apart. */
static void append_identity(const struct weir_step *root, const struct weir_row *row,
                            struct weir_buffer *out)
{
    for (size_t column = 0; column < root->schema.key_count; column++) {
        weir_value_print_json(&row->key[column], root->schema.key[column].type, out);
        weir_buffer_append_byte(out, 0x1f);
    }
    weir_buffer_append_format(out, "%" PRId64 "/%" PRId64, row->window ? row->window_start_ms : 0,
                              row->window ? row->window_end_ms : 0);
}

static void keep_newest(struct selection *self, const struct weir_row *row)
{
    weir_auto_buffer identity;
    weir_buffer_init(&identity, KEY_BYTES_MAX);
    append_identity(self->plan->root, row, &identity);
    char *text = row->values ? weir_table_format_row(&self->plan->root->schema, row->values) : NULL;
    weir_free(text ? weir_hash_table_put(self->table, weir_buffer_view(&identity), text)
                   : weir_hash_table_remove(self->table, weir_buffer_view(&identity)));
}

static void show(struct selection *self, const char *text)
{
    if (self->limit < 0 || self->shown < self->limit) {
        printf("%s\n", text);
        fflush(stdout);
        self->shown++;
    }
}

static bool on_row(void *context, const struct weir_row *row, struct weir_error *err)
{
    (void)err;
    struct selection *self = context;
    if (self->table) {
        keep_newest(self, row);
    } else if (row->values) {
        weir_autofree char *text = weir_table_format_row(&self->plan->root->schema, row->values);
        show(self, text);
    }
    return true;
}

static bool produce(void *context, const struct weir_output *output, struct weir_error *err)
{
    (void)context, (void)output;
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                     "this SELECT needs a repartition; put it into the program as "
                     "CREATE ... AS SELECT");
}

static bool changelog(void *context, uint32_t store_index, struct weir_bytes key,
                      struct weir_bytes value, int64_t timestamp_ms, struct weir_error *err)
{
    (void)context, (void)store_index, (void)key, (void)value, (void)timestamp_ms, (void)err;
    return true; /* state of a transient query lives as long as the query */
}

/* Tasks for as many partitions as the widest source has. */
static bool make_tasks(struct selection *self, struct weir_error *err)
{
    for (size_t source = 0; source < self->subtopology->source_count; source++) {
        int32_t count = 0;
        const char *topic = self->subtopology->sources[source].topic;
        if (!weir_admin_partition_count(self->session->admin, topic, &count,
                                        weir_clock_ms() + START_TIMEOUT_MS, err)) {
            return false;
        }
        if (count == 0) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0,
                             "topic '%s' does not exist", topic);
        }
        self->partition_count = count > self->partition_count ? count : self->partition_count;
    }
    self->tasks = weir_alloc_array((size_t)self->partition_count, sizeof(*self->tasks));
    for (int32_t partition = 0; partition < self->partition_count; partition++) {
        self->tasks[partition] = weir_stream_task_create(self->topology, self->subtopology->number,
                                                         partition, &self->collector, err);
        if (!self->tasks[partition]) {
            return false;
        }
    }
    return true;
}

static bool visit(void *context, const struct weir_record *record, struct weir_error *err)
{
    struct selection *self = context;
    if (record->partition >= self->partition_count) {
        return true;
    }
    struct weir_stream_task *task = self->tasks[record->partition];
    for (size_t source = 0; source < self->subtopology->source_count; source++) {
        if (strcmp(self->subtopology->sources[source].topic, record->topic) == 0 &&
            !weir_stream_task_process(task, (uint32_t)source, record, err)) {
            return false;
        }
    }
    return weir_stream_task_commit(task, err);
}

static bool finished(const struct selection *self)
{
    bool task_finished = false;
    for (int32_t partition = 0; partition < self->partition_count; partition++) {
        task_finished = task_finished || weir_stream_task_finished(self->tasks[partition]);
    }
    return interrupted || task_finished || (self->limit >= 0 && self->shown >= self->limit);
}

static bool pull(struct selection *self, struct weir_error *err)
{
    for (size_t source = 0; source < self->subtopology->source_count; source++) {
        for (int32_t partition = 0; partition < self->partition_count; partition++) {
            const struct weir_reading reading = {self->subtopology->sources[source].topic,
                                                 partition, -1};
            if (!weir_read_to_end(self->session->config, &reading, 1, visit, self,
                                  weir_clock_ms() + PULL_TIMEOUT_MS, err)) {
                return false;
            }
        }
    }
    size_t position = 0;
    struct weir_bytes key;
    void *text;
    while (self->table && weir_hash_table_next(self->table, &position, &key, &text)) {
        show(self, text);
    }
    return true;
}

static bool follow(struct selection *self, struct weir_consumer *consumer, struct weir_error *err)
{
    struct weir_fetch fetch = {0};
    bool done = true;
    while (done && !finished(self)) {
        done = weir_consumer_poll(consumer, &fetch, FETCH_RECORDS, POLL_MS, err);
        for (size_t index = 0; done && index < fetch.record_count && !finished(self); index++) {
            done = visit(self, &fetch.records[index], err);
        }
        weir_consumer_release(&fetch);
    }
    weir_fetch_fini(&fetch);
    return done;
}

static bool push(struct selection *self, struct weir_error *err)
{
    uint64_t seed = (uint64_t)weir_clock_us() ^ ((uint64_t)getpid() << 32);
    weir_autofree char *group = weir_format(
        "%s-transient-%016" PRIx64, self->session->application->group_id, weir_random_next(&seed));
    const char *reset = weir_plan_property_value(self->plan, "auto.offset.reset");
    const struct weir_consumer_options options = {
        .group_id = group, .latest = !reset || strcasecmp(reset, "earliest") != 0};
    weir_autofree const char **topics =
        weir_alloc_array(self->subtopology->source_count + 1, sizeof(*topics));
    for (size_t source = 0; source < self->subtopology->source_count; source++) {
        topics[source] = self->subtopology->sources[source].topic;
    }
    struct weir_consumer *consumer = weir_consumer_create(self->session->config, &options,
                                                          weir_clock_ms() + START_TIMEOUT_MS, err);
    bool done =
        consumer && weir_consumer_subscribe(consumer, topics, err) && follow(self, consumer, err);
    weir_consumer_destroy(consumer);
    return done;
}

static void clean_up(struct selection *self)
{
    for (int32_t partition = 0; self->tasks && partition < self->partition_count; partition++) {
        weir_stream_task_destroy(self->tasks[partition]);
    }
    weir_free(self->tasks);
    size_t position = 0;
    struct weir_bytes key;
    void *text;
    while (self->table && weir_hash_table_next(self->table, &position, &key, &text)) {
        weir_free(text);
    }
    weir_hash_table_destroy(self->table);
}

static int64_t limit_of(const struct weir_query_plan *plan)
{
    return plan->root->kind == WEIR_STEP_LIMIT ? plan->root->limit.limit : -1;
}

bool weir_session_select(struct weir_session *session, const struct weir_query_plan *plan,
                         struct weir_error *err)
{
    const struct weir_topology_options options = {0};
    struct selection self = {.session = session, .plan = plan, .limit = limit_of(plan)};
    self.topology = weir_topology_build(session->application->arena, plan, &options);
    self.collector = (struct weir_collector){&self, produce, changelog, on_row, NULL};
    if (self.topology->subtopology_count != 1) {
        return produce(NULL, NULL, err);
    }
    self.subtopology = &self.topology->subtopologies[0];
    if (plan->kind == WEIR_QUERY_PULL && plan->root->table) {
        self.table = weir_hash_table_create();
    }
    struct sigaction action = {.sa_handler = on_interrupt}, before;
    sigaction(SIGINT, &action, &before);
    bool done = make_tasks(&self, err);
    if (done) {
        weir_table_print_header(&plan->root->schema);
        done = (plan->kind == WEIR_QUERY_PULL ? pull : push)(&self, err);
    }
    if (done) {
        printf("%sQuery terminated\n",
               self.limit >= 0 && self.shown >= self.limit ? "Limit Reached\n" : "");
    }
    sigaction(SIGINT, &before, NULL);
    clean_up(&self);
    return done;
}
