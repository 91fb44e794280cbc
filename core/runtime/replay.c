/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/replay.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/hash_table.h"
#include "core/kafka/admin.h"
#include "core/runtime/command_line.h"
#include "core/runtime/dead_letter.h"
#include "core/runtime/run.h"
#include "core/runtime/setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CONTEXT_PREFIX "__connect.errors."

enum { START_TIMEOUT_MS = 15000 };

struct end {
    int64_t offset;  /* of the partition, at the start */
    int64_t reached; /* everything before it is dealt with */
};

struct weir_replay {
    char *topic;
    struct end *ends;
    int32_t partition_count;
    struct weir_hash_table *met; /* "topic#partition" of the letters' own records */
};

static bool ask_for_ends(struct weir_replay *replay, struct weir_admin *admin, int64_t deadline_ms,
                         struct weir_error *err)
{
    if (!weir_admin_partition_count(admin, replay->topic, &replay->partition_count, deadline_ms,
                                    err)) {
        return false;
    }
    if (replay->partition_count == 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0, "topic '%s' does not exist",
                         replay->topic);
    }
    replay->ends = weir_alloc_array((size_t)replay->partition_count, sizeof(*replay->ends));
    for (int32_t i = 0; i < replay->partition_count; i++) {
        if (!weir_admin_offsets(admin, replay->topic, i, &replay->ends[i].reached,
                                &replay->ends[i].offset, deadline_ms, err)) {
            return false;
        }
    }
    return true;
}

struct weir_replay *weir_replay_create(const struct weir_config *config, const char *topic,
                                       int64_t deadline_ms, struct weir_error *err)
{
    struct weir_replay *replay = weir_alloc(sizeof(*replay));
    *replay = (struct weir_replay){.topic = weir_strdup(topic), .met = weir_hash_table_create()};
    struct weir_admin *admin = weir_admin_create(config, deadline_ms, err);
    if (!admin || !ask_for_ends(replay, admin, deadline_ms, err)) {
        weir_replay_destroy(replay);
        replay = NULL;
    }
    weir_admin_destroy(admin);
    return replay;
}

void weir_replay_destroy(struct weir_replay *replay)
{
    if (replay) {
        weir_free(replay->topic);
        weir_free(replay->ends);
        weir_hash_table_destroy(replay->met);
        weir_free(replay);
    }
}

const char *weir_replay_topic(const struct weir_replay *replay)
{
    return replay->topic;
}

void weir_replay_reach(struct weir_replay *replay, int32_t partition, int64_t offset)
{
    if (partition >= 0 && partition < replay->partition_count &&
        offset > replay->ends[partition].reached) {
        replay->ends[partition].reached = offset;
    }
}

bool weir_replay_complete(const struct weir_replay *replay)
{
    for (int32_t i = 0; i < replay->partition_count; i++) {
        if (replay->ends[i].reached < replay->ends[i].offset) {
            return false;
        }
    }
    return true;
}

/* ---- letters ---- */

static bool is_context(struct weir_bytes name)
{
    size_t length = strlen(CONTEXT_PREFIX);
    return name.len > length && memcmp(name.data, CONTEXT_PREFIX, length) == 0;
}

/* The last of that name counts: a letter of a letter has two. */
static struct weir_bytes context_of(const struct weir_record *letter, const char *name)
{
    for (size_t i = letter->header_count; i > 0; i--) {
        if (weir_bytes_equal(letter->headers[i - 1].name, weir_bytes_of(name))) {
            return letter->headers[i - 1].value;
        }
    }
    return WEIR_BYTES_NULL;
}

/* -1: not a number. */
static int64_t number_of(struct weir_bytes text)
{
    int64_t number = 0;
    if (text.len == 0 || text.len > 18) {
        return -1;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

struct weir_record weir_replay_restore(const struct weir_record *letter, struct weir_arena *arena)
{
    struct weir_record record = *letter;
    struct weir_bytes topic = context_of(letter, CONTEXT_PREFIX "topic");
    int64_t partition = number_of(context_of(letter, CONTEXT_PREFIX "partition"));
    int64_t offset = number_of(context_of(letter, CONTEXT_PREFIX "offset"));
    struct weir_header *kept = weir_arena_calloc(arena, letter->header_count + 1, sizeof(*kept));
    record.header_count = 0;
    record.headers = kept;
    for (size_t i = 0; i < letter->header_count; i++) {
        if (!is_context(letter->headers[i].name)) {
            kept[record.header_count++] = letter->headers[i];
        }
    }
    if (topic.len > 0 && !memchr(topic.data, 0, topic.len) && offset >= 0 && partition >= 0 &&
        partition <= INT32_MAX) {
        record.topic = weir_arena_strndup(arena, (const char *)topic.data, topic.len);
        record.partition = (int32_t)partition;
        record.offset = offset;
    }
    return record;
}

bool weir_replay_is_incomplete(const struct weir_record *letter)
{
    return weir_bytes_is_null(letter->value) &&
           !weir_bytes_is_null(context_of(letter, WEIR_DEAD_LETTER_VALUE_LEFT_OUT));
}

bool weir_replay_meet(struct weir_replay *replay, const struct weir_record *record)
{
    weir_autofree char *name = weir_format("%s#%" PRId32, record->topic, record->partition);
    if (weir_hash_table_get(replay->met, weir_bytes_of(name))) {
        return false;
    }
    weir_hash_table_put(replay->met, weir_bytes_of(name), replay);
    return true;
}

/* ---- the subcommand ---- */

static int usage(const struct weir_stage_call *call)
{
    fprintf(stderr, "%s: replay --dlq TOPIC FILE\n", call->stage->program);
    return WEIR_EXIT_CONFIG;
}

/* The sink that rejected them may be at work on this machine: its admin port is left to it. */
static bool read_config(const struct weir_stage_call *call, const char *path,
                        struct weir_error *err)
{
    struct weir_command_line line = *call->line;
    if (line.set_count < WEIR_SET_COUNT_MAX) {
        line.sets[line.set_count++] = "listeners=http://127.0.0.1:0";
    }
    return weir_setup_read(call->setup, path, &line, err);
}

int weir_replay_command(const struct weir_stage_call *call)
{
    const char *topic = NULL, *path = NULL;
    struct weir_error err = {0};
    for (int i = 0; i < call->argc; i++) {
        if (strcmp(call->argv[i], "--dlq") == 0 && i + 1 < call->argc) {
            topic = call->argv[++i];
        } else if (strncmp(call->argv[i], "--dlq=", 6) == 0) {
            topic = call->argv[i] + 6;
        } else if (call->argv[i][0] == '-' || path) {
            return usage(call);
        } else {
            path = call->argv[i];
        }
    }
    if (!topic || !path) {
        return usage(call);
    }
    if (!read_config(call, path, &err)) {
        return weir_stage_report(call->stage, &err);
    }
    call->setup->replay =
        weir_replay_create(call->setup->config, topic, weir_clock_ms() + START_TIMEOUT_MS, &err);
    bool done = call->setup->replay && weir_run(call->setup, &err);
    weir_replay_destroy(call->setup->replay);
    call->setup->replay = NULL;
    return done ? WEIR_EXIT_OK : weir_stage_report(call->stage, &err);
}
