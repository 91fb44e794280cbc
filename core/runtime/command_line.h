/* command_line.h - what a stage was told on its command line.
 *
 * weir-sink run sink.yaml --set tasks.max=2 --log debug
 * Threads: main only. Allocates: never; everything points into argv. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_COMMAND_LINE_H
#define WEIR_RUNTIME_COMMAND_LINE_H

#include "core/base/error.h"
#include "core/config/config.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    WEIR_SET_COUNT_MAX = 256,
    WEIR_ARGUMENT_COUNT_MAX = 256,
};

struct weir_command_line {
    const char *command; /* NULL: none given */
    /* Everything that is not an option of every stage, in order; ends with NULL. */
    char *arguments[WEIR_ARGUMENT_COUNT_MAX + 1];
    int argument_count;
    const char *log_levels; /* NULL = not given */
    const char *log_format;
    const char *sets[WEIR_SET_COUNT_MAX]; /* "name=value" */
    size_t set_count;
    bool print_effective_config, help, version;
};

/* Domain CONFIG on failure. Both "--log debug" and "--log=debug" do; after "--" nothing is an
 * option. */
bool weir_command_line_parse(struct weir_command_line *line, int argc, char **argv,
                             struct weir_error *err);

/* Applies every --set, as if the file had said so. */
void weir_command_line_apply(const struct weir_command_line *line, struct weir_config *config);

#endif
