/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/row_codec.h"

#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/values/value_codec.h"

enum { SCRATCH_BYTES_FIRST = 64 };

void weir_row_codec_init(struct weir_row_codec *codec, const struct weir_step *step,
                         const struct weir_topology *topology)
{
    *codec = (struct weir_row_codec){
        .needed = topology->steps[step->number].needed,
        .count = step->schema.value_count,
    };
    weir_buffer_init(&codec->scratch, SIZE_MAX);
    weir_buffer_reserve(&codec->scratch, SCRATCH_BYTES_FIRST); /* so that no row is a null view */
}

void weir_row_codec_fini(struct weir_row_codec *codec)
{
    weir_buffer_fini(&codec->scratch);
}

struct weir_bytes weir_row_codec_encode(struct weir_row_codec *codec,
                                        const struct weir_value *values)
{
    weir_buffer_reset(&codec->scratch);
    for (size_t i = 0; i < codec->count; i++) {
        if (codec->needed[i]) {
            weir_value_encode(&values[i], &codec->scratch);
        }
    }
    return weir_buffer_view(&codec->scratch);
}

const struct weir_value *weir_row_codec_decode(const struct weir_row_codec *codec,
                                               struct weir_bytes row, struct weir_arena *arena)
{
    struct weir_value *values = weir_arena_alloc(arena, (codec->count + 1) * sizeof *values);
    for (size_t i = 0; i < codec->count; i++) {
        values[i] = WEIR_VALUE_NULL;
        if (codec->needed[i] && !weir_value_decode(&row, arena, &values[i])) {
            return NULL;
        }
    }
    return row.len == 0 ? values : NULL;
}
