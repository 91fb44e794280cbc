/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/address_rules.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { IPV4_PREFIX_BITS = 96, TEXT_BYTES_MAX = 64 };

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t translated_prefix[12] = {0, 0x64, 0xff, 0x9b};

static void put_ipv4(uint8_t bytes[16], const void *ipv4)
{
    memcpy(bytes, mapped_prefix, sizeof(mapped_prefix));
    memcpy(bytes + sizeof(mapped_prefix), ipv4, 4);
}

static bool fail(const char *text, struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "'%s' is not an address range like 10.0.0.0/8 or fd00::/8", text);
}

/* Digits behind the slash; no slash: all bits. */
static bool read_bits(const char *digits, unsigned bits_max, unsigned *bits_out)
{
    char *end = NULL;
    *bits_out = bits_max;
    if (!digits) {
        return true;
    }
    unsigned long bits = *digits >= '0' && *digits <= '9' ? strtoul(digits, &end, 10) : ULONG_MAX;
    *bits_out = (unsigned)bits;
    return end && *end == '\0' && bits <= bits_max;
}

bool weir_address_range_read(const char *text, struct address_range *range_out,
                             struct weir_error *err)
{
    char address[TEXT_BYTES_MAX];
    struct address_range range = {0};
    uint8_t ipv4[4];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    if (len >= sizeof(address)) {
        return fail(text, err);
    }
    memcpy(address, text, len);
    address[len] = '\0';
    bool is_ipv4 = inet_pton(AF_INET, address, ipv4) == 1;
    if (is_ipv4) {
        put_ipv4(range.bytes, ipv4);
    } else if (inet_pton(AF_INET6, address, range.bytes) != 1) {
        return fail(text, err);
    }
    if (!read_bits(slash ? slash + 1 : NULL, is_ipv4 ? 32 : 128, &range.bits)) {
        return fail(text, err);
    }
    range.bits += is_ipv4 ? IPV4_PREFIX_BITS : 0;
    *range_out = range;
    return true;
}

static void add(struct address_range **ranges, size_t *count, size_t *capacity,
                struct weir_arena *arena, const struct address_range *range)
{
    if (*count == *capacity) {
        size_t wanted = *capacity ? 2 * *capacity : 8;
        *ranges =
            weir_arena_grow(arena, *ranges, *count * sizeof(**ranges), wanted * sizeof(**ranges));
        *capacity = wanted;
    }
    (*ranges)[(*count)++] = *range;
}

void weir_address_rules_allow(struct address_rules *rules, struct weir_arena *arena,
                              const struct address_range *range)
{
    add(&rules->allowed, &rules->allowed_count, &rules->allowed_capacity, arena, range);
}

void weir_address_rules_refuse(struct address_rules *rules, struct weir_arena *arena,
                               const struct address_range *range)
{
    add(&rules->refused, &rules->refused_count, &rules->refused_capacity, arena, range);
}

static void refuse_all(struct address_rules *rules, struct weir_arena *arena,
                       const char *const *texts)
{
    for (; *texts; texts++) {
        struct address_range range;
        struct weir_error none = {0};
        bool good = weir_address_range_read(*texts, &range, &none);
        weir_assert(good);
        weir_address_rules_refuse(rules, arena, &range);
    }
}

void weir_address_rules_refuse_local(struct address_rules *rules, struct weir_arena *arena)
{
    static const char *const ranges[] = {
        "127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16", "::1", "::", "fe80::/10", NULL};
    refuse_all(rules, arena, ranges);
}

void weir_address_rules_refuse_private(struct address_rules *rules, struct weir_arena *arena)
{
    static const char *const ranges[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                         "fc00::/7", NULL};
    refuse_all(rules, arena, ranges);
}

void weir_address_rules_refuse_class_e(struct address_rules *rules, struct weir_arena *arena)
{
    static const char *const ranges[] = {"240.0.0.0/4", NULL};
    refuse_all(rules, arena, ranges);
}

bool weir_address_rules_empty(const struct address_rules *rules)
{
    return rules->allowed_count == 0 && rules->refused_count == 0;
}

static bool within(const struct address_range *range, const uint8_t bytes[16])
{
    size_t whole = range->bits / 8;
    unsigned rest = range->bits % 8;
    if (memcmp(range->bytes, bytes, whole) != 0) {
        return false;
    }
    unsigned mask = 0xffU << (8 - rest) & 0xffU;
    return rest == 0 || ((range->bytes[whole] ^ bytes[whole]) & mask) == 0;
}

static bool within_any(const struct address_range *ranges, size_t count, const uint8_t bytes[16])
{
    for (size_t i = 0; i < count; i++) {
        if (within(&ranges[i], bytes)) {
            return true;
        }
    }
    return false;
}

/* False: neither IPv4 nor IPv6. */
static bool bytes_of(const struct sockaddr *address, uint8_t bytes[16])
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        put_ipv4(bytes, &ipv4.sin_addr);
        return true;
    }
    if (address->sa_family != AF_INET6) {
        return false;
    }
    struct sockaddr_in6 ipv6;
    memcpy(&ipv6, address, sizeof(ipv6));
    memcpy(bytes, &ipv6.sin6_addr, 16);
    if (memcmp(bytes, translated_prefix, sizeof(translated_prefix)) == 0) {
        memcpy(bytes, mapped_prefix, sizeof(mapped_prefix));
    }
    return true;
}

bool weir_address_rules_allow_address(const struct address_rules *rules,
                                      const struct sockaddr *address)
{
    uint8_t bytes[16];
    if (!bytes_of(address, bytes)) {
        return false;
    }
    if (within_any(rules->allowed, rules->allowed_count, bytes)) {
        return true;
    }
    return rules->refused_count > 0 ? !within_any(rules->refused, rules->refused_count, bytes)
                                    : rules->allowed_count == 0;
}
