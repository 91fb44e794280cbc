/* row_json_plan.h - what a JSON row reader knows about its columns: their names by hash, and the
 * order in which fields came last time.
 *
 * For the JSON reader alone.
 * Threads: one owner. Allocates: in the reader's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_ROW_JSON_PLAN_H
#define WEIR_PROCESSOR_VALUES_ROW_JSON_PLAN_H

#include "connectors/processor/values/value.h"
#include "core/base/bytes.h"

#include <stdint.h>

enum {
    WEIR_JSON_GUESS_NAME_BYTES = 56,
    WEIR_JSON_GUESS_COUNT_MAX = 64,
};
#define WEIR_JSON_NO_FIELD UINT32_MAX

/* What the field at one position of an object was called last time, and whose columns it fills. */
struct weir_json_guess {
    uint8_t name[WEIR_JSON_GUESS_NAME_BYTES];
    uint32_t length;
    uint32_t exact; /* the field of this very name */
    uint32_t fold;  /* the field of this name in upper case, when it is another */
};

/* Fields of the row or of a STRUCT. */
struct weir_json_object {
    uint32_t count;
    struct weir_json_field *fields;
    uint32_t *slots; /* field + 1 by hash of the name */
    uint64_t slot_mask;
    struct weir_json_guess *guesses;
    uint32_t guess_count;
};

struct weir_json_plan {
    const struct weir_type *type;
    struct weir_json_plan *element;  /* ARRAY, MAP */
    struct weir_json_object *object; /* STRUCT */
};

struct weir_json_field {
    struct weir_bytes name;
    struct weir_json_plan plan;
};

struct weir_json_object *weir_json_object_of_columns(struct weir_arena *arena,
                                                     const struct weir_column *columns,
                                                     size_t count);
/* Sets exact and fold. */
void weir_json_find_targets(const struct weir_json_object *object, struct weir_bytes name,
                            struct weir_arena *arena, struct weir_json_guess *guess);

#endif
