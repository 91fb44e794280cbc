/* aggregate.h - aggregate functions: one call of one, and its state for each group.
 *
 * The operator that groups owns the states: bytes that it sets aside for each group
 * (weir_aggregate_state_bytes) and gives to each function here. Numbers live in those bytes;
 * collections and text in heap memory that the state owns and that grows by doubling, so that an
 * update costs amortised O(1) and COUNT, SUM, AVG, MIN, MAX of numbers touch no heap at all.
 *
 * save and load turn a state into one value (of weir_aggregate_state_type) and back, for
 * changelogs. Threads: one owner per aggregate and its states. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_AGGREGATE_H
#define WEIR_PROCESSOR_FUNCTIONS_AGGREGATE_H

#include "connectors/processor/functions/expression.h"

#include <stdbool.h>

struct weir_aggregate; /* a call: function, argument types, literal arguments */

/* Of the function `name` (upper case) with these arguments, whose columns are resolved. Returns
 * owned; NULL: err (no such overload, an argument that must be a literal ...). Borrows the
 * arguments' types and texts. options may be NULL. */
struct weir_aggregate *weir_aggregate_create(const char *name, struct weir_place place,
                                             const struct weir_expression *const *arguments,
                                             size_t argument_count,
                                             const struct weir_expression_options *options,
                                             struct weir_error *err);
void weir_aggregate_destroy(struct weir_aggregate *aggregate);

/* Leading arguments of the call that are evaluated for each row; the rest are literals. COUNT(*):
 * 0. */
size_t weir_aggregate_argument_count(const struct weir_aggregate *aggregate);
/* The type that argument must have: the compiler casts to it. */
const struct weir_type *weir_aggregate_argument_type(const struct weir_aggregate *aggregate,
                                                     size_t index);
const struct weir_type *weir_aggregate_type(const struct weir_aggregate *aggregate);
const struct weir_type *weir_aggregate_state_type(const struct weir_aggregate *aggregate);

/* Whether undo exists (needed over a TABLE), and merge (needed for sessions and partial
 * aggregates). */
bool weir_aggregate_can_undo(const struct weir_aggregate *aggregate);
bool weir_aggregate_can_merge(const struct weir_aggregate *aggregate);
/* Merging partial states of split input, in any order of the parts, gives what updating in sequence
 * gives (COUNT, SUM of whole numbers and decimals, MIN, MAX ...): not COLLECT_*, *_BY_OFFSET, and
 * not sums of DOUBLE. */
bool weir_aggregate_is_splittable(const struct weir_aggregate *aggregate);

/* A multiple of 16. Any 16-byte aligned memory of this size is a state's home; it may be moved by
 * memcpy. */
size_t weir_aggregate_state_bytes(const struct weir_aggregate *aggregate);
void weir_aggregate_init(struct weir_aggregate *aggregate, void *state);
/* Frees what the state owns. */
void weir_aggregate_fini(const struct weir_aggregate *aggregate, void *state);

/* arguments: weir_aggregate_argument_count values. False: as an exception in Java (a sum past its
 * DECIMAL); the state is as before. */
bool weir_aggregate_update(struct weir_aggregate *aggregate, void *state,
                           const struct weir_value *arguments);
bool weir_aggregate_undo(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *arguments);
/* from stays as it is. */
bool weir_aggregate_merge(struct weir_aggregate *aggregate, void *into, const void *from);
/* May point into the state (until its next change) or the arena. */
bool weir_aggregate_result(const struct weir_aggregate *aggregate, const void *state,
                           struct weir_arena *arena, struct weir_value *value_out);

/* May point into the state and the arena. */
struct weir_value weir_aggregate_save(const struct weir_aggregate *aggregate, const void *state,
                                      struct weir_arena *arena);
/* Into a state that weir_aggregate_init has made. False: the value is not one that save made. */
bool weir_aggregate_load(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *saved);
/* Heap bytes that the state owns: what a memory budget counts. */
size_t weir_aggregate_memory_bytes(const struct weir_aggregate *aggregate, const void *state);

#endif
