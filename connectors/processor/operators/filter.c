/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "core/base/alloc.h"

enum { MEMO_PASSED = 1, MEMO_FAILED = 2 };

struct filter {
    struct weir_operator base;
    struct weir_evaluator *predicate;
};

static bool passes(struct filter *filter, const struct weir_row *row)
{
    return row->values && weir_evaluate_predicate(filter->predicate, row, filter->base.task->arena);
}

static bool filter_process(struct weir_operator *operator, uint32_t port,
                           const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    return !passes((struct filter *)operator, & change->row) ||
           weir_operator_emit(operator, change, err);
}

static bool old_passes(struct filter *filter, const struct weir_change *change)
{
    if (change->memo && *change->memo != 0) {
        return *change->memo == MEMO_PASSED;
    }
    struct weir_row old = change->row;
    old.values = change->old_values;
    return passes(filter, &old);
}

/* A row that fails becomes a deletion, unless the row before is known to have failed too. */
static bool table_filter_process(struct weir_operator *operator, uint32_t port,
                                 const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct filter *filter = (struct filter *)operator;
    bool passed = passes(filter, &change->row);
    bool old_passed = change->has_old && old_passes(filter, change);
    if (change->memo) {
        *change->memo = passed ? MEMO_PASSED : MEMO_FAILED;
    }
    if (!passed && change->has_old && !old_passed) {
        return true;
    }
    struct weir_change out = *change;
    out.memo = NULL;
    out.row.values = passed ? change->row.values : NULL;
    out.old_values = old_passed ? change->old_values : NULL;
    return weir_operator_emit(operator, & out, err);
}

static void filter_destroy(struct weir_operator *operator)
{
    weir_evaluator_destroy(((struct filter *)operator)->predicate);
    weir_free(operator);
}

static const struct weir_operator_ops filter_ops = {.process = filter_process,
                                                    .destroy = filter_destroy};
static const struct weir_operator_ops table_filter_ops = {.process = table_filter_process,
                                                          .destroy = filter_destroy};

struct weir_operator *weir_filter_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err)
{
    struct filter *filter = weir_alloc(sizeof *filter);
    filter->base = (struct weir_operator){
        .ops = step->kind == WEIR_STEP_FILTER ? &filter_ops : &table_filter_ops,
        .task = task,
        .step = step,
    };
    filter->predicate =
        weir_evaluator_create(step->filter.predicate, &task->expression_options, err);
    if (!filter->predicate) {
        filter_destroy(&filter->base);
        return NULL;
    }
    return &filter->base;
}
