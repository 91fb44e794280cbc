/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/command_line.h"

#include "core/base/alloc.h"

#include <string.h>

static bool usage(struct weir_error *err, const char *what, const char *argument)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s%s; see --help", what,
                     argument);
}

/* Whether argv[*index] is this option; its value is then *value_out, NULL when it is missing. */
static bool takes_value(const char *option, int argc, char **argv, int *index,
                        const char **value_out)
{
    const char *argument = argv[*index];
    size_t length = strlen(option);
    if (strncmp(argument, option, length) != 0) {
        return false;
    }
    if (argument[length] == '=') {
        *value_out = argument + length + 1;
        return true;
    }
    if (argument[length] != '\0') {
        return false;
    }
    *value_out = *index + 1 < argc ? argv[++*index] : NULL;
    return true;
}

static bool parse_set(struct weir_command_line *line, const char *value, struct weir_error *err)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value) {
        return usage(err, "--set takes NAME=VALUE, not ", value);
    }
    if (line->set_count == WEIR_SET_COUNT_MAX) {
        return usage(err, "too many --set", "");
    }
    line->sets[line->set_count++] = value;
    return true;
}

/* An option with a value. *known_out says whether it was one. */
static bool parse_valued(struct weir_command_line *line, int argc, char **argv, int *index,
                         bool *known_out, struct weir_error *err)
{
    const char *option = argv[*index];
    const char *value = NULL;
    bool set = takes_value("--set", argc, argv, index, &value);
    bool format = !set && takes_value("--log-format", argc, argv, index, &value);
    bool levels = !set && !format && takes_value("--log", argc, argv, index, &value);
    *known_out = set || format || levels;
    if (!*known_out) {
        return true;
    }
    if (!value) {
        return usage(err, "a value is missing after ", option);
    }
    if (format && strcmp(value, "text") != 0 && strcmp(value, "json") != 0) {
        return usage(err, "--log-format is text or json, not ", value);
    }
    line->log_format = format ? value : line->log_format;
    line->log_levels = levels ? value : line->log_levels;
    return !set || parse_set(line, value, err);
}

static bool parse_flag(struct weir_command_line *line, const char *argument)
{
    if (strcmp(argument, "--print-effective-config") == 0) {
        line->print_effective_config = true;
    } else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
        line->help = true;
    } else if (strcmp(argument, "--version") == 0) {
        line->version = true;
    } else {
        return false;
    }
    return true;
}

static bool add_argument(struct weir_command_line *line, char *argument, struct weir_error *err)
{
    if (!line->command) {
        line->command = argument;
        return argument[0] != '-' || usage(err, "unknown option ", argument);
    }
    if (line->argument_count == WEIR_ARGUMENT_COUNT_MAX) {
        return usage(err, "too many arguments", "");
    }
    line->arguments[line->argument_count++] = argument;
    return true;
}

bool weir_command_line_parse(struct weir_command_line *line, int argc, char **argv,
                             struct weir_error *err)
{
    memset(line, 0, sizeof(*line));
    bool options = true;
    for (int i = 1; i < argc; i++) {
        bool known = false;
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
            continue;
        }
        if (options && !parse_valued(line, argc, argv, &i, &known, err)) {
            return false;
        }
        if (known || (options && parse_flag(line, argv[i]))) {
            continue;
        }
        if (!add_argument(line, argv[i], err)) {
            return false;
        }
    }
    return true;
}

void weir_command_line_apply(const struct weir_command_line *line, struct weir_config *config)
{
    for (size_t i = 0; i < line->set_count; i++) {
        const char *equals = strchr(line->sets[i], '=');
        weir_autofree char *name = weir_strndup(line->sets[i], (size_t)(equals - line->sets[i]));
        weir_config_set(config, name, equals + 1);
    }
}
