/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config.h"

#include "core/base/alloc.h"

#include <string.h>

static const char *const modes[] = {"latest", "earliest", NULL};
static const struct weir_property table[] = {
    {.name = "startup.mode", .allowed = modes},
    {.name = "poll.batch", .type = WEIR_PROPERTY_INT, .default_value = "1"},
    {.name = "topics", .type = WEIR_PROPERTY_LIST},
    {.name = "password", .type = WEIR_PROPERTY_PASSWORD},
    {.name = "topic.*", .type = WEIR_PROPERTY_DOUBLE},
    {0}};
static const struct weir_property *const tables[] = {table, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Providers would read files that the input names, so inputs with one are left out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes > 1 && memmem(data, bytes, "${", 2)) {
        return 0;
    }
    struct weir_error err = {0};
    struct weir_config *config = weir_config_parse((const char *)data, bytes, "fuzz.yaml", &err);
    if (config && weir_config_check(config, tables, &err)) {
        weir_free(weir_config_describe(config));
        weir_assert(weir_config_list(config, "topics") != NULL);
    }
    weir_config_destroy(config);
    return 0;
}
