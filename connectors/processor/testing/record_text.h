/* record_text.h - records between their bytes and the JSON of the test runner.
 *
 * A value in JSON format is its own text; keys and other formats go through their columns.
 * Threads: any. Allocates: in the given arena or buffer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_RECORD_TEXT_H
#define WEIR_PROCESSOR_TESTING_RECORD_TEXT_H

#include "connectors/processor/testing/test_case.h"
#include "connectors/processor/values/format.h"
#include "core/record/record.h"

/* The bytes of an input; source columns and formats say how. A key or value that does not fit its
 * column is given as its JSON text: the query will reject it as it would in Kafka. */
void weir_record_text_encode(struct weir_arena *arena, const struct weir_test_record *input,
                             const struct weir_schema *schema, const struct weir_formats *formats,
                             struct weir_record *record_out);
/* {"topic":...,"timestamp":...,"key":...,"value":...} and "window", "headers" if there are any. */
void weir_record_text_print(struct weir_arena *arena, const struct weir_record *record,
                            const struct weir_schema *schema, const struct weir_formats *formats,
                            struct weir_buffer *buffer);

#endif
