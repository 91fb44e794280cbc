/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/stage.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"
#include "core/base/log.h"
#include "core/http/client.h"
#include "core/runtime/command_line.h"
#include "core/runtime/help.h"
#include "core/runtime/properties.h"
#include "core/runtime/run.h"
#include "core/runtime/setup.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { TEXT_BYTES_MAX = 4 * 1024 * 1024 };

int weir_stage_report(const struct weir_stage *stage, const struct weir_error *err)
{
    if (err->domain == WEIR_DOMAIN_CONFIG || err->domain == WEIR_DOMAIN_SQL) {
        fprintf(stderr, "%s\n", err->message);
        return WEIR_EXIT_CONFIG;
    }
    fprintf(stderr, "%s: %s\n", stage->program, err->message);
    return WEIR_EXIT_RUNTIME;
}

static int usage_error(const struct weir_stage_call *call, const char *message, const char *what)
{
    fprintf(stderr, "%s: %s%s; see --help\n", call->stage->program, message, what);
    return WEIR_EXIT_CONFIG;
}

static void print(const struct weir_buffer *text)
{
    struct weir_bytes view = weir_buffer_view(text); /* never NULL, also when empty */
    fwrite(view.data, 1, view.len, stdout);
}

/* ---- The subcommands that every stage has. ---- */

/* The one FILE argument of run and validate; NULL after a message. */
static const char *only_file(const struct weir_stage_call *call)
{
    if (call->argc == 1 && call->argv[0][0] != '-') {
        return call->argv[0];
    }
    usage_error(call, call->argc == 0 ? "which FILE?" : "one FILE is expected, not ",
                call->argc == 0 ? "" : call->argv[call->argc > 1 ? 1 : 0]);
    return NULL;
}

const struct weir_config *weir_stage_read_config(const struct weir_stage_call *call,
                                                 const char *path)
{
    struct weir_error err = {0};
    if (!weir_setup_read(call->setup, path, call->line, &err)) {
        weir_stage_report(call->stage, &err);
        return NULL;
    }
    return call->setup->config;
}

static bool apply_log_options(const struct weir_stage_call *call)
{
    const struct weir_command_line *line = call->line;
    const struct weir_config *config = call->setup->config;
    const char *format = line->log_format;
    if (config) {
        weir_log_levels_set(weir_config_string(config, "log.level"));
    }
    if (!format) {
        format = config ? weir_config_string(config, "log.format") : "text";
    }
    weir_log_configure(weir_log_level_get(""), strcasecmp(format, "json") == 0);
    return !line->log_levels || weir_log_levels_set(line->log_levels);
}

/* Reads the configuration of run and validate; WEIR_EXIT_OK when it stands. */
static int read_checked(const struct weir_stage_call *call)
{
    const char *path = only_file(call);
    if (!path || !weir_stage_read_config(call, path)) {
        return WEIR_EXIT_CONFIG;
    }
    if (!apply_log_options(call)) {
        return usage_error(call, "not log levels: ", call->line->log_levels);
    }
    if (call->line->print_effective_config) {
        weir_autofree char *text = weir_config_describe(call->setup->config);
        fputs(text, stdout);
        fflush(stdout);
    }
    return WEIR_EXIT_OK;
}

static int run_command(const struct weir_stage_call *call)
{
    int status = read_checked(call);
    if (status != WEIR_EXIT_OK) {
        return status;
    }
    struct weir_error err = {0};
    return weir_run(call->setup, &err) ? WEIR_EXIT_OK : weir_stage_report(call->stage, &err);
}

static int validate_command(const struct weir_stage_call *call)
{
    return read_checked(call);
}

/* Takes an optional FILE, so that its plugin.path counts. */
static int plugins_command(const struct weir_stage_call *call)
{
    if (call->argc > 1) {
        return usage_error(call, "at most one folder is expected, not ", call->argv[1]);
    }
    struct weir_plugins *plugins = call->setup->plugins;
    if (call->argc == 1) {
        weir_plugins_load_folder(plugins, call->argv[0], true);
    }
    for (size_t i = 0; i < weir_plugins_count(plugins); i++) {
        const struct weir_connector *connector = weir_plugins_at(plugins, i);
        printf("%-12s %-7s %-8s %s\n", weir_connector_name(connector),
               weir_connector_type(connector), weir_connector_version(connector),
               connector->origin);
        const char *const *names = weir_connector_class_names(connector);
        for (; names && *names; names++) {
            printf("             %s\n", *names);
        }
    }
    for (size_t i = 0; i < weir_plugins_problem_count(plugins); i++) {
        fprintf(stderr, "%s: not loaded: %s\n", call->stage->program,
                weir_plugins_problem(plugins, i));
    }
    return WEIR_EXIT_OK;
}

/* Everything that the stage itself takes, without a connector's own table. */
static void append_stage_help(struct weir_buffer *text, const struct weir_stage_call *call,
                              bool markdown)
{
    const struct weir_property *tables[WEIR_TABLE_COUNT_MAX + 1] = {0};
    size_t shift = 0;
    weir_setup_tables(call->stage, NULL, tables);
    if (call->stage->sources || call->stage->sinks) {
        while (tables[shift]) {
            shift++;
        }
        memmove(tables + 1, tables, (shift + 1) * sizeof(tables[0]));
        tables[0] = weir_connector_properties;
    }
    if (markdown) {
        weir_buffer_append_format(text, "# %s\n\n`%s` %s.\n\n## Properties\n", call->stage->program,
                                  call->stage->program, call->stage->summary);
        weir_help_markdown(text, tables);
        return;
    }
    for (size_t i = 0; tables[i]; i++) {
        weir_help_table(text, tables[i]);
    }
}

static int append_connector_help(struct weir_buffer *text, const struct weir_stage_call *call,
                                 const char *name, bool markdown)
{
    struct weir_error err = {0};
    const struct weir_connector *connector = weir_plugins_find(call->setup->plugins, name, &err);
    if (!connector) {
        return weir_stage_report(call->stage, &err);
    }
    if (markdown) {
        weir_help_page(text, connector, call->stage->program);
    } else {
        weir_help_table(text, weir_connector_table(connector));
    }
    return WEIR_EXIT_OK;
}

static int help_config_command(const struct weir_stage_call *call)
{
    bool markdown = false;
    const char *name = NULL;
    for (int i = 0; i < call->argc; i++) {
        if (strcmp(call->argv[i], "--markdown") == 0) {
            markdown = true;
        } else if (!name && call->argv[i][0] != '-') {
            name = call->argv[i];
        } else {
            return usage_error(call, "unexpected argument ", call->argv[i]);
        }
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    int status = WEIR_EXIT_OK;
    if (name) {
        status = append_connector_help(&text, call, name, markdown);
    } else {
        append_stage_help(&text, call, markdown);
    }
    print(&text);
    return status;
}

/* For container health checks: asks the admin port of a running stage. */
static int health_command(const struct weir_stage_call *call)
{
    if (call->argc > 1) {
        return usage_error(call, "at most one URL is expected, not ", call->argv[1]);
    }
    struct weir_error err = {0};
    const char *base = call->argc == 1 ? call->argv[0] : "http://127.0.0.1:8083";
    weir_autofree char *url = weir_format("%s/readyz", base);
    struct weir_http_client_options options = {.total_timeout_ms = 3000};
    struct weir_http_client *client = weir_http_client_create(&options, &err);
    struct weir_http_request request = {.method = "GET", .url = url};
    const struct weir_http_response *response =
        client ? weir_http_client_call(client, &request, &err) : NULL;
    int status = WEIR_EXIT_RUNTIME;
    if (!response) {
        weir_stage_report(call->stage, &err);
    } else {
        fwrite(response->body.data, 1, response->body.len, stdout);
        fputs("\n", stdout);
        status = response->status == 200 ? WEIR_EXIT_OK : WEIR_EXIT_RUNTIME;
    }
    weir_http_client_destroy(client);
    return status;
}

static const struct weir_stage_command common_commands[] = {
    {"run", "FILE", "runs until SIGTERM or SIGINT", run_command},
    {"validate", "FILE", "checks the configuration without connecting anywhere", validate_command},
    {"plugins", "[FOLDER]", "lists the connectors, also those of one more folder", plugins_command},
    {"help-config", "[PLUGIN]",
     "explains the properties of the stage or of one connector; --markdown as a page",
     help_config_command},
    {"health", "[URL]", "asks a running stage whether it is ready (http://127.0.0.1:8083)",
     health_command},
    {0},
};

/* ---- main ---- */

static void print_commands(const struct weir_stage_command *commands)
{
    for (; commands && commands->name; commands++) {
        printf("  %s %s\n      %s\n", commands->name, commands->arguments, commands->help);
    }
}

static void print_help(const struct weir_stage *stage)
{
    printf("%s: %s\n\nUsage: %s COMMAND [OPTIONS]\n\n", stage->program, stage->summary,
           stage->program);
    print_commands(common_commands);
    print_commands(stage->commands);
    fputs("\nOptions:\n"
          "  --set NAME=VALUE           sets one property, as if the file had it\n"
          "  --log LEVELS               debug, or info,kafka=debug\n"
          "  --log-format text|json     one line or one JSON object for each event, on standard "
          "error\n"
          "  --print-effective-config   run, validate: prints every property in effect, secrets as "
          "***\n"
          "  --version, --help\n\n"
          "Exit status: 0 done, 1 a failure at run time, 2 a mistake in the configuration.\n",
          stdout);
}

static const struct weir_stage_command *find_command(const struct weir_stage_command *commands,
                                                     const char *name)
{
    for (; commands && commands->name; commands++) {
        if (strcmp(commands->name, name) == 0) {
            return commands;
        }
    }
    return NULL;
}

static int run_chosen(const struct weir_stage *stage, struct weir_command_line *line)
{
    struct weir_stage_call call = {
        .stage = stage, .argc = line->argument_count, .argv = line->arguments, .line = line};
    const struct weir_stage_command *command = find_command(common_commands, line->command);
    command = command ? command : find_command(stage->commands, line->command);
    if (!command) {
        return usage_error(&call, "unknown command ", line->command);
    }
    if (line->log_levels && !weir_log_levels_set(line->log_levels)) {
        return usage_error(&call, "not log levels: ", line->log_levels);
    }
    call.setup = weir_setup_create(stage);
    int status = command->run(&call);
    weir_setup_destroy(call.setup);
    return status;
}

int weir_stage_main(int argc, char **argv, const struct weir_stage *stage)
{
    struct weir_command_line line;
    struct weir_error err = {0};
    signal(SIGPIPE, SIG_IGN);
    if (!weir_command_line_parse(&line, argc, argv, &err)) {
        fprintf(stderr, "%s: %s\n", stage->program, err.message);
        return WEIR_EXIT_CONFIG;
    }
    if (line.version) {
        printf("%s %s\n", stage->program, WEIR_VERSION);
        return WEIR_EXIT_OK;
    }
    if (line.help) {
        print_help(stage);
        return WEIR_EXIT_OK;
    }
    if (!line.command) {
        fprintf(stderr, "%s: a command is missing; see --help\n", stage->program);
        return WEIR_EXIT_CONFIG;
    }
    return run_chosen(stage, &line);
}
