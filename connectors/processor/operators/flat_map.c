/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "connectors/processor/functions/table_function.h"
#include "core/base/alloc.h"

struct items {
    const struct weir_value *values;
    size_t count;
};

struct flat_map {
    struct weir_operator base;
    size_t call_count;
    struct items *items; /* of the row that is being done */
    struct weir_table_evaluator *evaluators[];
};

static size_t items_compute(struct flat_map *map, const struct weir_row *row)
{
    size_t longest = 0;
    for (size_t i = 0; i < map->call_count; i++) {
        struct items *items = &map->items[i];
        if (!weir_table_evaluate(map->evaluators[i], row, map->base.task->arena, &items->values,
                                 &items->count)) {
            *items = (struct items){0};
            weir_operator_incident(&map->base, WEIR_INCIDENT_EXPRESSION,
                                   "Table function threw an exception");
        }
        longest = items->count > longest ? items->count : longest;
    }
    return longest;
}

static bool flat_map_process(struct weir_operator *operator, uint32_t port,
                             const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct flat_map *map = (struct flat_map *)operator;
    if (!change->row.values) {
        return true;
    }
    size_t input_count = operator->step->input->schema.value_count;
    size_t row_count = items_compute(map, &change->row);
    struct weir_change out = *change;
    for (size_t i = 0; i < row_count; i++) {
        struct weir_value *values =
            weir_arena_alloc(operator->task->arena,
                             (input_count + map->call_count) * sizeof *values);
        memcpy(values, change->row.values, input_count * sizeof *values);
        for (size_t call = 0; call < map->call_count; call++) {
            const struct items *items = &map->items[call];
            values[input_count + call] = i < items->count ? items->values[i] : WEIR_VALUE_NULL;
        }
        out.row.values = values;
        if (!weir_operator_emit(operator, & out, err)) {
            return false;
        }
    }
    return true;
}

static void flat_map_destroy(struct weir_operator *operator)
{
    struct flat_map *map = (struct flat_map *)operator;
    for (size_t i = 0; i < map->call_count; i++) {
        weir_table_evaluator_destroy(map->evaluators[i]);
    }
    weir_free(map->items);
    weir_free(map);
}

static const struct weir_operator_ops flat_map_ops = {.process = flat_map_process,
                                                      .destroy = flat_map_destroy};

struct weir_operator *weir_flat_map_create(struct weir_stream_task *task,
                                           const struct weir_step *step, struct weir_error *err)
{
    size_t count = step->flat_map.call_count;
    struct flat_map *map = weir_alloc(sizeof *map + count * sizeof(struct weir_table_evaluator *));
    map->base = (struct weir_operator){.ops = &flat_map_ops, .task = task, .step = step};
    map->call_count = count;
    map->items = weir_alloc_array(count, sizeof *map->items);
    for (size_t i = 0; i < count; i++) {
        map->evaluators[i] =
            weir_table_evaluator_create(step->flat_map.calls[i], &task->expression_options, err);
        if (!map->evaluators[i]) {
            flat_map_destroy(&map->base);
            return NULL;
        }
    }
    return &map->base;
}
