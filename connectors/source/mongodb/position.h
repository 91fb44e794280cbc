/* position.h - where a source stands, and the two JSON objects that store it in Connect's format.
 *
 * Streaming: {"_id": "<resume token as JSON text>"}. Copying: "copy" marks it, as MongoDB's
 * connector does, and beside it stands what makes the copy resumable: the namespace, the ranges of
 * it that are left, and the token that was taken before the copy.
 * Threads: a value with owned bytes. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_POSITION_H
#define WEIR_SOURCE_MONGODB_POSITION_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/config.h"

#include <stdbool.h>

struct weir_position {
    struct weir_bytes token; /* resume token, a BSON document; null: none yet */
    bool copying;
    /* copying: db.coll that is being copied, those before it are; null: none has begun */
    struct weir_bytes namespace;
    /* copying: what is left of namespace, see copy_ranges.h; null: all of it */
    struct weir_bytes ranges;
};

/* The stored offset's text to a position in the arena. Null text: a fresh start. False and err
 * (STOP): not an offset of this connector. An offset of MongoDB's own connector that was copying
 * starts its copy again. */
bool weir_position_read(struct weir_bytes offset, struct weir_arena *arena,
                        struct weir_position *position_out, struct weir_error *err);
/* Appends the stored form. */
void weir_position_write(const struct weir_position *position, struct weir_buffer *out);
/* {"ns":"mongodb://host:27017/db.coll"}, or offset.partition.name. connection_name is without user
 * and password. */
void weir_position_partition(const struct weir_config *config, const char *connection_name,
                             struct weir_buffer *out);

#endif
