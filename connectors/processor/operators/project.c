/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "connectors/processor/operators/projection.h"
#include "connectors/processor/operators/state_key.h"
#include "connectors/processor/operators/topology_step.h"
#include "core/base/alloc.h"

/* New values, a new key, or both. */
struct project {
    struct weir_operator base;
    struct weir_projection *keys, *values; /* NULL: as in the input */
};

static bool select_process(struct weir_operator *operator, uint32_t port,
                           const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct project *project = (struct project *)operator;
    struct weir_change out = *change;
    if (change->row.values) {
        out.row.values = weir_projection_apply(project->values, &change->row, NULL);
    }
    if (change->old_values) {
        struct weir_row old = change->row;
        old.values = change->old_values;
        out.old_values = weir_projection_apply(project->values, &old, NULL);
    }
    return weir_operator_emit(operator, & out, err);
}

/* A key that cannot be computed is a null key. */
static bool select_key_process(struct weir_operator *operator, uint32_t port,
                               const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct project *project = (struct project *)operator;
    struct weir_change out = *change;
    out.row.key = weir_projection_apply(project->keys, &change->row, NULL);
    out.key_bytes = WEIR_BYTES_NULL;
    if (change->row.values) {
        out.row.values = weir_projection_apply(project->values, &change->row, NULL);
    }
    return weir_operator_emit(operator, & out, err);
}

static void incident_null_group(struct project *project, size_t index)
{
    weir_operator_incident(&project->base, WEIR_INCIDENT_NULL_KEY,
                           "Group-by column with index %zu resolved to null. The source row will "
                           "be excluded from the table.",
                           index);
}

/* NULL: a grouping value is NULL or cannot be computed, so the row is in no group. */
static const struct weir_value *group_of(struct project *project, const struct weir_row *row)
{
    const struct weir_value *keys = weir_projection_apply(project->keys, row, NULL);
    for (size_t i = 0; i < project->base.step->schema.key_count; i++) {
        if (weir_value_is_null(&keys[i])) {
            incident_null_group(project, i);
            return NULL;
        }
    }
    return keys;
}

static bool group_by_process(struct weir_operator *operator, uint32_t port,
                             const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct project *project = (struct project *)operator;
    if (!change->row.values) {
        return true;
    }
    if (!project->keys) {
        if (weir_key_is_null(change->row.key, operator->step->schema.key_count)) {
            incident_null_group(project, 0);
            return true;
        }
        return weir_operator_emit(operator, change, err);
    }
    struct weir_change out = *change;
    out.key_bytes = WEIR_BYTES_NULL;
    out.row.key = group_of(project, &change->row);
    return !out.row.key || weir_operator_emit(operator, & out, err);
}

static bool emit_half(struct project *project, const struct weir_change *change,
                      const struct weir_value *key, const struct weir_value *values,
                      const struct weir_value *old_values, struct weir_error *err)
{
    struct weir_change out = *change;
    out.key_bytes = WEIR_BYTES_NULL;
    out.row.key = key;
    out.row.values = values;
    out.old_values = old_values;
    out.has_old = true;
    return weir_operator_emit(&project->base, &out, err);
}

static bool same_group(const struct weir_value *a, const struct weir_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!weir_value_equal(&a[i], &b[i])) {
            return false;
        }
    }
    return true;
}

/* The old row leaves its group, the new one enters its own; one change when they are the same. */
static bool table_group_by_process(struct weir_operator *operator, uint32_t port,
                                   const struct weir_change *change, struct weir_error *err)
{
    (void)port;
    struct project *project = (struct project *)operator;
    struct weir_row old_row = change->row;
    old_row.values = change->old_values;
    const struct weir_value *old_key = NULL, *new_key = NULL;
    if (change->old_values) {
        old_key = project->keys ? group_of(project, &old_row) : change->row.key;
    }
    if (change->row.values) {
        new_key = project->keys ? group_of(project, &change->row) : change->row.key;
    }
    if (old_key && new_key && same_group(old_key, new_key, operator->step->schema.key_count)) {
        return emit_half(project, change, new_key, change->row.values, change->old_values, err);
    }
    return (!old_key || emit_half(project, change, old_key, NULL, change->old_values, err)) &&
           (!new_key || emit_half(project, change, new_key, change->row.values, NULL, err));
}

static void project_destroy(struct weir_operator *operator)
{
    struct project *project = (struct project *)operator;
    weir_projection_destroy(project->keys);
    weir_projection_destroy(project->values);
    weir_free(project);
}

static struct project *project_create(struct weir_stream_task *task, const struct weir_step *step,
                                      const struct weir_operator_ops *ops)
{
    struct project *project = weir_alloc(sizeof *project);
    project->base = (struct weir_operator){.ops = ops, .task = task, .step = step};
    return project;
}

static struct weir_projection *project_values(struct project *project,
                                              const struct weir_expression *const *values,
                                              struct weir_error *err)
{
    const struct weir_step *step = project->base.step;
    const struct weir_topology_step *info = &project->base.task->topology->steps[step->number];
    return weir_projection_create(&project->base, values, step->schema.values, info->needed,
                                  step->schema.value_count, err);
}

static struct weir_projection *project_keys(struct project *project,
                                            const struct weir_expression *const *keys,
                                            struct weir_error *err)
{
    const struct weir_schema *schema = &project->base.step->schema;
    return weir_projection_create(&project->base, keys, schema->key, NULL, schema->key_count, err);
}

static const struct weir_operator_ops select_ops = {.process = select_process,
                                                    .destroy = project_destroy};
static const struct weir_operator_ops select_key_ops = {.process = select_key_process,
                                                        .destroy = project_destroy};
static const struct weir_operator_ops group_by_ops = {.process = group_by_process,
                                                      .destroy = project_destroy};
static const struct weir_operator_ops table_group_by_ops = {.process = table_group_by_process,
                                                            .destroy = project_destroy};

struct weir_operator *weir_select_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err)
{
    struct project *project = project_create(task, step, &select_ops);
    project->values = project_values(project, step->select.values, err);
    if (!project->values) {
        project_destroy(&project->base);
        return NULL;
    }
    return &project->base;
}

struct weir_operator *weir_select_key_create(struct weir_stream_task *task,
                                             const struct weir_step *step, struct weir_error *err)
{
    struct project *project = project_create(task, step, &select_key_ops);
    project->keys = project_keys(project, step->select_key.keys, err);
    project->values = project->keys ? project_values(project, step->select_key.values, err) : NULL;
    if (!project->values) {
        project_destroy(&project->base);
        return NULL;
    }
    return &project->base;
}

static struct weir_operator *group_create(struct weir_stream_task *task,
                                          const struct weir_step *step,
                                          const struct weir_operator_ops *ops,
                                          struct weir_error *err)
{
    struct project *project = project_create(task, step, ops);
    if (!step->group_by.keys_unchanged) {
        project->keys = project_keys(project, step->group_by.keys, err);
        if (!project->keys) {
            project_destroy(&project->base);
            return NULL;
        }
    }
    return &project->base;
}

struct weir_operator *weir_group_by_create(struct weir_stream_task *task,
                                           const struct weir_step *step, struct weir_error *err)
{
    return group_create(task, step, &group_by_ops, err);
}

struct weir_operator *weir_table_group_by_create(struct weir_stream_task *task,
                                                 const struct weir_step *step,
                                                 struct weir_error *err)
{
    return group_create(task, step, &table_group_by_ops, err);
}
