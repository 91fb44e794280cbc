/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_json_plan.h"

#include "connectors/processor/values/utf8.h"
#include "core/base/hash_table.h"

static struct weir_json_object *make_object(struct weir_arena *arena, uint32_t count);

static void make_plan(struct weir_arena *arena, const struct weir_type *type,
                      struct weir_json_plan *plan)
{
    *plan = (struct weir_json_plan){.type = type};
    if (type->kind == WEIR_TYPE_ARRAY || type->kind == WEIR_TYPE_MAP) {
        plan->element = weir_arena_calloc(arena, 1, sizeof *plan->element);
        make_plan(arena, type->element, plan->element);
    }
    if (type->kind != WEIR_TYPE_STRUCT) {
        return;
    }
    plan->object = make_object(arena, (uint32_t)type->field_count);
    for (uint32_t i = 0; i < plan->object->count; i++) {
        plan->object->fields[i].name = weir_bytes_of(type->fields[i].name);
        make_plan(arena, type->fields[i].type, &plan->object->fields[i].plan);
    }
}

static struct weir_json_object *make_object(struct weir_arena *arena, uint32_t count)
{
    struct weir_json_object *object = weir_arena_calloc(arena, 1, sizeof *object);
    object->count = count;
    object->fields = weir_arena_calloc(arena, (size_t)count + 1, sizeof *object->fields);
    object->guesses = weir_arena_calloc(arena, WEIR_JSON_GUESS_COUNT_MAX, sizeof *object->guesses);
    return object;
}

/* After the names are set. */
static void index_object(struct weir_arena *arena, struct weir_json_object *object)
{
    uint64_t slot_count = 4;
    while (slot_count < 2 * (uint64_t)object->count) {
        slot_count *= 2;
    }
    object->slots = weir_arena_calloc(arena, slot_count, sizeof *object->slots);
    object->slot_mask = slot_count - 1;
    for (uint32_t i = 0; i < object->count; i++) {
        const struct weir_json_field *field = &object->fields[i];
        uint64_t slot = weir_hash(field->name.data, field->name.len);
        while (object->slots[slot & object->slot_mask] != 0) {
            slot++;
        }
        object->slots[slot & object->slot_mask] = i + 1;
        if (field->plan.object) {
            index_object(arena, field->plan.object);
        }
        for (const struct weir_json_plan *plan = field->plan.element; plan; plan = plan->element) {
            if (plan->object) {
                index_object(arena, plan->object);
            }
        }
    }
}

struct weir_json_object *weir_json_object_of_columns(struct weir_arena *arena,
                                                     const struct weir_column *columns,
                                                     size_t count)
{
    struct weir_json_object *object = make_object(arena, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        object->fields[i].name = weir_bytes_of(columns[i].name);
        make_plan(arena, columns[i].type, &object->fields[i].plan);
    }
    index_object(arena, object);
    return object;
}

static uint32_t find_field(const struct weir_json_object *object, struct weir_bytes name)
{
    if (object->count == 0) {
        return WEIR_JSON_NO_FIELD;
    }
    uint64_t slot = weir_hash(name.data, name.len);
    for (;; slot++) {
        uint32_t entry = object->slots[slot & object->slot_mask];
        if (entry == 0) {
            return WEIR_JSON_NO_FIELD;
        }
        if (weir_bytes_equal(object->fields[entry - 1].name, name)) {
            return entry - 1;
        }
    }
}

void weir_json_find_targets(const struct weir_json_object *object, struct weir_bytes name,
                            struct weir_arena *arena, struct weir_json_guess *guess)
{
    guess->exact = find_field(object, name);
    struct weir_bytes upper = weir_text_upper(name, arena);
    guess->fold = upper.data == name.data ? WEIR_JSON_NO_FIELD : find_field(object, upper);
}
