/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmarks/bench.h"

#include <inttypes.h>
#include <stdio.h>

/* Mixes well enough for numbers that look like measurements. */
static uint64_t scramble(uint64_t value)
{
    value = (value + 1) * 0xd6e8feb86659fd93u;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    return value ^ value >> 29;
}

void bench_fish(struct bench_fish *fish, int64_t number, bool badly_predicted)
{
    static const char *const species[] = {"Bream", "Roach", "Whitefish", "Parkki",
                                          "Perch", "Pike",  "Smelt"};
    uint64_t bits = scramble((uint64_t)number);
    snprintf(fish->id, sizeof fish->id, "F%010" PRId64, number);
    fish->species = species[bits % 7];
    fish->length = 8 + (double)(bits >> 8 & 4095) / 100;
    fish->height = fish->length * 0.3211;
    fish->width = fish->length * 0.1377;
    fish->weight = 50 + (double)(bits >> 20 & 131071) / 100;
    fish->error = (badly_predicted ? 0.25 : 0.05) * (0.5 + (double)(bits >> 40 & 1023) / 1023);
    fish->prediction = fish->weight * (1 + (bits >> 60 & 1 ? fish->error : -fish->error));
    fish->station = (int)(bits >> 52 & 15);
}

static size_t length_of(int printed, size_t size)
{
    if (printed < 0 || (size_t)printed >= size) {
        bench_die("a value needs more than %zu bytes", size);
    }
    return (size_t)printed;
}

size_t bench_prediction_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms)
{
    return length_of(snprintf(text, size,
                              "{\"fish_id\":\"%s\",\"species\":\"%s\",\"length\":%.2f,"
                              "\"height\":%.4f,\"width\":%.4f,\"prediction\":%.4f,"
                              "\"model\":\"least-squares-7\",\"station\":\"belt-%02d\","
                              "\"ts\":%" PRId64 "}",
                              fish->id, fish->species, fish->length, fish->height, fish->width,
                              fish->prediction, fish->station, ts_ms),
                     size);
}

size_t bench_weight_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms)
{
    return length_of(snprintf(text, size,
                              "{\"fish_id\":\"%s\",\"species\":\"%s\",\"length\":%.2f,"
                              "\"weight\":%.4f,\"machine\":\"scale-%02d\",\"unit\":\"g\","
                              "\"calibrated\":true,\"firmware\":\"2.71.828\",\"ts\":%" PRId64 "}",
                              fish->id, fish->species, fish->length, fish->weight, fish->station,
                              ts_ms),
                     size);
}

size_t bench_diff_json(char *text, size_t size, const struct bench_fish *fish)
{
    return length_of(snprintf(text, size,
                              "{\"key\":\"key\",\"fish_id\":\"%s\",\"species\":\"%s\","
                              "\"length\":%.2f,\"height\":%.4f,\"prediction\":%.4f,"
                              "\"actual\":%.4f,\"error\":%.3f}",
                              fish->id, fish->species, fish->length, fish->height, fish->prediction,
                              fish->weight, fish->error),
                     size);
}

size_t bench_retrain_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms)
{
    return length_of(snprintf(text, size,
                              "{\"KEY\":\"key\",\"SPECIES\":[\"Bream\",\"Roach\",\"Whitefish\","
                              "\"Parkki\",\"Perch\",\"Pike\",\"Smelt\"],\"FISH_ID_START\":\"%s\","
                              "\"FISH_ID_END\":\"%s\",\"ERRORAVG\":%.4f,\"TS\":%" PRId64 "}",
                              fish->id, fish->id, fish->error, ts_ms),
                     size);
}
