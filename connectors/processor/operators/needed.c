/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/topology_step.h"

struct marks {
    bool *values;
    bool *position;
};

static void mark_slots(struct marks marks, const struct weir_expression *expression)
{
    if (expression->kind == WEIR_EXPRESSION_COLUMN) {
        const struct weir_slot *slot = &expression->column.slot;
        if (slot->kind == WEIR_SLOT_VALUE) {
            marks.values[slot->index] = true;
        }
        *marks.position |=
            slot->kind == WEIR_SLOT_ROWPARTITION || slot->kind == WEIR_SLOT_ROWOFFSET;
    }
    /* The tree is not changed: only the accessor wants it mutable. */
    struct weir_expression *tree;
    memcpy(&tree, &expression, sizeof tree);
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        mark_slots(marks, *weir_expression_child(tree, i));
    }
}

static void mark_all_slots(struct marks marks, const struct weir_expression *const *expressions,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mark_slots(marks, expressions[i]);
    }
}

/* Expressions whose column nobody reads are not computed. */
static void mark_needed_slots(struct marks marks, const struct weir_expression *const *expressions,
                              const bool *needed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (needed[i]) {
            mark_slots(marks, expressions[i]);
        }
    }
}

static void mark_same(struct marks marks, const bool *needed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        marks.values[i] |= needed[i];
    }
}

static void mark_calls(struct marks marks, const struct weir_step_aggregate *aggregate)
{
    for (size_t i = 0; i < aggregate->call_count; i++) {
        mark_all_slots(marks, aggregate->calls[i].arguments, aggregate->calls[i].argument_count);
    }
}

static struct marks marks_of(struct weir_topology_step *steps, const struct weir_step *step)
{
    struct weir_topology_step *info = &steps[step->number];
    bool *values; /* const for all but this pass, which made it */
    memcpy(&values, &info->needed, sizeof values);
    return (struct marks){.values = values, .position = &info->position_needed};
}

static void mark_join_inputs(struct weir_topology_step *steps, const struct weir_step *step,
                             const bool *needed)
{
    size_t left_count = step->input->schema.value_count;
    struct marks left = marks_of(steps, step->input), right = marks_of(steps, step->right);
    mark_same(left, needed, left_count);
    mark_same(right, needed + left_count, step->right->schema.value_count);
    *left.position |= steps[step->number].position_needed;
    *right.position |= steps[step->number].position_needed;
    if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN) {
        mark_slots(left, step->join.foreign_key);
    }
}

static void mark_input(struct weir_topology_step *steps, const struct weir_step *step,
                       const bool *needed)
{
    struct marks input = marks_of(steps, step->input);
    *input.position |= steps[step->number].position_needed;
    switch (step->kind) {
    case WEIR_STEP_SELECT:
        mark_needed_slots(input, step->select.values, needed, step->schema.value_count);
        break;
    case WEIR_STEP_SELECT_KEY:
        mark_all_slots(input, step->select_key.keys, step->schema.key_count);
        mark_needed_slots(input, step->select_key.values, needed, step->schema.value_count);
        break;
    case WEIR_STEP_FLAT_MAP:
        mark_same(input, needed, step->input->schema.value_count);
        mark_all_slots(input, step->flat_map.calls, step->flat_map.call_count);
        break;
    case WEIR_STEP_GROUP_BY:
    case WEIR_STEP_TABLE_GROUP_BY:
        mark_same(input, needed, step->schema.value_count);
        mark_all_slots(input, step->group_by.keys, step->group_by.key_count);
        break;
    case WEIR_STEP_AGGREGATE:
    case WEIR_STEP_TABLE_AGGREGATE:
        mark_calls(input, &step->aggregate);
        break;
    case WEIR_STEP_FILTER:
    case WEIR_STEP_TABLE_FILTER:
        mark_slots(input, step->filter.predicate);
        mark_same(input, needed, step->schema.value_count);
        break;
    default: /* values pass through */
        mark_same(input, needed, step->schema.value_count);
        break;
    }
}

void weir_topology_find_needed(struct weir_arena *arena, const struct weir_query_plan *plan,
                               struct weir_topology_step *steps)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        steps[i].needed =
            weir_arena_calloc(arena, plan->steps[i]->schema.value_count, sizeof(bool));
    }
    struct marks root = marks_of(steps, plan->root);
    for (size_t i = 0; i < plan->root->schema.value_count; i++) {
        root.values[i] = true;
    }
    for (size_t i = plan->step_count; i-- > 0;) {
        const struct weir_step *step = plan->steps[i];
        if (step->right) {
            mark_join_inputs(steps, step, steps[i].needed);
        } else if (step->input) {
            mark_input(steps, step, steps[i].needed);
        }
    }
}
