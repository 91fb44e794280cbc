/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const modes[] = {"latest", "copy_existing", NULL};
static const char *const uri_aliases[] = {"connection.url", "mongodb.uri", NULL};

static bool check_even(const struct weir_property *property, const char *value,
                       struct weir_error *err)
{
    (void)property;
    char last = value[strlen(value) - 1];
    return (last - '0') % 2 == 0 ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s is odd", value);
}

static const struct weir_property table[] = {
    {.name = "connection.uri", .required = true, .aliases = uri_aliases},
    {.name = "startup.mode", .default_value = "latest", .allowed = modes},
    {.name = "poll.batch",
     .type = WEIR_PROPERTY_INT,
     .default_value = "100",
     .has_range = true,
     .value_min = 1,
     .value_max = 1000},
    {.name = "even", .type = WEIR_PROPERTY_LONG, .default_value = "-4", .check = check_even},
    {.name = "ratio", .type = WEIR_PROPERTY_DOUBLE, .default_value = "0.5"},
    {.name = "full", .type = WEIR_PROPERTY_BOOLEAN, .default_value = "false"},
    {.name = "topics", .type = WEIR_PROPERTY_LIST, .default_value = "a, b"},
    {.name = "note", .override = "mongo.note"},
    {.name = "password", .type = WEIR_PROPERTY_PASSWORD},
    {0}};
static const struct weir_property overrides[] = {
    {.name = "topic.override.*", .type = WEIR_PROPERTY_INT}, {0}};
static const struct weir_property *const tables[] = {table, overrides, NULL};

static struct weir_config *parse(const char *text, struct weir_error *err)
{
    return weir_config_parse(text, strlen(text), "stage.yaml", err);
}

/* A configuration that must be right. */
static struct weir_config *checked(const char *text)
{
    struct weir_error err = {0};
    struct weir_config *config = parse(text, &err);
    assert_string_equal(err.message, "");
    assert_non_null(config);
    bool right = weir_config_check(config, tables, &err);
    assert_string_equal(err.message, "");
    assert_true(right);
    return config;
}

/* The message for a configuration that must be wrong, while it is read or checked. */
static void assert_problem(const char *text, const char *message)
{
    struct weir_error err = {0};
    struct weir_config *config = parse(text, &err);
    if (config) {
        assert_false(weir_config_check(config, tables, &err));
    }
    assert_string_equal(err.message, message);
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    assert_int_equal(err.action, WEIR_ERROR_STOP);
    weir_config_destroy(config);
}

static void values_given_are_read_by_type(void **state)
{
    (void)state;
    struct weir_config *config = checked("connection.uri: mongodb://h\n"
                                         "startup.mode: COPY_EXISTING\n"
                                         "poll.batch: 7\n"
                                         "even: 9007199254740992\n"
                                         "ratio: 1e-3\n"
                                         "full: True\n"
                                         "topics: x,y , z\n");
    assert_string_equal(weir_config_string(config, "connection.uri"), "mongodb://h");
    assert_string_equal(weir_config_string(config, "startup.mode"), "COPY_EXISTING");
    assert_int_equal(weir_config_int(config, "poll.batch"), 7);
    assert_int_equal(weir_config_long(config, "even"), 9007199254740992);
    assert_true(weir_config_double(config, "ratio") == 1e-3);
    assert_true(weir_config_boolean(config, "full"));
    const char *const *topics = weir_config_list(config, "topics");
    assert_string_equal(topics[0], "x");
    assert_string_equal(topics[1], "y");
    assert_string_equal(topics[2], "z");
    assert_null(topics[3]);
    weir_config_destroy(config);
}

static void what_is_not_given_has_its_default(void **state)
{
    (void)state;
    struct weir_config *config = checked("connection.uri: u");
    assert_string_equal(weir_config_string(config, "startup.mode"), "latest");
    assert_int_equal(weir_config_int(config, "poll.batch"), 100);
    assert_int_equal(weir_config_long(config, "even"), -4);
    assert_true(weir_config_double(config, "ratio") == 0.5);
    assert_false(weir_config_boolean(config, "full"));
    assert_null(weir_config_string(config, "note"));
    assert_string_equal(weir_config_list(config, "topics")[1], "b");
    assert_false(weir_config_has(config, "note"));
    assert_int_equal(weir_config_line(config, "note"), 0);
    weir_config_destroy(config);
}

static void empty_items_of_a_list_are_left_out(void **state)
{
    (void)state;
    const char *const texts[] = {"''", "','", "' , ,'"};
    for (size_t index = 0; index < 3; index++) {
        weir_autofree char *text = weir_format("connection.uri: u\ntopics: %s\n", texts[index]);
        struct weir_config *config = checked(text);
        assert_null(weir_config_list(config, "topics")[0]);
        weir_config_destroy(config);
    }
    struct weir_config *config = checked("connection.uri: u\ntopics: ',a,,b,'\n");
    assert_string_equal(weir_config_list(config, "topics")[0], "a");
    assert_string_equal(weir_config_list(config, "topics")[1], "b");
    assert_null(weir_config_list(config, "topics")[2]);
    weir_config_destroy(config);
}

static void maps_become_dotted_keys_and_lists_comma_text(void **state)
{
    (void)state;
    struct weir_config *config = checked("connection:\n"
                                         "  uri: u\n"
                                         "topics: [a, 'b c', d]\n"
                                         "topic:\n"
                                         "  override:\n"
                                         "    big: 1\n"
                                         "    small.one: 2\n");
    assert_string_equal(weir_config_string(config, "connection.uri"), "u");
    assert_string_equal(weir_config_given(config, "topics"), "a,b c,d");
    assert_string_equal(weir_config_list(config, "topics")[1], "b c");
    assert_int_equal(weir_config_int(config, "topic.override.big"), 1);
    assert_int_equal(weir_config_int(config, "topic.override.small.one"), 2);
    assert_int_equal(weir_config_line(config, "topic.override.big"), 6);
    weir_config_destroy(config);
}

static void anchors_stand_for_their_value(void **state)
{
    (void)state;
    struct weir_config *config = checked("connection.uri: &u mongodb://h\nnote: *u\n");
    assert_string_equal(weir_config_string(config, "note"), "mongodb://h");
    weir_config_destroy(config);
}

static void an_overriding_name_wins_where_both_are_given(void **state)
{
    (void)state;
    static const char *const texts[] = {"connection.uri: u\nnote: a\nmongo.note: b",
                                        "connection.uri: u\nmongo.note: b\nnote: a",
                                        "connection.uri: u\nmongo.note: b"};
    for (size_t index = 0; index < sizeof(texts) / sizeof(texts[0]); index++) {
        struct weir_config *config = checked(texts[index]);
        assert_string_equal(weir_config_string(config, "note"), "b");
        weir_config_destroy(config);
    }
}

static void an_alias_is_folded_into_its_name(void **state)
{
    (void)state;
    struct weir_config *config = checked("mongodb.uri: u");
    assert_string_equal(weir_config_string(config, "connection.uri"), "u");
    assert_true(weir_config_has(config, "connection.uri"));
    weir_config_destroy(config);
    assert_problem("connection.uri: u\nconnection.url: v",
                   "stage.yaml:2: connection.url: another name of 'connection.uri', "
                   "which is given too");
}

static void a_property_set_counts_as_given(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_config *config = parse("connection.uri: u\nnote: file\n", &err);
    weir_config_set(config, "note", "command line");
    weir_config_set(config, "poll.batch", "3");
    assert_true(weir_config_check(config, tables, &err));
    assert_string_equal(weir_config_string(config, "note"), "command line");
    assert_int_equal(weir_config_line(config, "note"), 0);
    assert_int_equal(weir_config_int(config, "poll.batch"), 3);
    weir_config_destroy(config);
}

static void every_problem_is_reported_in_a_line_of_its_own(void **state)
{
    (void)state;
    assert_problem("startup.mode: earliest\n"
                   "poll.batch: many\n"
                   "full: yes\n"
                   "poll.batsh: 3\n"
                   "colour: red\n",
                   "stage.yaml:1: startup.mode: 'earliest' is not one of latest, copy_existing\n"
                   "stage.yaml:2: poll.batch: expected a whole number of 32 bits, not 'many'\n"
                   "stage.yaml:3: full: expected true or false, not 'yes'\n"
                   "stage.yaml:4: poll.batsh: unknown property; did you mean 'poll.batch'?\n"
                   "stage.yaml:5: colour: unknown property\n"
                   "stage.yaml: connection.uri: missing required property");
}

static void numbers_must_be_whole_and_in_range(void **state)
{
    (void)state;
    const char *const wrong[] = {"''", "1.5", "' 1'", "1 2", "0x10", "2147483648", "1e3", "+-1"};
    for (size_t index = 0; index < sizeof(wrong) / sizeof(wrong[0]); index++) {
        struct weir_error err = {0};
        weir_autofree char *text = weir_format("connection.uri: u\npoll.batch: %s\n", wrong[index]);
        struct weir_config *config = parse(text, &err);
        assert_non_null(config);
        assert_false(weir_config_check(config, tables, &err));
        assert_non_null(strstr(err.message, "stage.yaml:2: poll.batch: expected a whole number"));
        weir_config_destroy(config);
    }
    assert_problem("connection.uri: u\npoll.batch: 0",
                   "stage.yaml:2: poll.batch: 0 is outside 1 to 1000");
    assert_problem("connection.uri: u\npoll.batch: 1001",
                   "stage.yaml:2: poll.batch: 1001 is outside 1 to 1000");
    assert_problem("connection.uri: u\neven: 3", "stage.yaml:2: even: 3 is odd");
    assert_problem("connection.uri: u\nratio: half",
                   "stage.yaml:2: ratio: expected a number, not 'half'");
}

static void what_is_not_a_map_of_properties_is_refused(void **state)
{
    (void)state;
    assert_problem("", "stage.yaml: the file is empty");
    assert_problem("# only a comment\n", "stage.yaml: the file is empty");
    assert_problem("- a\n- b\n", "stage.yaml:1: expected `property: value` lines");
    assert_problem("note: [a, [b]]\n", "stage.yaml:1: a list may hold only plain values");
    assert_problem("? [a]\n: b\n", "stage.yaml:1: a property name must be plain text");
    assert_problem("note: a\n---\nnote: b\n",
                   "stage.yaml:3: a second YAML document; one file is one stage");
    assert_problem("note: \"a\\0b\"\n", "stage.yaml:1: the value holds a NUL");
}

static void text_that_is_not_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(parse("note: a\nnote2: 'open\n", &err));
    assert_memory_equal(err.message, "stage.yaml:3: not YAML: ", 24);
    assert_int_equal(err.line, 3);
}

static void a_property_given_twice_is_refused(void **state)
{
    (void)state;
    assert_problem("note: a\npoll.batch: 3\nnote: b\n",
                   "stage.yaml:3: note is given twice, first in line 1");
    assert_problem("connection.uri: a\nconnection:\n  uri: b\n",
                   "stage.yaml:3: connection.uri is given twice, first in line 1");
}

/* Each level names the one below nine times: 9^10 values if followed. */
static void aliases_of_aliases_cannot_run_away(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 10000);
    weir_buffer_append_text(&text, "l0: &l0 {}\n");
    for (int level = 1; level <= 10; level++) {
        weir_buffer_append_format(&text, "l%d: &l%d {", level, level);
        for (int item = 0; item < 9; item++) {
            weir_buffer_append_format(&text, "%sk%d: *l%d", item ? ", " : "", item, level - 1);
        }
        weir_buffer_append_text(&text, "}\n");
    }
    struct weir_error err = {0};
    assert_null(parse(weir_buffer_text(&text), &err));
    assert_non_null(strstr(err.message, "more values than a configuration can have"));
}

static void more_problems_than_have_room_are_cut_at_a_line(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 10000);
    weir_buffer_append_text(&text, "connection.uri: u\n");
    for (int number = 0; number < 100; number++) {
        weir_buffer_append_format(&text, "%c%cwrong%d: 1\n", 'a' + number % 26, 'z', number);
    }
    struct weir_error err = {0};
    struct weir_config *config = parse(weir_buffer_text(&text), &err);
    assert_false(weir_config_check(config, tables, &err));
    size_t length = strlen(err.message);
    assert_string_equal(err.message + length - 27, "unknown property\n(and more)");
    weir_config_destroy(config);
}

static void a_check_across_properties_names_file_and_line(void **state)
{
    (void)state;
    struct weir_config *config = checked("connection.uri: u\nnote: x\n");
    struct weir_error err = {0};
    assert_false(weir_config_fail(config, "note", &err, "does not go with %s", "topics"));
    assert_string_equal(err.message, "stage.yaml:2: note: does not go with topics");
    assert_int_equal(err.line, 2);
    weir_error_clear(&err);
    assert_false(weir_config_fail(config, "ratio", &err, "too small"));
    assert_string_equal(err.message, "stage.yaml: ratio: too small");
    weir_config_destroy(config);
}

static void keys_with_a_prefix_come_in_file_order(void **state)
{
    (void)state;
    struct weir_config *config = checked("topic.override.b: 2\nconnection.uri: u\n"
                                         "topic.override.a: 1\n");
    size_t position = 0;
    const char *name, *value;
    assert_true(weir_config_next(config, "topic.override.", &position, &name, &value));
    assert_string_equal(name, "topic.override.b");
    assert_string_equal(value, "2");
    assert_true(weir_config_next(config, "topic.override.", &position, &name, &value));
    assert_string_equal(name, "topic.override.a");
    assert_false(weir_config_next(config, "topic.override.", &position, &name, &value));
    weir_config_destroy(config);
}

static void a_description_shows_what_is_in_effect_but_no_secret(void **state)
{
    (void)state;
    struct weir_config *config =
        checked("connection.uri: u\npassword: hunter2\ntopic.override.x: 3\n");
    weir_autofree char *text = weir_config_describe(config);
    assert_non_null(strstr(text, "connection.uri = u\n"));
    assert_non_null(strstr(text, "startup.mode = latest\n"));
    assert_non_null(strstr(text, "password = ***\n"));
    assert_non_null(strstr(text, "topic.override.x = 3\n"));
    assert_null(strstr(text, "hunter2"));
    weir_config_destroy(config);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(weir_config_read("/no/such/stage.yaml", &err));
    assert_string_equal(err.message, "/no/such/stage.yaml: No such file or directory");
    weir_error_clear(&err);
    assert_null(weir_config_read("/", &err));
    assert_string_equal(err.message, "/: Is a directory");
    weir_config_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_given_are_read_by_type),
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(empty_items_of_a_list_are_left_out),
        cmocka_unit_test(maps_become_dotted_keys_and_lists_comma_text),
        cmocka_unit_test(anchors_stand_for_their_value),
        cmocka_unit_test(an_overriding_name_wins_where_both_are_given),
        cmocka_unit_test(an_alias_is_folded_into_its_name),
        cmocka_unit_test(a_property_set_counts_as_given),
        cmocka_unit_test(every_problem_is_reported_in_a_line_of_its_own),
        cmocka_unit_test(numbers_must_be_whole_and_in_range),
        cmocka_unit_test(what_is_not_a_map_of_properties_is_refused),
        cmocka_unit_test(text_that_is_not_yaml_is_refused_with_its_line),
        cmocka_unit_test(a_property_given_twice_is_refused),
        cmocka_unit_test(aliases_of_aliases_cannot_run_away),
        cmocka_unit_test(more_problems_than_have_room_are_cut_at_a_line),
        cmocka_unit_test(a_check_across_properties_names_file_and_line),
        cmocka_unit_test(keys_with_a_prefix_come_in_file_order),
        cmocka_unit_test(a_description_shows_what_is_in_effect_but_no_secret),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
