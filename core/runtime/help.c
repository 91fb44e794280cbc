/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/help.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_COLUMNS = 96 };

const char *weir_property_type_name(enum weir_property_type type)
{
    static const char *const names[] = {"STRING", "BOOLEAN", "INT",     "LONG",
                                        "DOUBLE", "LIST",    "PASSWORD"};
    return names[type];
}

const char *weir_property_importance_name(enum weir_property_importance importance)
{
    static const char *const names[] = {"HIGH", "MEDIUM", "LOW"};
    return names[importance];
}

const char *weir_property_group(const struct weir_property *property)
{
    return property->group ? property->group : "Other";
}

static const char *documentation_of(const struct weir_property *property)
{
    return property->documentation ? property->documentation : "";
}

/* Connect's name of a type, as a reader wants it: "string". */
static void append_lower(struct weir_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        weir_buffer_append_byte(out, (uint8_t)tolower((unsigned char)*text));
    }
}

/* Text in lines of at most TEXT_COLUMNS, each indented by four. */
static void append_wrapped(struct weir_buffer *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t blanks = strspn(text, " \n");
        const char *word = text + blanks;
        size_t length = strcspn(word, " \n");
        if (length == 0) {
            break;
        }
        if (column == 0 || column + 1 + length > TEXT_COLUMNS) {
            weir_buffer_append_text(out, column == 0 ? "    " : "\n    ");
            column = 4;
        } else {
            weir_buffer_append_byte(out, ' ');
            column++;
        }
        weir_buffer_append(out, word, length);
        column += length;
        text = word + length;
    }
    weir_buffer_append_text(out, "\n");
}

static void append_names(struct weir_buffer *out, const char *const *names, const char *quote)
{
    for (size_t i = 0; names && names[i]; i++) {
        weir_buffer_append_format(out, "%s%s%s%s", i > 0 ? ", " : "", quote, names[i], quote);
    }
}

/* "Default", "One of", "Also": what a row says beside its documentation. quote: around each
 * value. */
static void append_facts(struct weir_buffer *out, const struct weir_property *property,
                         const char *quote, const char *separator)
{
    const char *before = "";
    if (property->default_value) {
        weir_buffer_append_format(
            out, "Default: %s%s%s.", quote,
            property->default_value[0] != '\0' ? property->default_value : "\"\"", quote);
        before = separator;
    }
    if (property->has_range && property->value_max == INT64_MAX) {
        weir_buffer_append_format(out, "%sAt least %lld.", before, (long long)property->value_min);
        before = separator;
    } else if (property->has_range) {
        weir_buffer_append_format(out, "%s%lld to %lld.", before, (long long)property->value_min,
                                  (long long)property->value_max);
        before = separator;
    }
    if (property->allowed) {
        weir_buffer_append_format(out, "%sOne of ", before);
        append_names(out, property->allowed, quote);
        weir_buffer_append_text(out, ".");
        before = separator;
    }
    if (property->override) {
        weir_buffer_append_format(out, "%s%s%s%s wins over it.", before, quote, property->override,
                                  quote);
        before = separator;
    }
    if (property->aliases && property->aliases[0]) {
        weir_buffer_append_format(out, "%sAlso: ", before);
        append_names(out, property->aliases, quote);
        weir_buffer_append_text(out, ".");
        before = separator;
    }
    if (property->obsolete) {
        weir_buffer_append_format(out, "%sHas no effect: %s", before, property->obsolete);
    }
}

void weir_help_table(struct weir_buffer *out, const struct weir_property *table)
{
    const char *group = "";
    for (const struct weir_property *property = table; property->name; property++) {
        const char *own = weir_property_group(property);
        if (strcmp(own, group) != 0) {
            weir_buffer_append_format(out, "== %s ==\n\n", own);
            group = own;
        }
        weir_buffer_append_format(out, "%s (", property->name);
        append_lower(out, weir_property_type_name(property->type));
        weir_buffer_append_text(out, property->required ? ", required)\n" : ")\n");
        append_wrapped(out, documentation_of(property));
        weir_auto_buffer facts;
        weir_buffer_init(&facts, 65536);
        append_facts(&facts, property, "", " ");
        if (facts.len > 0) {
            append_wrapped(out, weir_buffer_text(&facts));
        }
        weir_buffer_append_text(out, "\n");
    }
}

/* A table cell: no line break, no bar. */
static void append_cell(struct weir_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') {
            weir_buffer_append_text(out, "\\|");
        } else {
            weir_buffer_append_byte(out, *text == '\n' ? ' ' : (uint8_t)*text);
        }
    }
}

static void append_row(struct weir_buffer *out, const struct weir_property *property)
{
    weir_auto_buffer facts;
    weir_buffer_init(&facts, 65536);
    append_facts(&facts, property, "`", " ");
    weir_buffer_append_format(out, "| `%s` | ", property->name);
    append_lower(out, weir_property_type_name(property->type));
    weir_buffer_append_text(out, property->required ? ", required | " : " | ");
    append_cell(out, documentation_of(property));
    if (facts.len > 0) {
        weir_buffer_append_byte(out, ' ');
        append_cell(out, weir_buffer_text(&facts));
    }
    weir_buffer_append_text(out, " |\n");
}

/* Whether an earlier row had this group, so that its table stands already. */
static bool group_seen(const struct weir_property *const *tables, const struct weir_property *until)
{
    for (; *tables; tables++) {
        for (const struct weir_property *property = *tables; property->name; property++) {
            if (property == until) {
                return false;
            }
            if (strcmp(weir_property_group(property), weir_property_group(until)) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void append_group(struct weir_buffer *out, const struct weir_property *const *tables,
                         const char *group)
{
    weir_buffer_append_format(
        out, "\n### %s\n\n| property | type | what it does |\n|---|---|---|\n", group);
    for (; *tables; tables++) {
        for (const struct weir_property *property = *tables; property->name; property++) {
            if (strcmp(weir_property_group(property), group) == 0) {
                append_row(out, property);
            }
        }
    }
}

void weir_help_markdown(struct weir_buffer *out, const struct weir_property *const *tables)
{
    for (size_t i = 0; tables[i]; i++) {
        for (const struct weir_property *property = tables[i]; property->name; property++) {
            if (!group_seen(tables, property)) {
                append_group(out, tables, weir_property_group(property));
            }
        }
    }
}

void weir_help_page(struct weir_buffer *out, const struct weir_connector *connector,
                    const char *program)
{
    const struct weir_property *const tables[] = {weir_connector_table(connector), NULL};
    const char *documentation = weir_connector_documentation(connector);
    weir_buffer_append_format(out, "# %s %s\n\n", weir_connector_name(connector),
                              weir_connector_type(connector));
    if (documentation) {
        weir_buffer_append_format(out, "%s\n\n", documentation);
    }
    weir_buffer_append_format(out, "`connector.class`: `%s`", weir_connector_name(connector));
    const char *const *names = weir_connector_class_names(connector);
    if (names && names[0]) {
        weir_buffer_append_text(out, ", or ");
        append_names(out, names, "`");
    }
    weir_buffer_append_format(
        out,
        ". Runs in `%s`, which has [properties of its own](%s.md) beside these.\n\n"
        "## Properties\n",
        program, program);
    weir_help_markdown(out, tables);
}
