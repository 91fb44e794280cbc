/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/console/console.h"

#include "connectors/processor/console/session.h"
#include "connectors/processor/sql/parser.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ADMIN_TIMEOUT_MS = 20000, TEXT_BYTES_MAX = 16 << 20 };

struct arguments {
    const char *file, *statements, *statements_file;
};

static bool read_arguments(const struct weir_stage_call *call, struct arguments *arguments,
                           struct weir_error *err)
{
    *arguments = (struct arguments){0};
    for (int index = 0; index < call->argc; index++) {
        const char *word = call->argv[index];
        bool has_value = index + 1 < call->argc;
        if (strcmp(word, "-e") == 0 && has_value) {
            arguments->statements = call->argv[++index];
        } else if (strcmp(word, "-f") == 0 && has_value) {
            arguments->statements_file = call->argv[++index];
        } else if (!arguments->file && word[0] != '-') {
            arguments->file = word;
        } else {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                             "sql: '%s' is not understood", word);
        }
    }
    bool one = (arguments->statements != NULL) != (arguments->statements_file != NULL);
    return (arguments->file && one) ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "usage: weir-processor sql FILE -e STATEMENTS | -f FILE");
}

static bool read_statements(const struct arguments *arguments, struct weir_buffer *text,
                            struct weir_error *err)
{
    if (arguments->statements) {
        weir_buffer_append_text(text, arguments->statements);
        return true;
    }
    FILE *file = fopen(arguments->statements_file, "re");
    if (!file) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, errno, "%s: %s",
                         arguments->statements_file, strerror(errno));
    }
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        weir_buffer_append(text, chunk, got);
    }
    fclose(file);
    return true;
}

static void print_topic(void *context, const char *topic, int32_t partition_count)
{
    (void)context;
    if (topic[0] != '_') {
        printf("%-48s %d\n", topic, (int)partition_count);
    }
}

static bool drop(struct weir_session *session, const struct weir_action *action,
                 struct weir_error *err)
{
    if (action->text) {
        puts(action->text);
    }
    if (!action->delete_topic) {
        return true;
    }
    puts("The topic is deleted; remove the statement from the program too.");
    return weir_admin_delete_topic(session->admin, action->source->topic,
                                   weir_clock_ms() + ADMIN_TIMEOUT_MS, err);
}

static bool act(struct weir_session *session, const struct weir_action *action,
                struct weir_error *err)
{
    const struct weir_place place = action->statement->place;
    switch (action->kind) {
    case WEIR_ACTION_SOURCE:
        return weir_engine_create_topic(session->admin, &action->topic, err);
    case WEIR_ACTION_INSERT:
        return weir_session_insert(session, action, err);
    case WEIR_ACTION_SELECT:
        return weir_session_select(session, action->plan, err);
    case WEIR_ACTION_DROP:
        return drop(session, action, err);
    case WEIR_ACTION_TOPICS:
        return weir_admin_list_topics(session->admin, print_topic, NULL,
                                      weir_clock_ms() + ADMIN_TIMEOUT_MS, err);
    case WEIR_ACTION_QUERY:
    case WEIR_ACTION_TERMINATE:
    case WEIR_ACTION_PRINT:
    case WEIR_ACTION_ASSERT:
        return weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                            "not a statement of the moment: queries are started and "
                            "ended by the program's file");
    case WEIR_ACTION_NONE:
    case WEIR_ACTION_TEXT:
        break;
    }
    if (action->text) {
        puts(action->text);
    }
    return true;
}

static bool run_statements(struct weir_session *session, const char *text, struct weir_error *err)
{
    struct weir_application *application = session->application;
    const struct weir_program_options options = {application->metastore,
                                                 weir_engine_topics(session->admin)};
    struct weir_statements statements;
    application->path = "statements"; /* what messages name from here on */
    if (!weir_sql_parse(application->arena, text, strlen(text), &statements, err)) {
        return weir_application_explain(application, text, err);
    }
    for (size_t index = 0; index < statements.count; index++) {
        struct weir_action action = {0};
        if (!weir_program_execute(&options, application->arena, &statements,
                                  statements.items[index], &action, err)) {
            return weir_application_explain(application, text, err);
        }
        action.statement = statements.items[index];
        if (!act(session, &action, err)) {
            return weir_application_explain(application, text, err);
        }
    }
    return true;
}

static bool run_session(const struct weir_config *config, const char *text, struct weir_error *err)
{
    struct weir_session session = {.config = config};
    session.application = weir_application_read(config, err);
    bool done = session.application != NULL;
    if (done) {
        session.admin = weir_admin_create(config, weir_clock_ms() + ADMIN_TIMEOUT_MS, err);
        done = session.admin &&
               weir_application_define(session.application, config, session.admin, err) &&
               run_statements(&session, text, err);
    }
    weir_admin_destroy(session.admin);
    weir_application_destroy(session.application);
    return done;
}

int weir_console_run(const struct weir_stage_call *call)
{
    struct weir_error err = {0};
    struct arguments arguments;
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    if (!read_arguments(call, &arguments, &err) || !read_statements(&arguments, &text, &err)) {
        return weir_stage_report(call->stage, &err);
    }
    const struct weir_config *config = weir_stage_read_config(call, arguments.file);
    if (!config) {
        return WEIR_EXIT_CONFIG;
    }
    return run_session(config, weir_buffer_text(&text), &err)
               ? WEIR_EXIT_OK
               : weir_stage_report(call->stage, &err);
}
