/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/commit_note.h"

#include "core/base/alloc.h"
#include "core/base/base64.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES_BYTES_MAX = 1 << 20 };

static void write_member(const struct weir_instance *instance, size_t member,
                         struct weir_buffer *out)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    weir_auto_buffer times;
    weir_buffer_init(&times, TIMES_BYTES_MAX);
    weir_stream_task_times_export(instance->tasks[member], &times);
    weir_buffer_append_format(out, "%s/%u#%016" PRIx64 "=", which->query->plan->id,
                              which->subtopology->number, which->query->topology->fingerprint);
    weir_base64_write(weir_buffer_view(&times), out);
    for (uint32_t source = 0; source < which->subtopology->source_count; source++) {
        int64_t from = weir_stream_task_restore_offset(instance->tasks[member], source);
        weir_buffer_append_format(out, ",%" PRId64, from == INT64_MAX ? -1 : from);
    }
    weir_buffer_append_byte(out, ';');
}

void weir_commit_note_write(const struct weir_instance *instance, struct weir_buffer *out)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        write_member(instance, member, out);
    }
}

/* ---- reading ---- */

static bool changed(const struct weir_merge_member *which, const char *how, struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "query %s %s since its offsets were committed, so its stored state cannot be "
                     "read: give the changed program another ksql.service.id, or run "
                     "`weir-processor reset FILE` to forget state and offsets and start afresh",
                     which->query->plan->id, how);
}

/* Behind the member's name and '#': the fingerprint, '=', the times. */
static const char *find_member(const struct weir_merge_member *which, const char *note)
{
    weir_autofree char *name =
        weir_format("%s/%u#", which->query->plan->id, which->subtopology->number);
    const char *found = note;
    while ((found = strstr(found, name)) != NULL && found != note && found[-1] != ';') {
        found++;
    }
    return found ? found + strlen(name) : NULL;
}

static void read_offsets(struct weir_instance *instance, size_t member, const char *text)
{
    size_t count = instance->group->members[member].subtopology->source_count;
    for (size_t source = 0; source < count && *text == ','; source++) {
        char *end;
        instance->restore_from[member][source] = strtoll(text + 1, &end, 10);
        text = end;
    }
}

static bool read_member(struct weir_instance *instance, size_t member, const char *text,
                        struct weir_error *err)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    char *end;
    uint64_t fingerprint = strtoull(text, &end, 16);
    if (*end != '=' || fingerprint != which->query->topology->fingerprint) {
        return changed(which, "has changed", err);
    }
    const char *coded = end + 1;
    size_t length = strcspn(coded, ",;");
    weir_auto_buffer times;
    weir_buffer_init(&times, TIMES_BYTES_MAX);
    if (!weir_base64_read((struct weir_bytes){(const uint8_t *)coded, length}, &times)) {
        return changed(which, "has an unreadable note", err);
    }
    read_offsets(instance, member, coded + length);
    return weir_stream_task_times_import(instance->tasks[member], weir_buffer_view(&times), err);
}

bool weir_commit_note_read(struct weir_instance *instance, const char *note, struct weir_error *err)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        const struct weir_merge_member *which = &instance->group->members[member];
        const char *text = find_member(which, note);
        if (text && !read_member(instance, member, text, err)) {
            return false;
        }
        if (!text && which->query->earliest) {
            return changed(which, "was not there, or read other topics,", err);
        }
    }
    return true;
}
