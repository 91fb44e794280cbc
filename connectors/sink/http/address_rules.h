/* address_rules.h - which addresses may be connected to, looked at after a name was resolved: a URL
 * that a record fills in must not reach what only this host can reach.
 *
 * An address in an allowed range may; else one in a refused range may not; else any may, unless
 * only allowed ranges are given. IPv4 addresses inside IPv6 ones (::ffff:10.0.0.1, 64:ff9b::/96)
 * are taken for what they are.
 * Threads: read-only once read. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_ADDRESS_RULES_H
#define WEIR_SINK_HTTP_ADDRESS_RULES_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* IPv4 stands in the last 4 bytes, behind ::ffff. */
struct address_range {
    uint8_t bytes[16];
    unsigned bits;
};

struct address_rules {
    struct address_range *allowed, *refused;
    size_t allowed_count, refused_count, allowed_capacity, refused_capacity;
};

/* One "10.0.0.0/8", "fd00::/8" or single address. Domain CONFIG. */
bool weir_address_range_read(const char *text, struct address_range *range_out,
                             struct weir_error *err);
void weir_address_rules_allow(struct address_rules *rules, struct weir_arena *arena,
                              const struct address_range *range);
void weir_address_rules_refuse(struct address_rules *rules, struct weir_arena *arena,
                               const struct address_range *range);
/* Loopback, link-local, "this host". */
void weir_address_rules_refuse_local(struct address_rules *rules, struct weir_arena *arena);
/* RFC 1918 and RFC 4193. */
void weir_address_rules_refuse_private(struct address_rules *rules, struct weir_arena *arena);
/* 240.0.0.0/4. */
void weir_address_rules_refuse_class_e(struct address_rules *rules, struct weir_arena *arena);
bool weir_address_rules_empty(const struct address_rules *rules);
bool weir_address_rules_allow_address(const struct address_rules *rules,
                                      const struct sockaddr *address);

#endif
