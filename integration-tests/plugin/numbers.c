/* numbers.c - a plugin as someone else would write it: a source that counts, a sink that appends
 * lines to a file.
 *
 * Built from the installed headers alone: cc -shared -fPIC $(pkg-config --cflags weir) numbers.c -o
 * numbers.so */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/record/plugin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Source: records 1 to count, keyed by their own text; goes on where it stood. ---- */

struct numbers {
    const struct weir_source_context *context;
    int64_t next;
};

static const struct weir_property numbers_properties[] = {
    {.name = "numbers.topic",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .group = "Numbers",
     .documentation = "Where the numbers go."},
    {.name = "numbers.count",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "10",
     .has_range = true,
     .value_min = 1,
     .value_max = 1000000,
     .group = "Numbers",
     .documentation = "The last number."},
    {0},
};

#define PARTITION WEIR_BYTES("{\"numbers\":\"all\"}")

static bool numbers_open(void *state, const struct weir_source_context *context,
                         int64_t deadline_ms, struct weir_error *err)
{
    (void)deadline_ms;
    struct numbers *numbers = state;
    struct weir_bytes stored = context->stored_offset(context, PARTITION);
    numbers->context = context;
    numbers->next = 1;
    if (stored.data &&
        sscanf((const char *)stored.data, "{\"next\":%" SCNd64, &numbers->next) != 1) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "not an offset of mine: %.*s",
                         (int)stored.len, (const char *)stored.data);
    }
    weir_log_info("numbers", "opened", "next=%" PRId64, numbers->next);
    return true;
}

static bool numbers_poll(void *state, struct weir_batch *batch, int64_t deadline_ms,
                         struct weir_error *err)
{
    (void)err;
    struct numbers *numbers = state;
    const struct weir_config *config = numbers->context->config;
    if (numbers->next > weir_config_long(config, "numbers.count")) {
        weir_clock_sleep_ms(weir_clock_left_ms(deadline_ms, 100));
        return true;
    }
    const char *text = weir_arena_format(batch->arena, "%" PRId64, numbers->next++);
    struct weir_record *record = weir_batch_add(batch);
    record->topic = weir_config_string(config, "numbers.topic");
    record->key = weir_bytes_of(text);
    record->value = weir_bytes_of(weir_arena_format(batch->arena, "{\"number\":%s}", text));
    weir_batch_offset_set(
        batch, PARTITION,
        weir_bytes_of(weir_arena_format(batch->arena, "{\"next\":%" PRId64 "}", numbers->next)));
    numbers->context->metric_add(numbers->context, "weir_numbers_made_total", 1);
    return true;
}

static void numbers_close(void *state)
{
    (void)state;
}

static const char *const numbers_names[] = {"org.example.NumbersSourceConnector", NULL};
static const struct weir_source_ops numbers_source = {
    .name = "numbers",
    .class_names = numbers_names,
    .version = "0.9",
    .documentation = "Counts.",
    .properties = numbers_properties,
    .state_bytes = sizeof(struct numbers),
    .open = numbers_open,
    .poll = numbers_poll,
    .close = numbers_close,
};

/* ---- Sink: "<partition> <offset> <value>" a line; rejects values that are not JSON objects.
 * ---- */

struct lines {
    FILE *file;
};

static const struct weir_property lines_properties[] = {
    {.name = "lines.file",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .group = "Lines",
     .documentation = "The file to append to."},
    {0},
};

static bool lines_open(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                       struct weir_error *err)
{
    (void)deadline_ms;
    struct lines *lines = state;
    const char *path = weir_config_string(context->config, "lines.file");
    lines->file = fopen(path, "ae");
    return lines->file || weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, errno, "%s: %s", path,
                                    strerror(errno));
}

static bool lines_write(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                        int64_t deadline_ms, struct weir_error *err)
{
    (void)deadline_ms;
    (void)err;
    struct lines *lines = state;
    for (size_t i = 0; i < batch->record_count; i++) {
        const struct weir_record *record = &batch->records[i];
        if (outcomes[i].kind != WEIR_OUTCOME_RETRY) {
            continue;
        }
        if (record->value.len == 0 || record->value.data[0] != '{') {
            outcomes[i] =
                (struct weir_outcome){.kind = WEIR_OUTCOME_REJECT, .reason = "not an object"};
            continue;
        }
        fprintf(lines->file, "%d %lld %.*s\n", (int)record->partition, (long long)record->offset,
                (int)record->value.len, (const char *)record->value.data);
        outcomes[i].kind = WEIR_OUTCOME_DONE;
    }
    return true;
}

static bool lines_flush(void *state, int64_t deadline_ms, struct weir_error *err)
{
    (void)deadline_ms;
    struct lines *lines = state;
    return fflush(lines->file) == 0 ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, errno, "%s", strerror(errno));
}

static void lines_close(void *state)
{
    struct lines *lines = state;
    if (lines->file) {
        fclose(lines->file);
    }
}

static const struct weir_sink_ops lines_sink = {
    .name = "lines",
    .version = "0.9",
    .documentation = "Appends lines to a file.",
    .properties = lines_properties,
    .state_bytes = sizeof(struct lines),
    .open = lines_open,
    .write = lines_write,
    .flush = lines_flush,
    .close = lines_close,
};

static const struct weir_source_ops *const sources[] = {&numbers_source, NULL};
static const struct weir_sink_ops *const sinks[] = {&lines_sink, NULL};

extern const struct weir_plugin weir_plugin;
const struct weir_plugin weir_plugin = {.abi = WEIR_PLUGIN_ABI, .sources = sources, .sinks = sinks};
