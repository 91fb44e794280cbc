/* timestamp_format_fuzz.c - any pattern and any text: what a pattern prints fits its buffer, what
 * parses is in range. The first line is the pattern, the rest the text. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/civil.h"
#include "connectors/processor/values/timestamp_format.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct weir_timestamp_format *format, int64_t time_ms)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 16);
    weir_timestamp_format_print(format, time_ms, weir_time_zone_find(WEIR_BYTES("Europe/London")),
                                &buffer);
    weir_timestamp_format_print_date(format, (int32_t)(time_ms / WEIR_DAY_MS), &buffer);
    weir_timestamp_format_print_time(format, (int32_t)weir_floor_mod(time_ms, WEIR_DAY_MS),
                                     &buffer);
}

static void parse(const struct weir_timestamp_format *format, struct weir_bytes text)
{
    int64_t time_ms;
    int32_t number;
    bool other;
    if (weir_timestamp_format_parse(format, text, &weir_time_zone_utc, &time_ms)) {
        print(format, time_ms);
    }
    weir_timestamp_format_parse_date(format, text, &number, &other);
    if (weir_timestamp_format_parse_time(format, text, &number, &other)) {
        weir_assert(number >= 0 && number < WEIR_DAY_MS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - data) : size;
    struct weir_error err = {0};
    struct weir_timestamp_format *format =
        weir_timestamp_format_create((struct weir_bytes){data, length}, &err);
    if (!format) {
        weir_assert(err.message[0] != '\0');
        return 0;
    }
    print(format, INT64_C(1526075913001));
    print(format, INT64_C(-62135596800001));
    parse(format, end ? (struct weir_bytes){end + 1, size - length - 1} : WEIR_BYTES(""));
    weir_timestamp_format_destroy(format);
    return 0;
}
