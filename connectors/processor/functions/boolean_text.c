/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/boolean_text.h"

#include <string.h>
#include <strings.h>

static bool begins(const char *word, struct weir_bytes text)
{
    return text.len > 0 && text.len <= strlen(word) &&
           strncasecmp(word, (const char *)text.data, text.len) == 0;
}

bool weir_boolean_parse(struct weir_bytes text, bool *boolean_out)
{
    if (begins("true", text) || begins("yes", text)) {
        *boolean_out = true;
        return true;
    }
    if (begins("false", text) || begins("no", text)) {
        *boolean_out = false;
        return true;
    }
    return false;
}
