/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/trigger.h"

#include "connectors/sink/http/trigger_internal.h"
#include "core/base/alloc.h"
#include "core/base/base64.h"

#include <stdlib.h>
#include <string.h>

/* The note is "w1:" and base64 of: unit, base, then for each key its hash (8 bytes), last success +
 * 1, number of windows, and the windows' distances in units, the first from base. All but the hash
 * are variable-length numbers. Minute windows of one key cost one byte each. */

#define PREFIX WEIR_BYTES("w1:")
enum { NUMBER_BYTES_MAX = 10, NOTE_BYTES_MAX = 1 << 20 };

static void put_number(struct weir_buffer *out, uint64_t number)
{
    while (number >= 0x80) {
        weir_buffer_append_byte(out, (uint8_t)(number | 0x80));
        number >>= 7;
    }
    weir_buffer_append_byte(out, (uint8_t)number);
}

static bool take_number(struct weir_bytes *bytes, uint64_t *number_out)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < NUMBER_BYTES_MAX && i < bytes->len; i++) {
        uint8_t byte = bytes->data[i];
        number |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (!(byte & 0x80)) {
            bytes->data += i + 1;
            bytes->len -= i + 1;
            *number_out = number;
            return true;
        }
    }
    return false;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* What all windows of a note have in common. */
struct frame {
    uint64_t unit_ms;
    int64_t base_ms;
    int64_t from_ms; /* windows that start earlier are left out */
};

static struct trigger_key *next_key(const struct trigger_partition *partition, size_t *position)
{
    struct weir_bytes name;
    void *value = NULL;
    return weir_hash_table_next(partition->keys, position, &name, &value) ? value : NULL;
}

static void measure(const struct trigger_partition *partition, struct frame *frame)
{
    struct trigger_key *key;
    bool first = true;
    frame->base_ms = 0;
    frame->unit_ms = 0;
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        for (size_t i = 0; i < key->start_count; i++) {
            if (key->starts_ms[i] >= frame->from_ms) {
                frame->base_ms = first || key->starts_ms[i] < frame->base_ms ? key->starts_ms[i]
                                                                             : frame->base_ms;
                first = false;
            }
        }
    }
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        for (size_t i = 0; i < key->start_count; i++) {
            if (key->starts_ms[i] >= frame->from_ms) {
                frame->unit_ms =
                    common_divisor((uint64_t)(key->starts_ms[i] - frame->base_ms), frame->unit_ms);
            }
        }
    }
    frame->unit_ms = frame->unit_ms ? frame->unit_ms : 1;
}

static void put_key(struct weir_buffer *out, const struct trigger_key *key,
                    const struct frame *frame, bool cools)
{
    size_t first = 0;
    while (first < key->start_count && key->starts_ms[first] < frame->from_ms) {
        first++;
    }
    if (first == key->start_count && !cools) {
        return;
    }
    weir_buffer_append(out, &key->hash, sizeof(key->hash));
    put_number(out, cools ? (uint64_t)(key->last_success_ms + 1) : 0);
    put_number(out, key->start_count - first);
    int64_t before_ms = frame->base_ms;
    for (size_t i = first; i < key->start_count; i++) {
        put_number(out, (uint64_t)(key->starts_ms[i] - before_ms) / frame->unit_ms);
        before_ms = key->starts_ms[i];
    }
}

/* Up to bytes_max; returns false when there is more. */
static bool put_keys(const struct trigger *trigger, const struct trigger_partition *partition,
                     const struct frame *frame, size_t bytes_max, struct weir_buffer *out)
{
    struct trigger_key *key;
    put_number(out, frame->unit_ms);
    put_number(out, (uint64_t)frame->base_ms);
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        size_t before = out->len;
        put_key(out, key, frame, trigger->options.cooldown_ms > 0 && key->last_success_ms >= 0);
        if (out->len > bytes_max) {
            out->len = before;
            return false;
        }
    }
    return true;
}

static int compare_times(const void *left, const void *right)
{
    int64_t a, b;
    memcpy(&a, left, sizeof(a));
    memcpy(&b, right, sizeof(b));
    return (a > b) - (a < b);
}

/* The middle of all windows not before from_ms: the next place to cut. INT64_MAX: nothing is left
 * to halve. */
static int64_t middle_start(const struct trigger_partition *partition, int64_t from_ms)
{
    struct trigger_key *key;
    size_t count = 0, capacity = 0;
    weir_autofree int64_t *starts = NULL;
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        capacity += key->start_count;
    }
    starts = weir_alloc_array(capacity + 1, sizeof(*starts));
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        for (size_t i = 0; i < key->start_count; i++) {
            if (key->starts_ms[i] >= from_ms) {
                starts[count++] = key->starts_ms[i];
            }
        }
    }
    qsort(starts, count, sizeof(*starts), compare_times);
    int64_t middle = count > 0 ? starts[count / 2] : INT64_MAX;
    return middle > from_ms ? middle : INT64_MAX;
}

static size_t count_before(const struct trigger_partition *partition, int64_t from_ms)
{
    struct trigger_key *key;
    size_t count = 0;
    for (size_t position = 0; (key = next_key(partition, &position)) != NULL;) {
        for (size_t i = 0; i < key->start_count; i++) {
            count += key->starts_ms[i] < from_ms;
        }
    }
    return count;
}

size_t weir_trigger_write_note(struct trigger *trigger, struct trigger_partition *partition,
                               size_t bytes_max, struct weir_buffer *note)
{
    weir_trigger_forget_stale(trigger, partition);
    if (weir_hash_table_count(partition->keys) == 0) {
        return 0;
    }
    size_t binary_max = (bytes_max - PREFIX.len) / 4 * 3;
    struct frame frame = {.from_ms = INT64_MIN};
    weir_auto_buffer binary;
    weir_buffer_init(&binary, NOTE_BYTES_MAX);
    bool complete = false;
    while (!complete) {
        measure(partition, &frame);
        weir_buffer_reset(&binary);
        complete = put_keys(trigger, partition, &frame, binary_max, &binary);
        int64_t middle_ms = complete ? 0 : middle_start(partition, frame.from_ms);
        if (middle_ms == INT64_MAX) {
            break; /* as many keys as fit */
        }
        frame.from_ms = complete ? frame.from_ms : middle_ms;
    }
    weir_buffer_append_bytes(note, PREFIX);
    weir_base64_write(weir_buffer_view(&binary), note);
    return count_before(partition, frame.from_ms) + !complete;
}

static bool take_key(struct trigger_partition *partition, struct weir_bytes *bytes,
                     uint64_t unit_ms, int64_t base_ms)
{
    uint64_t hash, success, count, distance;
    if (bytes->len < sizeof(hash)) {
        return false;
    }
    memcpy(&hash, bytes->data, sizeof(hash));
    bytes->data += sizeof(hash);
    bytes->len -= sizeof(hash);
    if (!take_number(bytes, &success) || !take_number(bytes, &count) || success > INT64_MAX ||
        count > bytes->len) {
        return false;
    }
    struct trigger_key *key = weir_trigger_key(partition, hash);
    key->last_success_ms = (int64_t)success - 1;
    int64_t start_ms = base_ms;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t distance_ms;
        if (!take_number(bytes, &distance) ||
            __builtin_mul_overflow(distance, unit_ms, &distance_ms) ||
            __builtin_add_overflow(start_ms, distance_ms, &start_ms)) {
            return false;
        }
        weir_trigger_key_add(key, start_ms);
    }
    return true;
}

bool weir_trigger_read_note(struct trigger_partition *partition, struct weir_bytes note)
{
    if (note.len < PREFIX.len || memcmp(note.data, PREFIX.data, PREFIX.len) != 0) {
        return false;
    }
    weir_auto_buffer binary;
    weir_buffer_init(&binary, NOTE_BYTES_MAX);
    struct weir_bytes text = {note.data + PREFIX.len, note.len - PREFIX.len};
    if (!weir_base64_read(text, &binary)) {
        return false;
    }
    struct weir_bytes bytes = weir_buffer_view(&binary);
    uint64_t unit_ms, base_ms;
    if (!take_number(&bytes, &unit_ms) || !take_number(&bytes, &base_ms) || base_ms > INT64_MAX) {
        return false;
    }
    while (bytes.len > 0) {
        if (!take_key(partition, &bytes, unit_ms, (int64_t)base_ms)) {
            return false;
        }
    }
    return true;
}
