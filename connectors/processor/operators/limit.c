/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "core/base/alloc.h"

struct limit {
    struct weir_operator base;
    int64_t left;
};

static bool limit_process(struct weir_operator *operator, uint32_t port,
                          const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct limit *limit = (struct limit *)operator;
    if (limit->left > 0) {
        limit->left--;
        operator->task->finished = limit->left == 0;
        return weir_operator_emit(operator, change, err);
    }
    operator->task->finished = true;
    return true;
}

static void limit_destroy(struct weir_operator *operator)
{
    weir_free(operator);
}

static const struct weir_operator_ops limit_ops = {.process = limit_process,
                                                   .destroy = limit_destroy};

struct weir_operator *weir_limit_create(struct weir_stream_task *task, const struct weir_step *step,
                                        struct weir_error *err)
{
    (void)err;
    struct limit *limit = weir_alloc(sizeof *limit);
    limit->base = (struct weir_operator){.ops = &limit_ops, .task = task, .step = step};
    limit->left = step->limit.limit;
    task->finished = limit->left <= 0;
    return &limit->base;
}
