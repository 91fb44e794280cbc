/* row_codec.h - the value columns of a row as stores keep them: those that somebody reads.
 * Threads: one owner. Allocates: its scratch buffer; decoded collections in the arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_ROW_CODEC_H
#define WEIR_PROCESSOR_OPERATORS_ROW_CODEC_H

#include "connectors/processor/operators/topology.h"

struct weir_row_codec {
    const bool *needed;
    size_t count;
    struct weir_buffer scratch;
};

/* For the output rows of step. */
void weir_row_codec_init(struct weir_row_codec *codec, const struct weir_step *step,
                         const struct weir_topology *topology);
void weir_row_codec_fini(struct weir_row_codec *codec);
/* Borrowed until the next call; never null. */
struct weir_bytes weir_row_codec_encode(struct weir_row_codec *codec,
                                        const struct weir_value *values);
/* Text and bytes point into row. NULL: not a row of this step. */
const struct weir_value *weir_row_codec_decode(const struct weir_row_codec *codec,
                                               struct weir_bytes row, struct weir_arena *arena);

#endif
