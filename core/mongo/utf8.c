/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/utf8.h"

#include <string.h>

static bool eight_are_ascii(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return (word & 0x8080808080808080U) == 0;
}

/* Bytes of the sequence that first begins, and the bounds of its second byte; 0 = no sequence
 * begins so. */
static size_t sequence_bytes(uint8_t first, uint8_t *second_min, uint8_t *second_max)
{
    *second_min = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    *second_max = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* The first byte behind one sequence; NULL = not UTF-8. */
static const uint8_t *skip_sequence(const uint8_t *at, const uint8_t *end)
{
    uint8_t min, max;
    size_t bytes = sequence_bytes(at[0], &min, &max);
    if (bytes == 0 || (size_t)(end - at) < bytes || at[1] < min || at[1] > max) {
        return NULL;
    }
    for (size_t i = 2; i < bytes; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return NULL;
        }
    }
    return at + bytes;
}

bool weir_utf8_valid(struct weir_bytes text)
{
    const uint8_t *at = text.data;
    const uint8_t *end = at + text.len;
    while (at < end) {
        if (end - at >= 8 && eight_are_ascii(at)) {
            at += 8;
        } else if (*at < 0x80) {
            at++;
        } else {
            at = skip_sequence(at, end);
            if (!at) {
                return false;
            }
        }
    }
    return true;
}
