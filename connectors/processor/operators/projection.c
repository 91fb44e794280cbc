/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/projection.h"

#include "core/base/alloc.h"

enum item_kind { ITEM_NULL, ITEM_VALUE, ITEM_KEY, ITEM_EVALUATE };

struct item {
    enum item_kind kind;
    uint32_t index;
    struct weir_evaluator *evaluator;
};

struct weir_projection {
    struct weir_operator *operator;
    const struct weir_column *columns;
    struct weir_value *null_values; /* in place of a null row's */
    size_t count;
    struct item items[];
};

static bool item_init(struct item *item, const struct weir_expression *expression,
                      const struct weir_expression_options *options, struct weir_error *err)
{
    if (expression->kind == WEIR_EXPRESSION_COLUMN) {
        const struct weir_slot *slot = &expression->column.slot;
        if (slot->kind == WEIR_SLOT_VALUE || slot->kind == WEIR_SLOT_KEY) {
            item->kind = slot->kind == WEIR_SLOT_VALUE ? ITEM_VALUE : ITEM_KEY;
            item->index = slot->index;
            return true;
        }
    }
    item->kind = ITEM_EVALUATE;
    item->evaluator = weir_evaluator_create(expression, options, err);
    return item->evaluator != NULL;
}

struct weir_projection *weir_projection_create(struct weir_operator *operator,
                                               const struct weir_expression * const * expressions,
                                               const struct weir_column *columns,
                                               const bool *needed, size_t count,
                                               struct weir_error *err)
{
    struct weir_projection *projection =
        weir_alloc(sizeof *projection + count * sizeof(struct item));
    projection->operator= operator;
    projection->columns = columns;
    projection->count = count;
    size_t input_count = operator->step->input->schema.value_count;
    projection->null_values = weir_alloc_array(input_count + 1, sizeof(struct weir_value));
    for (size_t i = 0; i < count; i++) {
        if ((!needed || needed[i]) && !item_init(&projection->items[i], expressions[i],
                                                 &operator->task->expression_options, err)) {
            weir_projection_destroy(projection);
            return NULL;
        }
    }
    return projection;
}

void weir_projection_destroy(struct weir_projection *projection)
{
    if (!projection) {
        return;
    }
    for (size_t i = 0; i < projection->count; i++) {
        weir_evaluator_destroy(projection->items[i].evaluator);
    }
    weir_free(projection->null_values);
    weir_free(projection);
}

static struct weir_value evaluate(struct weir_projection *projection, size_t index,
                                  const struct weir_row *row, bool *failed)
{
    struct weir_evaluator *evaluator = projection->items[index].evaluator;
    struct weir_value value;
    if (!weir_evaluate(evaluator, row, projection->operator->task->arena, &value)) {
        *failed = true;
        weir_operator_incident(projection->operator, WEIR_INCIDENT_EXPRESSION,
                               "Error computing expression for column %s with index %zu: %s",
                               projection->columns[index].name, index,
                               weir_evaluator_message(evaluator));
    }
    return value;
}

const struct weir_value *weir_projection_apply(struct weir_projection *projection,
                                               const struct weir_row *row, bool *failed_out)
{
    bool failed = false;
    struct weir_row with_values;
    if (!row->values) {
        with_values = *row;
        with_values.values = projection->null_values;
        row = &with_values;
    }
    struct weir_value *values = weir_arena_alloc(projection->operator->task->arena,
                                                 (projection->count + 1) * sizeof *values);
    for (size_t i = 0; i < projection->count; i++) {
        const struct item *item = &projection->items[i];
        switch (item->kind) {
        case ITEM_NULL:
            values[i] = WEIR_VALUE_NULL;
            break;
        case ITEM_VALUE:
            values[i] = row->values[item->index];
            break;
        case ITEM_KEY:
            values[i] = row->key[item->index];
            break;
        case ITEM_EVALUATE:
            values[i] = evaluate(projection, i, row, &failed);
            break;
        }
    }
    if (failed_out) {
        *failed_out = failed;
    }
    return values;
}
