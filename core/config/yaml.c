/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config_internal.h"

#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16, KEY_BYTES_MAX = 512, NODE_COUNT_MAX = 100000 };

/* A map inside the file is the dotted prefix of what is in it; a list of scalars is joined by
 * commas. */
struct reader {
    struct weir_config *config;
    yaml_document_t *document;
    size_t node_count; /* visited: aliases of aliases could make them endless */
    struct weir_error *err;
};

static bool fail_at_node(const struct reader *reader, const yaml_node_t *node, const char *what)
{
    uint32_t line = (uint32_t)node->start_mark.line + 1;
    weir_fail(reader->err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s:%u: %s",
              reader->config->file, line, what);
    reader->err->line = line;
    return false;
}

static const char *scalar_text(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool add_value(struct reader *reader, const char *name, const yaml_node_t *node,
                      struct weir_buffer *value)
{
    const char *text = weir_buffer_text(value);
    if (value->overflow) {
        return fail_at_node(reader, node, "the value is too long");
    }
    if (strlen(text) != value->len) {
        return fail_at_node(reader, node, "the value holds a NUL");
    }
    return weir_config_add(reader->config, name, text, (uint32_t)node->start_mark.line + 1,
                           reader->err);
}

static bool add_scalar(struct reader *reader, const char *name, const yaml_node_t *node)
{
    weir_auto_buffer value;
    weir_buffer_init(&value, WEIR_CONFIG_VALUE_BYTES_MAX);
    weir_buffer_append(&value, scalar_text(node), node->data.scalar.length);
    return add_value(reader, name, node, &value);
}

static bool add_sequence(struct reader *reader, const char *name, const yaml_node_t *node)
{
    weir_auto_buffer joined;
    weir_buffer_init(&joined, WEIR_CONFIG_VALUE_BYTES_MAX);
    const yaml_node_item_t *top = node->data.sequence.items.top;
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < top; item++) {
        const yaml_node_t *element = yaml_document_get_node(reader->document, *item);
        if (element->type != YAML_SCALAR_NODE) {
            return fail_at_node(reader, element, "a list may hold only plain values");
        }
        if (item > node->data.sequence.items.start) {
            weir_buffer_append_byte(&joined, ',');
        }
        weir_buffer_append(&joined, scalar_text(element), element->data.scalar.length);
    }
    return add_value(reader, name, node, &joined);
}

static bool add_mapping(struct reader *reader, const char *prefix, const yaml_node_t *node,
                        int depth);

static bool add_node(struct reader *reader, const char *name, const yaml_node_t *node, int depth)
{
    if (++reader->node_count > NODE_COUNT_MAX) {
        return fail_at_node(reader, node, "more values than a configuration can have");
    }
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return add_scalar(reader, name, node);
    case YAML_SEQUENCE_NODE:
        return add_sequence(reader, name, node);
    case YAML_MAPPING_NODE:
        return add_mapping(reader, name, node, depth + 1);
    case YAML_NO_NODE:
        break;
    }
    return fail_at_node(reader, node, "not a value");
}

static bool add_mapping(struct reader *reader, const char *prefix, const yaml_node_t *node,
                        int depth)
{
    if (depth > DEPTH_MAX) {
        return fail_at_node(reader, node, "nested too deeply");
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(reader->document, pair->value);
        if (key->type != YAML_SCALAR_NODE || *scalar_text(key) == 0) {
            return fail_at_node(reader, key, "a property name must be plain text");
        }
        char name[KEY_BYTES_MAX];
        int length =
            snprintf(name, sizeof(name), "%s%s%s", prefix, *prefix ? "." : "", scalar_text(key));
        if (length < 0 || (size_t)length >= sizeof(name)) {
            return fail_at_node(reader, key, "the property name is too long");
        }
        if (!add_node(reader, name, value, depth)) {
            return false;
        }
    }
    return true;
}

static bool load(const struct weir_config *config, yaml_parser_t *parser, yaml_document_t *document,
                 struct weir_error *err)
{
    if (yaml_parser_load(parser, document)) {
        return true;
    }
    uint32_t line = (uint32_t)parser->problem_mark.line + 1;
    weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s:%u: not YAML: %s", config->file,
              line, parser->problem ? parser->problem : "unreadable");
    err->line = line;
    return false;
}

static bool read_document(struct weir_config *config, yaml_parser_t *parser, struct weir_error *err)
{
    yaml_document_t document;
    if (!load(config, parser, &document, err)) {
        return false;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    struct reader reader = {.config = config, .document = &document, .err = err};
    bool done;
    if (!root) {
        done = weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: the file is empty",
                         config->file);
    } else if (root->type != YAML_MAPPING_NODE) {
        done = fail_at_node(&reader, root, "expected `property: value` lines");
    } else {
        done = add_mapping(&reader, "", root, 0);
    }
    yaml_document_delete(&document);
    return done;
}

static bool check_no_more(struct weir_config *config, yaml_parser_t *parser, struct weir_error *err)
{
    yaml_document_t document;
    if (!load(config, parser, &document, err)) {
        return false;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    struct reader reader = {.config = config, .err = err};
    bool done =
        !root || fail_at_node(&reader, root, "a second YAML document; one file is one stage");
    yaml_document_delete(&document);
    return done;
}

bool weir_config_read_yaml(struct weir_config *config, const char *text, size_t bytes,
                           struct weir_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: no YAML parser",
                         config->file);
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    bool done = read_document(config, &parser, err) && check_no_more(config, &parser, err);
    yaml_parser_delete(&parser);
    return done;
}
