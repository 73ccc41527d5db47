// SPDX-License-Identifier: GPL-3.0-or-later
// What was heard, as all paths look it up: a filter for each block of slots, and behind them one exact set.
#pragma once
#include "CMatcher.h"
#include "set.h"

/// Filters cover blocks of so many absolute slots: 4 hours. Small ones stay in the cache, and what was heard within a
/// tolerance of two hours lands in two of them.
enum { EXPOSURE_BLOCK = 24, BLUEZONE_BLOCK = 16 };
enum { EXPOSURE_DAY = 144, BLUEZONE_DAY = 96 };

/// Where a block's filter lies among the index's words. Word number `base + (hash >> shift)` is asked.
typedef struct {
    uint32_t base;
    uint32_t shift;
} filter;

/// The first words are never set, so whoever asks here hears no: for slots with nothing to find.
static const filter filter_of_nothing = {0, 31};

struct matcher_index {
    matcher_format format;
    uint32_t first;       ///< first own slot
    uint32_t slots;       ///< own slots
    uint32_t tolerance;   ///< slots
    uint32_t first_block; ///< absolute number of filters[0]
    uint32_t blocks;
    uint32_t spread;  ///< secret odd multiplier in front of the filters
    filter *filters;  ///< one for each block
    uint8_t *live;    ///< for each own slot: whether anything was heard within tolerance of it
    uint32_t *words;  ///< all filters' bits
    size_t word_count;
    fingerprint_set set;
};

static inline uint32_t slots_of_day(matcher_format format) {
    return format == MATCHER_BLUEZONE ? BLUEZONE_DAY : EXPOSURE_DAY;
}

/// The absolute number of the block that a slot lies in.
static inline uint32_t block_of_slot(matcher_format format, uint32_t slot) {
    return format == MATCHER_BLUEZONE ? slot / BLUEZONE_BLOCK : slot / EXPOSURE_BLOCK;
}

/// What filters know of an identifier: its first four bytes, times the secret.
static inline uint32_t filter_hash(const matcher_index *index, uint64_t low) {
    return (uint32_t)low * index->spread;
}

/// The three bits of an identifier in its word. Words are chosen by the hash's upper bits, bits by its lower fifteen.
static inline uint32_t filter_bits(uint32_t hash) {
    return (uint32_t)1 << (hash & 31) | (uint32_t)1 << (hash >> 5 & 31) | (uint32_t)1 << (hash >> 10 & 31);
}
