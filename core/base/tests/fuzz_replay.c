/* fuzz_replay.c - a main for fuzz targets without libFuzzer: replays the files of a corpus folder.
 *
 * Each file goes in as it is, then cut short at many places, then with seeded changes, so that
 * ordinary tests (under the sanitizers too) see more than the files alone. Prints TAP, one line a
 * file; an empty folder fails.
 *
 *     fuzz = executable('json_reader_fuzz', 'tests/json_reader_fuzz.c', dependencies: [json, fuzz_driver])
 *     test('json_reader_fuzz', fuzz, args: fuzz_args + [meson.current_source_dir() / 'tests/corpus/json_reader'],
 *       protocol: fuzz_protocol, suite: 'unit') */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/backoff.h"
#include "core/base/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { FILE_BYTES_MAX = 1 << 20, CUT_COUNT_MAX = 128, CHANGED_COUNT = 128, CHANGE_COUNT_MAX = 4 };

/* In memory of exactly its size, so that AddressSanitizer sees a read past the end. */
static void run_one(const uint8_t *data, size_t bytes)
{
    weir_autofree uint8_t *exact = weir_alloc(bytes);
    if (bytes > 0) {
        memcpy(exact, data, bytes);
    }
    LLVMFuzzerTestOneInput(exact, bytes);
}

static void run_cut_short(const uint8_t *data, size_t bytes)
{
    size_t step = bytes / CUT_COUNT_MAX + 1;
    for (size_t kept = 0; kept < bytes; kept += step) {
        run_one(data, kept);
    }
}

static void run_changed(const uint8_t *data, size_t bytes)
{
    static const uint8_t telling[] = {0,   '"', '\'', '\\', '{',  '}',  '[', ']',
                                      ':', ',', '-',  '$',  '\n', 0x80, 0xff};
    weir_autofree uint8_t *changed = weir_alloc(bytes);
    uint64_t random_state = bytes;
    for (int round = 0; round < CHANGED_COUNT && bytes > 0; round++) {
        memcpy(changed, data, bytes);
        uint64_t changes = 1 + weir_random_next(&random_state) % CHANGE_COUNT_MAX;
        for (uint64_t change = 0; change < changes; change++) {
            uint64_t draw = weir_random_next(&random_state);
            uint8_t flipped = (uint8_t)(changed[draw % bytes] ^ (1U << (draw >> 61)));
            changed[draw % bytes] =
                (draw >> 60) & 1 ? flipped : telling[(draw >> 40) % sizeof(telling)];
        }
        run_one(changed, bytes);
    }
}

static bool replay_file(const char *folder, const char *name)
{
    weir_autofree char *path = weir_format("%s/%s", folder, name);
    weir_auto_buffer content;
    weir_buffer_init(&content, FILE_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    uint8_t *room = weir_buffer_reserve(&content, FILE_BYTES_MAX);
    if (!file || !room) {
        printf("# %s: %s\n", path, strerror(errno));
        return false;
    }
    content.len = fread(room, 1, FILE_BYTES_MAX, file);
    bool whole = !ferror(file) && content.len < FILE_BYTES_MAX;
    fclose(file);
    run_one(content.data, content.len);
    run_cut_short(content.data, content.len);
    run_changed(content.data, content.len);
    return whole;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int count = argc == 2 ? scandir(argv[1], &entries, visible, alphasort) : -1;
    if (count <= 0) {
        printf("1..1\nnot ok 1 - a folder with a corpus is given\n");
        return EXIT_FAILURE;
    }
    int failed = 0;
    printf("1..%d\n", count);
    for (int index = 0; index < count; index++) {
        bool passed = replay_file(argv[1], entries[index]->d_name);
        failed += !passed;
        printf("%s %d - %s\n", passed ? "ok" : "not ok", index + 1, entries[index]->d_name);
        free(entries[index]);
    }
    free(entries);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
