// SPDX-License-Identifier: GPL-3.0-or-later
// The journal's kernel without libcrypto: both ways to a checksum against one another and against published numbers.
#include "CJournal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned checks, failures;

static void check(bool holds, const char *what) {
    checks++;
    if (holds) return;
    failures++;
    printf("not so: %s\n", what);
}

static uint64_t state = 20261120;

static uint64_t draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ state >> 29;
}

/// RFC 3720, appendix B.4.
static void published(void) {
    uint8_t bytes[32];
    uint32_t (*const ways[])(uint32_t, const void *, size_t) = {journal_crc32c, journal_crc32c_by_table};
    for (int way = 0; way < 2; way++) {
        memset(bytes, 0, sizeof bytes);
        check(ways[way](0, bytes, 32) == 0x8A9136AA, "32 zeros");
        memset(bytes, 0xFF, sizeof bytes);
        check(ways[way](0, bytes, 32) == 0x62A8AB43, "32 ones");
        for (int index = 0; index < 32; index++) bytes[index] = (uint8_t)index;
        check(ways[way](0, bytes, 32) == 0x46DD794E, "32 ascending");
        check(ways[way](0, "123456789", 9) == 0xE3069283, "the digits");
        check(ways[way](ways[way](0, "1234", 4), "56789", 5) == 0xE3069283, "the digits in two parts");
    }
}

static void both_ways(void) {
    uint8_t bytes[300];
    for (size_t index = 0; index < sizeof bytes; index++) bytes[index] = (uint8_t)draw();
    for (size_t count = 0; count < 280; count++)
        for (size_t offset = 0; offset < 9; offset++) {
            uint32_t seed = (uint32_t)draw();
            check(journal_crc32c(seed, bytes + offset, count) == journal_crc32c_by_table(seed, bytes + offset, count),
                  "instruction and table give the same");
        }
}

static void records(size_t count) {
    uint8_t *bytes = malloc(32 * count + 1), *kept = malloc(32 * count + 1);
    uint64_t *good = malloc((count / 64 + 1) * sizeof *good);
    if (!bytes || !kept || !good) exit(2);
    for (size_t index = 0; index < 32 * count; index++) bytes[index] = (uint8_t)draw();
    for (size_t index = 0; index < count; index++) bytes[32 * index + 23] = index % 2 ? 8 : 16;
    uint32_t seed = (uint32_t)draw();
    journal_finish_records(bytes, count, seed);
    check(journal_check_records(bytes, count, seed, good) == count, "whole records are good");
    size_t expected = 0;
    for (size_t index = 0; index < count; index++) {
        if (draw() % 3 == 0) {
            bytes[32 * index + draw() % 32] ^= (uint8_t)(1 << draw() % 8);
        } else {
            memcpy(kept + 32 * expected++, bytes + 32 * index, 32);
        }
    }
    check(journal_check_records(bytes, count, seed, good) == expected, "records with a flipped bit are bad");
    journal_gather_records(bytes, count, good);
    check(memcmp(bytes, kept, 32 * expected) == 0, "the good ones come to the front in their order");
    free(bytes);
    free(kept);
    free(good);
}

int main(void) {
    published();
    both_ways();
    for (size_t count = 0; count < 300; count++) records(count);
    records(2048);
    printf("path %s: %u checks, %u not so\n", journal_crc32c_is_native() ? "by instruction" : "by table", checks, failures);
    return failures > 0;
}
