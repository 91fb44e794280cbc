/* group_state.h - what an aggregate keeps for each group: the states of its calls, and whether the
 * group passed HAVING when it was last handed on.
 *
 * One block of fixed size in a store's entry.
 * Threads: one owner. Allocates: collections on the heap. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_GROUP_STATE_H
#define WEIR_PROCESSOR_OPERATORS_GROUP_STATE_H

#include "connectors/processor/operators/operator.h"
#include "connectors/processor/state/state_ops.h"

/* For all groups of one aggregate step. */
struct weir_group_state;

/* Returns owned; NULL: err. */
struct weir_group_state *weir_group_state_create(struct weir_operator *operator,
                                                 struct weir_error * err);
void weir_group_state_destroy(struct weir_group_state *states);
/* Valid as long as states. */
struct weir_state_ops weir_group_state_ops(struct weir_group_state *states);

void weir_group_state_init(struct weir_group_state *states, void *state);
/* A call that cannot take the row (a sum past its DECIMAL) leaves its state as it was and is
 * reported. row->values is not NULL. */
void weir_group_state_add(struct weir_group_state *states, void *state, const struct weir_row *row);
void weir_group_state_undo(struct weir_group_state *states, void *state,
                           const struct weir_row *row);
/* Sessions: into becomes both, from stays. */
void weir_group_state_merge(struct weir_group_state *states, void *into, const void *from);
/* The aggregate's output values; they point into the state until its next change, and the arena. */
const struct weir_value *weir_group_state_values(struct weir_group_state *states,
                                                 const void *state);
/* Of a group without rows. */
const struct weir_value *weir_group_state_initial(struct weir_group_state *states);
/* For weir_change.memo. */
uint8_t *weir_group_state_memo(void *state);

#endif
