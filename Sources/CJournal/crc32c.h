// SPDX-License-Identifier: GPL-3.0-or-later
// Ways to a record's checksum; one is chosen when the program first needs it.
#pragma once
#include "CJournal.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a record is read as little-endian words where it lies");

typedef struct {
    uint32_t (*bytes)(uint32_t seed, const uint8_t *bytes, size_t count);
    void (*finish)(uint8_t *records, size_t count, uint32_t seed);
    size_t (*check)(const uint8_t *records, size_t count, uint32_t seed, uint64_t *good);
    bool is_native;
} crc32c_way;

/// The fastest way that this processor has.
const crc32c_way *crc32c_best(void);

extern const crc32c_way crc32c_table_way;

static inline uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint32_t load32(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/// Milliseconds of a day.
enum { DAY = 86400000 };

/// Whether a record whose checksum should be `crc` was written whole, with a time in its day and a format that is known.
static inline bool is_good(const uint8_t *record, uint32_t crc) {
    uint32_t time = load32(record + 20);
    return load32(record + 28) == crc && (time >> 27) - 1 < 2 && (time & 0x7FFFFFF) < DAY;
}
