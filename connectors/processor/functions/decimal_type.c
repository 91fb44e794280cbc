/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/decimal_type.h"

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

const struct weir_type *weir_decimal_type_of(struct weir_arena *arena, const struct weir_type *type)
{
    if (type->kind == WEIR_TYPE_DECIMAL) {
        return type;
    }
    return weir_type_decimal(arena, type->kind == WEIR_TYPE_INTEGER ? 10 : 19, 0);
}

const struct weir_type *weir_decimal_type_widen(struct weir_arena *arena, const struct weir_type *a,
                                                const struct weir_type *b)
{
    a = weir_decimal_type_of(arena, a);
    b = weir_decimal_type_of(arena, b);
    int32_t scale = larger(a->scale, b->scale);
    return weir_type_decimal(
        arena, larger(a->precision - a->scale, b->precision - b->scale) + scale, scale);
}

const struct weir_type *weir_decimal_type_result(struct weir_arena *arena,
                                                 enum weir_arithmetic operator,
                                                 const struct weir_type * a,
                                                 const struct weir_type *b)
{
    int32_t whole_a = a->precision - a->scale, whole_b = b->precision - b->scale;
    int32_t scale = larger(a->scale, b->scale);
    switch (operator) {
    case WEIR_ARITHMETIC_ADD:
    case WEIR_ARITHMETIC_SUBTRACT:
        return weir_type_decimal(arena, scale + larger(whole_a, whole_b) + 1, scale);
    case WEIR_ARITHMETIC_MULTIPLY:
        return weir_type_decimal(arena, a->precision + b->precision + 1, a->scale + b->scale);
    case WEIR_ARITHMETIC_DIVIDE:
        scale = larger(6, a->scale + b->precision + 1);
        return weir_type_decimal(arena, whole_a + b->scale + scale, scale);
    case WEIR_ARITHMETIC_MODULUS:
        return weir_type_decimal(arena, smaller(whole_a, whole_b) + scale, scale);
    }
    return a;
}

const struct weir_type *weir_decimal_type_of_value(struct weir_arena *arena,
                                                   const struct weir_decimal *decimal)
{
    int32_t scale = decimal->scale > 0 ? decimal->scale : 0;
    int32_t precision = weir_decimal_precision(decimal) - (decimal->scale < 0 ? decimal->scale : 0);
    bool below_one =
        weir_decimal_precision(decimal) <= decimal->scale || weir_decimal_sign(decimal) == 0;
    return weir_type_decimal(arena, below_one ? scale + 1 : precision, scale);
}
