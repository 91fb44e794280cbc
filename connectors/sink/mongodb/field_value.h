/* field_value.h - what a field's value becomes on its way: the time of a measurement, and
 * field.value.transformer.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_FIELD_VALUE_H
#define WEIR_SINK_MONGODB_FIELD_VALUE_H

#include "connectors/sink/mongodb/work.h"

/* timeseries.timefield.auto.convert: a number or text in the time field becomes a date; what cannot
 * stays as it is. */
void weir_field_value_convert_time(struct work *work);
/* field.value.transformer, on its fields at any depth. REJECT: text that does not read as that. */
bool weir_field_value_transform(struct work *work, struct weir_error *err);

#endif
