/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_view.h"

#include "core/mongo/utf8.h"

#include <string.h>

enum { DOCUMENT_BYTES_MIN = 5, LENGTH_BYTES = 4 };

static int32_t read_int32(const uint8_t *data)
{
    uint32_t bits = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                    (uint32_t)data[3] << 24;
    return (int32_t)bits;
}

static bool document_bounds_good(struct weir_bytes document)
{
    return document.data && document.len >= DOCUMENT_BYTES_MIN && document.len <= INT32_MAX &&
           read_int32(document.data) == (int32_t)document.len &&
           document.data[document.len - 1] == 0;
}

void weir_bson_iterator_init(struct weir_bson_iterator *iterator, struct weir_bytes document)
{
    *iterator = (struct weir_bson_iterator){.malformed = !document_bounds_good(document)};
    if (!iterator->malformed) {
        iterator->at = document.data + LENGTH_BYTES;
        iterator->end = document.data + document.len - 1;
    }
}

/* A length word and what it counts, with extra bytes that it does not count; 0 = malformed. */
static size_t counted_bytes(const uint8_t *at, size_t left, size_t extra, int32_t least)
{
    if (left < LENGTH_BYTES || read_int32(at) < least) {
        return 0;
    }
    size_t bytes = (size_t)read_int32(at) + extra;
    return bytes <= left ? bytes : 0;
}

static size_t text_bytes(const uint8_t *at, size_t left, size_t extra)
{
    size_t bytes = counted_bytes(at, left, LENGTH_BYTES + extra, 1);
    return bytes && at[bytes - extra - 1] == 0 ? bytes : 0;
}

/* Two names, each closed by a zero. */
static size_t regex_bytes(const uint8_t *at, size_t left)
{
    const uint8_t *pattern_end = memchr(at, 0, left);
    if (!pattern_end) {
        return 0;
    }
    size_t rest = left - (size_t)(pattern_end + 1 - at);
    const uint8_t *options_end = rest ? memchr(pattern_end + 1, 0, rest) : NULL;
    return options_end ? (size_t)(options_end + 1 - at) : 0;
}

static size_t fixed_bytes(size_t bytes, size_t left)
{
    return bytes <= left ? bytes : SIZE_MAX;
}

/* How many bytes the value takes; SIZE_MAX = malformed. */
static size_t value_bytes(uint8_t type, const uint8_t *at, size_t left)
{
    size_t bytes = 0;
    switch (type) {
    case WEIR_BSON_NULL:
    case 0x06: /* undefined */
    case 0x7F: /* max key */
    case 0xFF: /* min key */
        return 0;
    case WEIR_BSON_BOOLEAN:
        return fixed_bytes(1, left);
    case WEIR_BSON_INT32:
        return fixed_bytes(4, left);
    case WEIR_BSON_DOUBLE:
    case WEIR_BSON_DATE:
    case WEIR_BSON_TIMESTAMP:
    case WEIR_BSON_INT64:
        return fixed_bytes(8, left);
    case WEIR_BSON_OBJECT_ID:
        return fixed_bytes(12, left);
    case WEIR_BSON_DECIMAL128:
        return fixed_bytes(16, left);
    case WEIR_BSON_STRING:
    case 0x0D: /* code */
    case 0x0E: /* symbol */
        bytes = text_bytes(at, left, 0);
        break;
    case 0x0C: /* pointer: text and an object id */
        bytes = text_bytes(at, left, 12);
        break;
    case WEIR_BSON_DOCUMENT:
    case WEIR_BSON_ARRAY:
    case 0x0F: /* code with scope */
        bytes = counted_bytes(at, left, 0, DOCUMENT_BYTES_MIN);
        break;
    case WEIR_BSON_BINARY:
        bytes = counted_bytes(at, left, LENGTH_BYTES + 1, 0);
        break;
    case 0x0B:
        bytes = regex_bytes(at, left);
        break;
    default:
        break;
    }
    return bytes ? bytes : SIZE_MAX;
}

static bool walk_failed(struct weir_bson_iterator *iterator)
{
    iterator->malformed = true;
    iterator->at = iterator->end;
    return false;
}

bool weir_bson_next(struct weir_bson_iterator *iterator, struct weir_bson_element *element_out)
{
    if (iterator->at >= iterator->end) {
        return false;
    }
    uint8_t type = *iterator->at;
    const uint8_t *name = iterator->at + 1;
    const uint8_t *name_end =
        name < iterator->end ? memchr(name, 0, (size_t)(iterator->end - name)) : NULL;
    if (!name_end) {
        return walk_failed(iterator);
    }
    const uint8_t *value = name_end + 1;
    size_t bytes = value_bytes(type, value, (size_t)(iterator->end - value));
    if (bytes == SIZE_MAX) {
        return walk_failed(iterator);
    }
    *element_out =
        (struct weir_bson_element){{name, (size_t)(name_end - name)}, {value, bytes}, type};
    iterator->at = value + bytes;
    return true;
}

struct weir_bson_element weir_bson_get(struct weir_bytes document, struct weir_bytes name)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (weir_bytes_equal(element.name, name)) {
            return element;
        }
    }
    return (struct weir_bson_element){0};
}

struct weir_bson_element weir_bson_get_path(struct weir_bytes document, struct weir_bytes path)
{
    struct weir_bson_element whole = weir_bson_get(document, path);
    const uint8_t *dot = path.len ? memchr(path.data, '.', path.len) : NULL;
    if (weir_bson_found(whole) || !dot) {
        return whole;
    }
    size_t head = (size_t)(dot - path.data);
    struct weir_bson_element parent = weir_bson_get(document, (struct weir_bytes){path.data, head});
    if (parent.type != WEIR_BSON_DOCUMENT) {
        return (struct weir_bson_element){0};
    }
    return weir_bson_get_path(parent.value, (struct weir_bytes){dot + 1, path.len - head - 1});
}

struct weir_bytes weir_bson_text(struct weir_bson_element element)
{
    if (element.type != WEIR_BSON_STRING) {
        return WEIR_BYTES_NULL;
    }
    return (struct weir_bytes){element.value.data + LENGTH_BYTES,
                               element.value.len - LENGTH_BYTES - 1};
}

int32_t weir_bson_int32(struct weir_bson_element element)
{
    return element.type == WEIR_BSON_INT32 ? read_int32(element.value.data) : 0;
}

int64_t weir_bson_int64(struct weir_bson_element element)
{
    if (element.value.len != 8) {
        return 0;
    }
    uint64_t low = (uint32_t)read_int32(element.value.data);
    uint64_t high = (uint32_t)read_int32(element.value.data + 4);
    return (int64_t)(low | high << 32);
}

static bool document_valid(struct weir_bytes document, int depth);

static bool element_valid(const struct weir_bson_element *element, int depth)
{
    if (!weir_utf8_valid(element->name)) {
        return false;
    }
    switch (element->type) {
    case WEIR_BSON_DOCUMENT:
    case WEIR_BSON_ARRAY:
        return document_valid(element->value, depth + 1);
    case WEIR_BSON_STRING:
        return weir_utf8_valid(weir_bson_text(*element));
    case WEIR_BSON_BOOLEAN:
        return element->value.data[0] <= 1;
    default:
        return true;
    }
}

static bool document_valid(struct weir_bytes document, int depth)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    if (depth > WEIR_BSON_DEPTH_MAX) {
        return false;
    }
    while (weir_bson_next(&iterator, &element)) {
        if (!element_valid(&element, depth)) {
            return false;
        }
    }
    return !iterator.malformed;
}

bool weir_bson_valid(struct weir_bytes document)
{
    return document_valid(document, 0);
}
