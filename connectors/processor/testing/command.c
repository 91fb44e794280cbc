/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/command.h"

#include "connectors/processor/testing/compare.h"
#include "connectors/processor/testing/runner.h"
#include "core/base/alloc.h"
#include "core/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_REJECTED = 3,
    ARENA_BLOCK_BYTES = 65536,
    PROPERTY_COUNT_MAX = 256,
};
#define FILE_BYTES_MAX ((size_t)1 << 30)

static const char usage[] =
    "Usage: weir-processor test -s STATEMENTS.sql [-i INPUT.json] [-o OUTPUT.json]\n"
    "                           [--set KEY=VALUE]... [--print-outputs]\n"
    "       weir-processor test --batch\n"
    "\n"
    "Runs SQL statements over given records, without Kafka.\n"
    "\n"
    "  -s, --sql-file FILE     statements, each ending with a semicolon\n"
    "  -i, --input-file FILE   {\"inputs\":[{\"topic\",\"key\",\"value\",\"timestamp\"}, ...]}\n"
    "  -o, --output-file FILE  {\"outputs\":[...]}: what must come out; the first difference is\n"
    "                          printed, exit status 1\n"
    "  --set KEY=VALUE         a session property, as SET 'KEY'='VALUE' sets it\n"
    "  --print-outputs         print what came out as JSON\n"
    "  --batch                 one JSON object a line on standard input, one answer a line\n"
    "\n"
    "Exit status: 0 done, 1 not as expected, 2 wrong usage, 3 a statement was rejected or a query\n"
    "died.\n";

struct arguments {
    const char *statements, *inputs, *outputs;
    bool print_outputs, batch, help;
    struct weir_test_property properties[PROPERTY_COUNT_MAX];
    size_t property_count;
};

/* ---- files ---- */

static bool read_stream(FILE *stream, struct weir_buffer *buffer)
{
    enum { READ_BYTES = 65536 };
    for (;;) {
        uint8_t *room = weir_buffer_reserve(buffer, READ_BYTES);
        if (!room) {
            return false;
        }
        size_t count = fread(room, 1, READ_BYTES, stream);
        buffer->len += count;
        if (count == 0) {
            return !ferror(stream);
        }
    }
}

static bool read_file(struct weir_arena *arena, const char *path, struct weir_bytes *content_out,
                      struct weir_error *err)
{
    FILE *stream = fopen(path, "rb");
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, FILE_BYTES_MAX);
    bool ok = stream && read_stream(stream, &buffer);
    int number = errno;
    if (stream) {
        fclose(stream);
    }
    if (!ok) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, number, "%s: %s", path,
                         strerror(number));
    }
    *content_out = weir_arena_copy(arena, weir_buffer_view(&buffer));
    return true;
}

static const struct weir_json_tree *read_json(struct weir_arena *arena, const char *path,
                                              struct weir_error *err)
{
    struct weir_bytes content;
    if (!read_file(arena, path, &content, err)) {
        return NULL;
    }
    const struct weir_json_tree *tree = weir_json_tree_parse(arena, content, err);
    if (!tree) {
        weir_fail_within(err, "%s", path);
    }
    return tree;
}

/* ---- arguments ---- */

static bool take_property(struct arguments *arguments, struct weir_arena *arena, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || arguments->property_count == PROPERTY_COUNT_MAX) {
        return false;
    }
    arguments->properties[arguments->property_count++] = (struct weir_test_property){
        .name = weir_arena_strndup(arena, text, (size_t)(equals - text)),
        .value = weir_arena_strdup(arena, equals + 1),
    };
    return true;
}

static const char **file_argument(struct arguments *arguments, const char *option)
{
    static const struct {
        const char *brief, *full;
    } names[] = {{"-s", "--sql-file"}, {"-i", "--input-file"}, {"-o", "--output-file"}};
    const char **files[] = {&arguments->statements, &arguments->inputs, &arguments->outputs};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(option, names[i].brief) == 0 || strcmp(option, names[i].full) == 0) {
            return files[i];
        }
    }
    return NULL;
}

static bool parse_arguments(int argc, char **argv, struct weir_arena *arena,
                            struct arguments *arguments)
{
    for (int i = 0; i < argc; i++) {
        const char **file = file_argument(arguments, argv[i]);
        bool takes_value = file || strcmp(argv[i], "--set") == 0;
        if (takes_value && i + 1 == argc) {
            return false;
        }
        if (file) {
            *file = argv[++i];
        } else if (takes_value) {
            if (!take_property(arguments, arena, argv[++i])) {
                return false;
            }
        } else if (strcmp(argv[i], "--print-outputs") == 0) {
            arguments->print_outputs = true;
        } else if (strcmp(argv[i], "--batch") == 0) {
            arguments->batch = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            arguments->help = true;
        } else {
            return false;
        }
    }
    return arguments->help || arguments->batch != (arguments->statements != NULL);
}

/* ---- one case ---- */

static int report(const struct weir_error *err)
{
    fprintf(stderr, "weir-processor: %s\n", err->message);
    return EXIT_USAGE;
}

static bool load_inputs(struct weir_arena *arena, const char *path, struct weir_test_case *test,
                        struct weir_error *err)
{
    const struct weir_json_tree *tree = read_json(arena, path, err);
    if (!tree) {
        return false;
    }
    const struct weir_json_tree *inputs = weir_json_tree_member(tree, "inputs");
    const struct weir_json_tree *topics = weir_json_tree_member(tree, "topics");
    if (!inputs) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "%s: No 'inputs' field in the input file.", path);
    }
    if (inputs->item_count == 0 && !topics) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: Inputs cannot be empty.",
                         path);
    }
    return weir_test_topics_read(arena, topics, test, err) &&
           weir_test_records_read(arena, inputs, &test->inputs, &test->input_count, err);
}

static bool load_case(struct weir_arena *arena, struct arguments *arguments,
                      struct weir_test_case *test, struct weir_error *err)
{
    struct weir_bytes statements;
    if (!read_file(arena, arguments->statements, &statements, err)) {
        return false;
    }
    *test = (struct weir_test_case){
        .statements = statements.data ? (const char *)statements.data : "",
        .statement_bytes = statements.len,
        .properties = arguments->properties,
        .property_count = arguments->property_count,
    };
    return !arguments->inputs || load_inputs(arena, arguments->inputs, test, err);
}

/* The outputs are read back from the answer: what is compared is what would be printed. */
static int compare(struct weir_arena *arena, const struct weir_test_case *test,
                   struct weir_bytes answer, const char *path)
{
    struct weir_error err = {0};
    const struct weir_json_tree *expected_tree = read_json(arena, path, &err);
    if (!expected_tree) {
        return report(&err);
    }
    const struct weir_json_tree *list = weir_json_tree_member(expected_tree, "outputs");
    if (!list || list->item_count == 0) {
        fprintf(stderr, "weir-processor: %s: %s\n", path,
                list ? "Outputs cannot be empty." : "No 'outputs' field in the output file.");
        return EXIT_USAGE;
    }
    const struct weir_json_tree *actual_tree = weir_json_tree_parse(arena, answer, &err);
    struct weir_test_record *actual, *expected;
    size_t actual_count, expected_count;
    if (!actual_tree || !weir_test_records_read(arena, list, &expected, &expected_count, &err) ||
        !weir_test_records_read(arena, weir_json_tree_member(actual_tree, "outputs"), &actual,
                                &actual_count, &err)) {
        return report(&err);
    }
    if (!weir_test_compare(arena, test, actual, actual_count, expected, expected_count, &err)) {
        fprintf(stderr, "\t>>>>> Test failed: %s\n", err.message);
        return EXIT_FAILED;
    }
    fputs("\t >>> Test passed!\n", stderr);
    return EXIT_PASSED;
}

static int run_case(struct weir_arena *arena, struct arguments *arguments)
{
    struct weir_test_case test;
    struct weir_error err = {0};
    if (!load_case(arena, arguments, &test, &err)) {
        return report(&err);
    }
    weir_auto_buffer answer;
    weir_buffer_init(&answer, SIZE_MAX);
    weir_buffer_append_byte(&answer, '{');
    bool ok = weir_test_run(arena, &test, &answer);
    weir_buffer_append_byte(&answer, '}');
    if (!ok || arguments->print_outputs || !arguments->outputs) {
        puts(weir_buffer_text(&answer));
    }
    if (!ok) {
        return EXIT_REJECTED;
    }
    return arguments->outputs ? compare(arena, &test, weir_buffer_view(&answer), arguments->outputs)
                              : EXIT_PASSED;
}

/* ---- many cases ---- */

static void print_id(const struct weir_json_tree *request, struct weir_buffer *answer)
{
    const struct weir_json_tree *id = weir_json_tree_member(request, "id");
    weir_buffer_append_text(answer, "{\"id\":");
    weir_buffer_append_bytes(answer, id ? id->raw : WEIR_BYTES("null"));
    weir_buffer_append_byte(answer, ',');
}

static void answer_line(struct weir_arena *arena, struct weir_bytes line,
                        struct weir_buffer *answer)
{
    struct weir_error err = {0};
    struct weir_test_case test;
    const struct weir_json_tree *request = weir_json_tree_parse(arena, line, &err);
    print_id(request, answer);
    if (request && weir_test_case_read(arena, request, &test, &err)) {
        weir_test_run(arena, &test, answer);
    } else {
        weir_test_print_error(&err, "request", answer);
    }
    weir_buffer_append_byte(answer, '}');
}

static int run_batch(struct weir_arena *arena)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) >= 0) {
        weir_auto_buffer answer;
        weir_buffer_init(&answer, SIZE_MAX);
        answer_line(arena, (struct weir_bytes){(const uint8_t *)line, (size_t)length}, &answer);
        puts(weir_buffer_text(&answer));
        fflush(stdout);
        weir_arena_reset(arena);
    }
    weir_free(line);
    return EXIT_PASSED;
}

int weir_test_command(int argc, char **argv)
{
    weir_auto_arena *arena = weir_arena_create(ARENA_BLOCK_BYTES);
    struct arguments arguments = {0};
    weir_log_configure(WEIR_LOG_WARN, false);
    if (!parse_arguments(argc, argv, arena, &arguments)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (arguments.help) {
        fputs(usage, stdout);
        return EXIT_PASSED;
    }
    return arguments.batch ? run_batch(arena) : run_case(arena, &arguments);
}
