/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/arena.h"
#include "core/json/scan.h"
#include "core/runtime/rest_internal.h"

enum {
    MEMBER_COUNT_MAX = 1000,
    ARENA_BLOCK_BYTES = 16384,
};

static struct weir_config *empty_config(void)
{
    struct weir_error unexpected = {0};
    struct weir_config *config = weir_config_parse("{}", 2, REST_BODY_NAME, &unexpected);
    weir_assert(config != NULL);
    return config;
}

/* Sets each member of the body; what is wrong with it, or NULL. */
static const char *read_members(struct weir_bytes body, struct weir_config *config,
                                struct weir_arena *arena)
{
    struct weir_bytes name;
    struct weir_bytes raw;
    size_t position = 0;
    bool broken = false;
    for (size_t count = 0; weir_json_next_member(body, &position, &name, &raw, &broken); count++) {
        struct weir_bytes value = weir_json_plain_text(raw, arena);
        if (count == MEMBER_COUNT_MAX) {
            return "more than 1000 properties";
        }
        if (weir_bytes_is_null(value)) {
            return "Null value can not be supplied as the configuration value.";
        }
        if (memchr(value.data, 0, value.len) || memchr(name.data, 0, name.len)) {
            return "a NUL character in a property";
        }
        weir_config_set(config, weir_arena_strndup(arena, (const char *)name.data, name.len),
                        weir_arena_strndup(arena, (const char *)value.data, value.len));
    }
    return broken || body.len == 0 ? "the body is not a JSON object" : NULL;
}

struct weir_config *rest_body(struct rest_call *call)
{
    weir_auto_arena *arena = weir_arena_create(ARENA_BLOCK_BYTES);
    struct weir_config *config = empty_config();
    const char *problem = read_members(call->request->body, config, arena);
    if (problem) {
        rest_fail(call, 400, "%s", problem);
        weir_config_destroy(config);
        return NULL;
    }
    return config;
}
