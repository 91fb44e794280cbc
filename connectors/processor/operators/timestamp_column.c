/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/timestamp_column.h"

/* The column itself, or STRINGTOTIMESTAMP(column, format). */
struct weir_evaluator *weir_timestamp_evaluator_create(
    const struct weir_timestamp *timestamp, const struct weir_schema *schema,
    const struct weir_expression_options *options, struct weir_error *err)
{
    struct weir_expression column = {.kind = WEIR_EXPRESSION_COLUMN};
    column.column.name = timestamp->column;
    column.column.slot = (struct weir_slot){
        .kind = timestamp->in_key ? WEIR_SLOT_KEY : WEIR_SLOT_VALUE,
        .index = timestamp->index,
        .type = (timestamp->in_key ? schema->key : schema->values)[timestamp->index].type,
    };
    if (!timestamp->format) {
        return weir_evaluator_create(&column, options, err);
    }
    struct weir_expression format = {.kind = WEIR_EXPRESSION_STRING};
    format.literal.text = timestamp->format;
    format.literal.length = strlen(timestamp->format);
    struct weir_expression *arguments[] = {&column, &format};
    struct weir_expression call = {.kind = WEIR_EXPRESSION_CALL};
    call.call.name = "STRINGTOTIMESTAMP";
    call.call.arguments = arguments;
    call.call.argument_count = 2;
    return weir_evaluator_create(&call, options, err);
}

bool weir_timestamp_evaluate(struct weir_evaluator *evaluator, const struct weir_row *row,
                             struct weir_arena *arena, int64_t *timestamp_ms_out)
{
    struct weir_value value;
    if (!weir_evaluate(evaluator, row, arena, &value) || weir_value_is_null(&value)) {
        return false;
    }
    *timestamp_ms_out = value.kind == WEIR_TYPE_INTEGER ? value.integer : value.bigint;
    return true;
}
