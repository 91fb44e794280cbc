/* The vectors of RFC 4231. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/hmac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const uint8_t jefe[WEIR_HMAC_BYTES] = {
    0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
    0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};

static void a_known_message_has_its_known_code(void **state)
{
    (void)state;
    uint8_t mac[WEIR_HMAC_BYTES];
    struct weir_hmac *hmac = weir_hmac_create(WEIR_BYTES("Jefe"));
    const struct weir_bytes whole = WEIR_BYTES("what do ya want for nothing?");
    weir_hmac_sign(hmac, &whole, 1, mac);
    assert_memory_equal(mac, jefe, sizeof(jefe));
    weir_hmac_destroy(hmac);
}

static void pieces_are_one_message_and_the_key_serves_again(void **state)
{
    (void)state;
    uint8_t mac[WEIR_HMAC_BYTES];
    struct weir_hmac *hmac = weir_hmac_create(WEIR_BYTES("Jefe"));
    const struct weir_bytes pieces[] = {WEIR_BYTES("what do ya want "), WEIR_BYTES_NULL,
                                        WEIR_BYTES("for nothing?")};
    weir_hmac_sign(hmac, pieces, 1, mac);
    assert_memory_not_equal(mac, jefe, sizeof(jefe));
    weir_hmac_sign(hmac, pieces, 3, mac);
    assert_memory_equal(mac, jefe, sizeof(jefe));
    weir_hmac_destroy(hmac);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_message_has_its_known_code),
        cmocka_unit_test(pieces_are_one_message_and_the_key_serves_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
