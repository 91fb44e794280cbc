/* stage.h - the life of one executable: command line, configuration, supervision, admin port,
 * signals.
 *
 * weir-source, weir-processor and weir-sink are the same program with another `struct weir_stage`.
 * Exit status: 0 done, 1 runtime, 2 the command line or the configuration (then standard error has
 * one "file:line: message" a line and nothing else). SIGTERM and SIGINT stop gracefully within
 * task.shutdown.graceful.timeout.ms; a second one ends at once. Threads: main only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_STAGE_H
#define WEIR_RUNTIME_STAGE_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"
#include "core/record/sink.h"
#include "core/record/source.h"
#include "core/runtime/supervisor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WEIR_EXIT_OK = 0,
    WEIR_EXIT_RUNTIME = 1,
    WEIR_EXIT_CONFIG = 2,
};

struct weir_stage;
struct weir_setup;
struct weir_command_line;

/* What the command line said, for subcommands of a stage. */
struct weir_stage_call {
    const struct weir_stage *stage;
    int argc;    /* of the subcommand's own arguments; options of weir_stage_main are taken out */
    char **argv; /* argv[0] is the first argument after the subcommand's name; ends with NULL */
    const struct weir_command_line *line;
    struct weir_setup *setup; /* weir_stage_main's own */
};

/* One more subcommand ("test", "reset"). Arguments that weir_stage_main does not know are passed on
 * untouched. */
struct weir_stage_command {
    const char *name;
    const char *arguments;                          /* "-s FILE -i FILE", for --help */
    const char *help;                               /* one line */
    int (*run)(const struct weir_stage_call *call); /* returns the exit status */
};

struct weir_stage {
    const char *program; /* "weir-source" */
    const char *summary; /* one line */
    const char *type;    /* "source", "sink", "processor" */
    /* Built-in connectors; arrays end with NULL; NULL = none of that kind. */
    const struct weir_source_ops *const *sources;
    const struct weir_sink_ops *const *sinks;
    /* A stage without connectors (the processor) has its own tables, check and tasks. */
    const struct weir_property *const
        *tables; /* ends with NULL; besides the worker's and Kafka's */
    /* Optional: what validate and run check after the tables. A message of domain CONFIG or SQL is
     * printed as it is: it begins with "file:line". */
    bool (*check)(const struct weir_config *config, struct weir_error *err);
    /* Adds the tasks to the supervisor. Borrows config for the life of the tasks. Stages with
     * connectors leave it NULL. */
    bool (*add_tasks)(const struct weir_config *config, struct weir_supervisor *supervisor,
                      struct weir_error *err);
    const struct weir_stage_command *commands; /* ends with {0}; NULL = none */
};

/* The whole main(). Returns the exit status. */
int weir_stage_main(int argc, char **argv, const struct weir_stage *stage);

/* For subcommands that need the configuration: reads the file, applies --set, checks. On failure
 * prints the message and returns NULL. Borrowed until the subcommand returns. */
const struct weir_config *weir_stage_read_config(const struct weir_stage_call *call,
                                                 const char *path);

/* Prints "program: message" to standard error, a configuration message as it is, and returns the
 * exit status for it. */
int weir_stage_report(const struct weir_stage *stage, const struct weir_error *err);

#endif
