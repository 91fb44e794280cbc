/* transform.h - Connect's single message transforms: `transforms`, `predicates` and their
 * `transforms.<alias>.*` rows.
 *
 * Applied to each record of a source before it is sent, in the order of the list. Values are JSON
 * text (schemaless), as StringConverter and JsonConverter write it. What a transform makes lives in
 * the batch's arena.
 * Threads: a chain has one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_TRANSFORM_H
#define WEIR_RUNTIME_TRANSFORM_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/record/batch.h"

struct weir_transforms;

/* `transforms`, `transforms.*`, `predicates`, `predicates.*`. */
extern const struct weir_property weir_transform_properties[];

/* Returns owned; NULL and domain CONFIG: unknown type or a missing setting. */
struct weir_transforms *weir_transforms_create(const struct weir_config *config,
                                               struct weir_error *err);
void weir_transforms_destroy(struct weir_transforms *transforms);

enum weir_transform_result {
    WEIR_TRANSFORM_KEEP,
    WEIR_TRANSFORM_DROP, /* filtered out */
    WEIR_TRANSFORM_FAIL, /* err (REJECT) says which transform and why */
};
enum weir_transform_result weir_transforms_apply(const struct weir_transforms *transforms,
                                                 struct weir_record *record,
                                                 struct weir_arena *arena, struct weir_error *err);

#endif
