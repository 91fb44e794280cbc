/* dead_letter.h - where rejected records go: Connect's dead letter queue, original bytes and
 * __connect.errors.* headers (KIP-298).
 *
 * A dead letter counts as delivered only after weir_dead_letter_flush.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_DEAD_LETTER_H
#define WEIR_RUNTIME_DEAD_LETTER_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/record/record.h"

#include <stdbool.h>

struct weir_dead_letters;
struct weir_producer;

/* The header of a letter whose value was too large for the queue. */
#define WEIR_DEAD_LETTER_VALUE_LEFT_OUT "__connect.errors.value.left.out"

struct weir_dead_letter_options {
    const char *connector_name, *connector_class;
    int task_index;
    /* NULL: one of its own. Else borrowed: letters are part of its open transaction. */
    struct weir_producer *producer;
};

/* Creates the topic if it is not there. Borrows all. Only where errors.deadletterqueue.topic.name
 * is set. */
struct weir_dead_letters *weir_dead_letters_create(const struct weir_config *config,
                                                   const struct weir_dead_letter_options *options,
                                                   int64_t deadline_ms, struct weir_error *err);
void weir_dead_letters_destroy(struct weir_dead_letters *letters);

struct weir_dead_letter_reason {
    const char *stage; /* TASK_PUT, VALUE_CONVERTER ... */
    /* Java class that a user of Connect would see; NULL = ConnectException */
    const char *exception;
    const char *message;
};
/* The letter that becomes of a record: all its bytes and headers, and where it came from. Headers lie
 * in the arena. */
struct weir_record weir_dead_letter_make(const struct weir_dead_letter_options *options,
                                         const struct weir_record *record,
                                         const struct weir_dead_letter_reason *reason,
                                         struct weir_arena *arena);
/* A value that is larger than the queue's max.message.bytes is left out; key and headers stay. */
bool weir_dead_letter_send(struct weir_dead_letters *letters, const struct weir_record *record,
                           const struct weir_dead_letter_reason *reason, struct weir_error *err);
/* Every letter sent so far is durable. */
bool weir_dead_letter_flush(struct weir_dead_letters *letters, int64_t deadline_ms,
                            struct weir_error *err);

#endif
