// SPDX-License-Identifier: GPL-3.0-or-later
#include "crc32c.h"

uint32_t journal_crc32c(uint32_t seed, const void *bytes, size_t count) {
    return crc32c_best()->bytes(seed, bytes, count);
}

uint32_t journal_crc32c_by_table(uint32_t seed, const void *bytes, size_t count) {
    return crc32c_table_way.bytes(seed, bytes, count);
}

bool journal_crc32c_is_native(void) { return crc32c_best()->is_native; }

void journal_finish_records(void *records, size_t count, uint32_t seed) {
    crc32c_best()->finish(records, count, seed);
}

size_t journal_check_records(const void *records, size_t count, uint32_t seed, uint64_t *good) {
    return crc32c_best()->check(records, count, seed, good);
}

void journal_gather_records(void *records, size_t count, const uint64_t *good) {
    uint8_t *to = records;
    for (size_t index = 0; index < count; index++) {
        if (!(good[index / 64] >> index % 64 & 1)) continue;
        const uint8_t *from = (const uint8_t *)records + 32 * index;
        if (from != to) memcpy(to, from, 32);
        to += 32;
    }
}
