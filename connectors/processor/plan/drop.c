/* drop.c - DROP and TERMINATE. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/program_internal.h"

#include <string.h>

static bool reads(const struct weir_query_info *query, const char *name)
{
    for (size_t i = 0; i < query->source_count; i++) {
        if (strcmp(query->sources[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Sinks of queries that read the source, and queries that insert into it, stand in the way. */
static bool check_unused(struct weir_execution *execution, const struct weir_source *source)
{
    weir_auto_buffer users;
    weir_buffer_init(&users, 512);
    const char *created_by = source->query_id ? source->query_id : "";
    for (size_t i = 0; i < weir_metastore_query_count(execution->metastore); i++) {
        const struct weir_query_info *query = weir_metastore_query_at(execution->metastore, i);
        bool writes = query->sink && strcmp(query->sink, source->name) == 0 &&
                      strcmp(query->id, created_by) != 0;
        if (writes || reads(query, source->name)) {
            const char *user = query->insert || !query->sink ? query->id : query->sink;
            weir_buffer_append_format(&users, "%s%s", users.len ? ", " : "", user);
        }
    }
    return users.len == 0 ||
           weir_execution_fail(execution, execution->statement->drop.name_place,
                               "Cannot drop %s.\nThe following queries read from or write to this "
                               "source: [%s].\nYou need "
                               "to drop or terminate them before dropping %s.",
                               source->name, weir_buffer_text(&users), source->name);
}

static bool check_topic_unused(struct weir_execution *execution, const struct weir_source *source)
{
    for (size_t i = 0; i < weir_metastore_source_count(execution->metastore); i++) {
        const struct weir_source *other = weir_metastore_source_at(execution->metastore, i);
        if (other != source && strcmp(other->topic, source->topic) == 0) {
            return weir_execution_fail(
                execution, execution->statement->drop.name_place,
                "Refusing to delete topic. Found other data sources (%s) using topic %s",
                other->name, source->topic);
        }
    }
    return !source->read_only ||
           weir_execution_fail(execution, execution->statement->drop.name_place,
                               "Cannot delete topic for read-only source: %s", source->name);
}

static void add_terminated(struct weir_execution *execution, const char *id)
{
    struct weir_action *action = execution->action;
    size_t bytes = action->terminated_count * sizeof(id);
    const char **ids = weir_arena_alloc(execution->arena, bytes + sizeof(id));
    if (bytes) {
        memcpy(ids, action->terminated, bytes);
    }
    ids[action->terminated_count++] = weir_arena_strdup(execution->arena, id);
    action->terminated = ids;
    weir_metastore_remove_query(execution->metastore, id);
}

static bool drop_source(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    const char *kind = statement->drop.table ? "Table" : "Stream";
    const struct weir_source *source =
        weir_metastore_source(execution->metastore, statement->drop.name);
    if (!source) {
        const char *near =
            weir_metastore_nearest_source(execution->metastore, statement->drop.name);
        if (statement->drop.if_exists) {
            weir_execution_done(execution,
                                weir_arena_format(execution->arena, "%s %s does not exist.", kind,
                                                  statement->drop.name));
            return true;
        }
        return weir_execution_fail(execution, statement->drop.name_place,
                                   "%s %s does not exist%s%s%s", kind, statement->drop.name,
                                   near ? ". Did you mean \"" : "", near ? near : "",
                                   near ? "\"?" : "");
    }
    if (source->table != statement->drop.table) {
        return weir_execution_fail(execution, statement->drop.name_place,
                                   "Incompatible data source type is %s, but statement was DROP %s",
                                   source->table ? "TABLE" : "STREAM",
                                   statement->drop.table ? "TABLE" : "STREAM");
    }
    if (!check_unused(execution, source) ||
        (statement->drop.delete_topic && !check_topic_unused(execution, source))) {
        return false;
    }
    execution->action->kind = WEIR_ACTION_DROP;
    execution->action->source = source;
    execution->action->delete_topic = statement->drop.delete_topic;
    execution->action->text = weir_arena_format(
        execution->arena, "Source `%s` (topic: %s) was dropped.", source->name, source->topic);
    if (source->query_id && weir_metastore_query(execution->metastore, source->query_id)) {
        add_terminated(execution, source->query_id);
    }
    weir_metastore_remove(execution->metastore, source->name);
    return true;
}

static bool drop_type(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    if (weir_metastore_remove_type(execution->metastore, statement->drop.name)) {
        weir_execution_done(execution, weir_arena_format(execution->arena, "Dropped type '%s'",
                                                         statement->drop.name));
        return true;
    }
    if (statement->drop.if_exists) {
        weir_execution_done(
            execution,
            weir_arena_format(execution->arena, "Type '%s' does not exist", statement->drop.name));
        return true;
    }
    return weir_execution_fail(execution, statement->drop.name_place, "Type %s does not exist.",
                               statement->drop.name);
}

bool weir_execute_drop(struct weir_execution *execution)
{
    switch ((int)execution->statement->kind) {
    case WEIR_STATEMENT_DROP_TYPE:
        return drop_type(execution);
    case WEIR_STATEMENT_DROP_CONNECTOR:
        return weir_execution_unsupported(
            execution,
            "Connectors are not part of the SQL program: stop the weir-source or weir-sink "
            "process that runs %s.",
            execution->statement->drop.name);
    default:
        return drop_source(execution);
    }
}

bool weir_execute_terminate(struct weir_execution *execution)
{
    const char *id = execution->statement->terminate.query_id;
    execution->action->kind = WEIR_ACTION_TERMINATE;
    if (id && !weir_metastore_query(execution->metastore, id)) {
        return weir_execution_fail(execution, execution->statement->terminate.id_place,
                                   "Unknown queryId: %s", id);
    }
    if (id) {
        add_terminated(execution, id);
    }
    while (!id && weir_metastore_query_count(execution->metastore) > 0) {
        add_terminated(execution, weir_metastore_query_at(execution->metastore, 0)->id);
    }
    execution->action->text = "Query terminated.";
    return true;
}
