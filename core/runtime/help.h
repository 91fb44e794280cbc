/* help.h - property tables as text for people: help-config, and the pages under docs/connectors.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_HELP_H
#define WEIR_RUNTIME_HELP_H

#include "core/base/buffer.h"
#include "core/config/property.h"
#include "core/runtime/plugins.h"

/* One paragraph for each property, in the table's order, headed by its groups. */
void weir_help_table(struct weir_buffer *out, const struct weir_property *table);
/* The whole page of a connector in Markdown: names, what it does, its properties by group. program
 * as in "weir-sink". */
void weir_help_page(struct weir_buffer *out, const struct weir_connector *connector,
                    const char *program);
/* The properties of tables (ends with NULL) in Markdown, by group. */
void weir_help_markdown(struct weir_buffer *out, const struct weir_property *const *tables);

/* "STRING", as Connect's ConfigDef names types. */
const char *weir_property_type_name(enum weir_property_type type);
/* Its heading; "Other" when it has none. */
const char *weir_property_group(const struct weir_property *property);
/* "HIGH" */
const char *weir_property_importance_name(enum weir_property_importance importance);

#endif
