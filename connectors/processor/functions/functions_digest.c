/* SPDX-License-Identifier: Apache-2.0 */
/* MD5 (RFC 1321): a fingerprint of text, not a protection of anything. */
#include "connectors/processor/functions/families.h"

#include <endian.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, DIGEST_WORDS = 4 };

static uint32_t rotate(uint32_t word, uint32_t bits)
{
    return word << bits | word >> (32 - bits);
}

/* floor(2^32 * |sin(i + 1)|) */
static const uint32_t constants[BLOCK_BYTES] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void digest_block(uint32_t *state, const uint8_t *block)
{
    static const uint8_t rotations[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (uint32_t i = 0; i < BLOCK_BYTES; i++) {
        uint32_t round = i / 16, word, mixed;
        uint32_t index = (round == 0   ? i
                          : round == 1 ? 5 * i + 1
                          : round == 2 ? 3 * i + 5
                                       : 7 * i) %
                         16;
        mixed = round == 0   ? (b & c) | (~b & d)
                : round == 1 ? (d & b) | (~d & c)
                : round == 2 ? b ^ c ^ d
                             : c ^ (b | ~d);
        memcpy(&word, block + 4 * index, sizeof word);
        mixed += a + constants[i] + le32toh(word);
        a = d;
        d = c;
        c = b;
        b += rotate(mixed, rotations[round][i % 4]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

static void digest(struct weir_bytes text, uint32_t *state)
{
    const uint32_t first[DIGEST_WORDS] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    uint8_t rest[2 * BLOCK_BYTES] = {0};
    memcpy(state, first, sizeof first);
    size_t done = 0;
    for (; text.len - done >= BLOCK_BYTES; done += BLOCK_BYTES) {
        digest_block(state, text.data + done);
    }
    size_t left = text.len - done;
    size_t padded = left + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    if (left > 0) {
        memcpy(rest, text.data + done, left);
    }
    rest[left] = 0x80;
    uint64_t bits = htole64((uint64_t)text.len * 8);
    memcpy(rest + padded - LENGTH_BYTES, &bits, sizeof bits);
    for (size_t i = 0; i < padded; i += BLOCK_BYTES) {
        digest_block(state, rest + i);
    }
}

WEIR_KERNEL(eval_md5)
{
    static const char digits[] = "0123456789abcdef";
    uint32_t state[DIGEST_WORDS];
    digest(weir_text_of(&arguments[0]), state);
    uint8_t *text = weir_arena_alloc(evaluation->arena, 2 * sizeof state);
    for (size_t i = 0; i < sizeof state; i++) {
        uint8_t byte = (uint8_t)(state[i / 4] >> 8 * (i % 4));
        text[2 * i] = (uint8_t)digits[byte >> 4];
        text[2 * i + 1] = (uint8_t)digits[byte & 15];
    }
    return weir_return_text(result, (struct weir_bytes){text, 2 * sizeof state});
}

static const struct weir_signature md5_signatures[] = {
    {.text = "(STRING text) STRING", .scalar = eval_md5}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("MD5", "STRING", md5_signatures, 0, "The MD5 digest of the text, in hexadecimal."),
};

WEIR_FAMILY(weir_functions_digest, functions);
