/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/group_state.h"

#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/operators/projection.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

enum { FORM = 1 }; /* of a saved state; another one is refused */

/* At the start of each state; the calls' states follow. */
struct head {
    uint8_t memo;
};

struct call {
    struct weir_aggregate *aggregate;
    size_t offset;                         /* of its state */
    size_t argument_first, argument_count; /* in the projection of all arguments */
};

struct weir_group_state {
    struct weir_operator *operator;
    size_t call_count, bytes;
    struct call *calls;
    struct weir_arena *types; /* of casts */
    const struct weir_expression **arguments;
    struct weir_column *argument_columns; /* names, for messages */
    struct weir_projection *projection;
    struct weir_value *initial;
};

/* ---- creation ---- */

/* The argument as the function wants it. */
static const struct weir_expression *cast_to(struct weir_group_state *states,
                                             const struct weir_expression *expression,
                                             const struct weir_type *wanted, struct weir_error *err)
{
    const struct weir_type *type = weir_expression_type(expression, states->types, err);
    if (!type) {
        return NULL;
    }
    if (type->kind == WEIR_TYPE_NULL || weir_type_equal(type, wanted)) {
        return expression;
    }
    struct weir_expression *cast = weir_arena_calloc(states->types, 1, sizeof *cast);
    cast->kind = WEIR_EXPRESSION_CAST;
    cast->place = expression->place;
    memcpy(&cast->cast.operand, &expression, sizeof expression);
    cast->cast.type = wanted;
    return cast;
}

static bool call_create(struct weir_group_state *states, size_t index, size_t *argument_total,
                        struct weir_error *err)
{
    const struct weir_aggregate_call *written = &states->operator->step->aggregate.calls[index];
    struct call *call = &states->calls[index];
    call->aggregate = weir_aggregate_create(written->function, written->place, written->arguments,
                                            written->argument_count,
                                            &states->operator->task->expression_options, err);
    if (!call->aggregate) {
        return false;
    }
    call->offset = states->bytes;
    states->bytes += weir_aggregate_state_bytes(call->aggregate);
    call->argument_first = *argument_total;
    call->argument_count = weir_aggregate_argument_count(call->aggregate);
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct weir_expression *argument = cast_to(
            states, written->arguments[i], weir_aggregate_argument_type(call->aggregate, i), err);
        if (!argument) {
            return false;
        }
        states->argument_columns[*argument_total].name = written->function;
        states->arguments[(*argument_total)++] = argument;
    }
    return true;
}

static bool calls_create(struct weir_group_state *states, struct weir_error *err)
{
    const struct weir_step_aggregate *step = &states->operator->step->aggregate;
    size_t argument_max = 0, argument_total = 0;
    for (size_t i = 0; i < step->call_count; i++) {
        argument_max += step->calls[i].argument_count;
    }
    states->arguments = weir_alloc_array(argument_max + 1, sizeof *states->arguments);
    states->argument_columns = weir_alloc_array(argument_max + 1, sizeof *states->argument_columns);
    for (size_t i = 0; i < step->call_count; i++) {
        if (!call_create(states, i, &argument_total, err)) {
            return false;
        }
    }
    states->projection = weir_projection_create(
        states->operator, states->arguments, states->argument_columns, NULL, argument_total, err);
    return states->projection != NULL;
}

/* Text and collections in them point into the state made here, which stays with the operator. */
static void initial_create(struct weir_group_state *states)
{
    states->initial = weir_alloc_array(states->call_count + 1, sizeof *states->initial);
    void *state = weir_alloc(states->bytes);
    weir_group_state_init(states, state);
    for (size_t i = 0; i < states->call_count; i++) {
        struct weir_value value;
        const struct call *call = &states->calls[i];
        bool ok = weir_aggregate_result(call->aggregate, (uint8_t *)state + call->offset,
                                        states->types, &value);
        states->initial[i] = ok ? weir_value_copy(states->types, &value) : WEIR_VALUE_NULL;
    }
    struct weir_state_ops ops = weir_group_state_ops(states);
    ops.fini(states, state);
    weir_free(state);
}

struct weir_group_state *weir_group_state_create(struct weir_operator *operator,
                                                 struct weir_error * err)
{
    const struct weir_step *step = operator->step;
    struct weir_group_state *states = weir_alloc(sizeof *states);
    states->operator= operator;
    states->call_count = step->aggregate.call_count;
    states->bytes = (sizeof(struct head) + 15) / 16 * 16;
    states->calls = weir_alloc_array(states->call_count + 1, sizeof *states->calls);
    states->types = weir_arena_create(1024);
    if (!calls_create(states, err)) {
        weir_group_state_destroy(states);
        return NULL;
    }
    initial_create(states);
    return states;
}

void weir_group_state_destroy(struct weir_group_state *states)
{
    if (!states) {
        return;
    }
    for (size_t i = 0; i < states->call_count; i++) {
        weir_aggregate_destroy(states->calls[i].aggregate);
    }
    weir_projection_destroy(states->projection);
    weir_free(states->arguments);
    weir_free(states->argument_columns);
    weir_free(states->calls);
    weir_free(states->initial);
    weir_arena_destroy(states->types);
    weir_free(states);
}

/* ---- one group ---- */

static void *call_state(const struct call *call, const void *state)
{
    uint8_t *memory;
    memcpy(&memory, &state, sizeof memory);
    return memory + call->offset;
}

void weir_group_state_init(struct weir_group_state *states, void *state)
{
    *(struct head *)state = (struct head){0};
    for (size_t i = 0; i < states->call_count; i++) {
        weir_aggregate_init(states->calls[i].aggregate, call_state(&states->calls[i], state));
    }
}

static void change(struct weir_group_state *states, void *state, const struct weir_row *row,
                   bool (*apply)(struct weir_aggregate *aggregate, void *state,
                                 const struct weir_value *arguments))
{
    const struct weir_value *arguments = weir_projection_apply(states->projection, row, NULL);
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        if (!apply(call->aggregate, call_state(call, state), arguments + call->argument_first)) {
            weir_operator_incident(states->operator, WEIR_INCIDENT_EXPRESSION,
                                   "%s cannot take the row",
                                   states->operator->step->aggregate.calls[i].function);
        }
    }
}

void weir_group_state_add(struct weir_group_state *states, void *state, const struct weir_row *row)
{
    change(states, state, row, weir_aggregate_update);
}

void weir_group_state_undo(struct weir_group_state *states, void *state, const struct weir_row *row)
{
    change(states, state, row, weir_aggregate_undo);
}

void weir_group_state_merge(struct weir_group_state *states, void *into, const void *from)
{
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        weir_aggregate_merge(call->aggregate, call_state(call, into), call_state(call, from));
    }
}

const struct weir_value *weir_group_state_values(struct weir_group_state *states, const void *state)
{
    struct weir_arena *arena = states->operator->task->arena;
    struct weir_value *values = weir_arena_alloc(arena, (states->call_count + 1) * sizeof *values);
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        struct weir_value *value = &values[i];
        if (!weir_aggregate_result(call->aggregate, call_state(call, state), arena, value)) {
            *value = WEIR_VALUE_NULL;
            weir_operator_incident(states->operator, WEIR_INCIDENT_EXPRESSION, "%s has no result",
                                   states->operator->step->aggregate.calls[i].function);
        }
    }
    return values;
}

const struct weir_value *weir_group_state_initial(struct weir_group_state *states)
{
    return states->initial;
}

uint8_t *weir_group_state_memo(void *state)
{
    return &((struct head *)state)->memo;
}

/* ---- in a store ---- */

static void state_fini(void *context, void *state)
{
    struct weir_group_state *states = context;
    for (size_t i = 0; i < states->call_count; i++) {
        weir_aggregate_fini(states->calls[i].aggregate, call_state(&states->calls[i], state));
    }
}

static void state_save(void *context, const void *state, struct weir_buffer *buffer)
{
    struct weir_group_state *states = context;
    const struct head *head = state;
    weir_buffer_append_byte(buffer, FORM);
    weir_buffer_append_byte(buffer, head->memo);
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        struct weir_value value = weir_aggregate_save(call->aggregate, call_state(call, state),
                                                      states->operator->task->arena);
        weir_value_encode(&value, buffer);
    }
}

static bool head_load(struct weir_bytes *saved, struct head *head)
{
    if (saved->len < 2 || saved->data[0] != FORM) {
        return false;
    }
    head->memo = saved->data[1];
    *saved = (struct weir_bytes){saved->data + 2, saved->len - 2};
    return true;
}

static bool state_load(void *context, struct weir_bytes saved, void *state)
{
    struct weir_group_state *states = context;
    weir_group_state_init(states, state);
    if (!head_load(&saved, state)) {
        return false;
    }
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        struct weir_value value;
        if (!weir_value_decode(&saved, states->operator->task->arena, &value) ||
            !weir_aggregate_load(call->aggregate, call_state(call, state), &value)) {
            return false;
        }
    }
    return saved.len == 0;
}

static size_t state_heap_bytes(void *context, const void *state)
{
    const struct weir_group_state *states = context;
    size_t bytes = 0;
    for (size_t i = 0; i < states->call_count; i++) {
        const struct call *call = &states->calls[i];
        bytes += weir_aggregate_memory_bytes(call->aggregate, call_state(call, state));
    }
    return bytes;
}

struct weir_state_ops weir_group_state_ops(struct weir_group_state *states)
{
    return (struct weir_state_ops){
        .bytes = states->bytes,
        .fini = state_fini,
        .save = state_save,
        .load = state_load,
        .heap_bytes = state_heap_bytes,
        .context = states,
    };
}
