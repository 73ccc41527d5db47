// SPDX-License-Identifier: GPL-3.0-or-later
// The index's life: how large the filters are, which slots are worth deriving.
#include "index.h"
#include "memory.h"
#include <stdlib.h>

/// Filters have so many bits for each entry as long as all of them together stay within the budget, and otherwise fewer, down
/// to about the least. Sizes are powers of two.
enum { BITS_AN_ENTRY = 64, LEAST_BITS_AN_ENTRY = 8, WORD_BITS = 32, LEAST_LOG_WORDS = 4, MOST_LOG_WORDS = 22 };
static const uint64_t budget_bits = (uint64_t)1 << 26;

/// sums[i] is how many were heard in the first i slots of `counts`.
static uint64_t *running_sums(const uint32_t *counts, size_t slots) {
    uint64_t *sums = malloc((slots + 1) * sizeof *sums);
    if (sums == NULL) return NULL;
    sums[0] = 0;
    for (size_t slot = 0; slot < slots; slot++) sums[slot + 1] = sums[slot] + counts[slot];
    return sums;
}

static void note_live_slots(matcher_index *index, const uint64_t *sums) {
    for (size_t slot = 0; slot < index->slots; slot++)
        index->live[slot] = sums[slot + 2 * (size_t)index->tolerance + 1] > sums[slot];
}

/// How many were heard within tolerance of a block's own slots.
static uint64_t entries_of_block(const matcher_index *index, const uint64_t *sums, uint32_t block) {
    uint64_t length = index->format == MATCHER_BLUEZONE ? BLUEZONE_BLOCK : EXPOSURE_BLOCK;
    uint64_t begin = (index->first_block + (uint64_t)block) * length, end = begin + length;
    uint64_t last = (uint64_t)index->first + index->slots;
    if (begin < index->first) begin = index->first;
    if (end > last) end = last;
    return sums[end - index->first + 2 * (uint64_t)index->tolerance] - sums[begin - index->first];
}

static uint32_t log_words(uint64_t entries, uint64_t bits_an_entry) {
    uint64_t words = entries * bits_an_entry / WORD_BITS;
    uint32_t log = LEAST_LOG_WORDS;
    while (log < MOST_LOG_WORDS && ((uint64_t)3 << log) / 2 < words) log++;
    return log;
}

/// Lays the blocks' filters one after the other, behind the words that stay zero, and returns how many words that takes.
static uint64_t lay_out(matcher_index *index, const uint64_t *sums, uint64_t bits_an_entry) {
    uint64_t words = (uint64_t)1 << LEAST_LOG_WORDS;
    for (uint32_t block = 0; block < index->blocks; block++) {
        uint64_t entries = entries_of_block(index, sums, block);
        index->filters[block] = filter_of_nothing;
        if (entries == 0) continue;
        uint32_t log = log_words(entries, bits_an_entry);
        index->filters[block] = (filter){(uint32_t)words, 32 - log};
        words += (uint64_t)1 << log;
        if (words > INT32_MAX) break;
    }
    return words;
}

/// Gives the filters as many bits as the budget allows. False when even the fewest are too many.
static bool lay_out_filters(matcher_index *index, const uint64_t *sums) {
    uint64_t bits = BITS_AN_ENTRY, words = lay_out(index, sums, bits);
    while (words * WORD_BITS > budget_bits && bits > LEAST_BITS_AN_ENTRY) words = lay_out(index, sums, bits = bits * 3 / 4);
    index->word_count = (size_t)words;
    return words <= INT32_MAX;
}

static bool fill(matcher_index *index, const uint32_t *counts, uint64_t secret) {
    enum { EXPECTED_AT_ONCE = 128 * 1024 };
    size_t reach = (size_t)index->slots + 2 * (size_t)index->tolerance;
    uint64_t *sums = running_sums(counts, reach);
    index->filters = calloc((size_t)index->blocks + 1, sizeof *index->filters);
    index->live = calloc((size_t)index->slots + 1, 1);
    bool ready = sums != NULL && index->filters != NULL && index->live != NULL && lay_out_filters(index, sums);
    if (ready) {
        note_live_slots(index, sums);
        index->words = memory_zeroed(index->word_count * sizeof *index->words);
        // More sightings than that may be the same identifiers again and again: the set grows with those that differ.
        size_t expected = sums[reach] < EXPECTED_AT_ONCE ? (size_t)sums[reach] : EXPECTED_AT_ONCE;
        ready = index->words != NULL && set_open(&index->set, expected, secret);
    }
    free(sums);
    return ready;
}

matcher_index *matcher_index_new(
    matcher_format format, uint32_t first_slot, uint32_t slots, uint32_t tolerance, const uint32_t *counts, uint64_t secret) {
    matcher_index *index = calloc(1, sizeof *index);
    if (index == NULL) return NULL;
    // There is no slot behind UINT32_MAX.
    uint64_t there_are = (uint64_t)UINT32_MAX + 1 - first_slot;
    index->format = format;
    index->first = first_slot;
    index->slots = slots < there_are ? slots : (uint32_t)there_are;
    index->tolerance = tolerance;
    index->first_block = block_of_slot(format, first_slot);
    if (index->slots > 0)
        index->blocks = block_of_slot(format, first_slot + (index->slots - 1)) - index->first_block + 1;
    index->spread = (uint32_t)(secret >> 32) | 1;
    if (!fill(index, counts, secret)) {
        matcher_index_free(index);
        return NULL;
    }
    return index;
}

void matcher_index_free(matcher_index *index) {
    if (index == NULL) return;
    set_close(&index->set);
    memory_release(index->words, index->word_count * sizeof *index->words);
    free(index->live);
    free(index->filters);
    free(index);
}

size_t matcher_index_bytes(const matcher_index *index) {
    return sizeof *index + index->blocks * sizeof *index->filters + index->slots +
           memory_taken(index->word_count * sizeof *index->words) +
           memory_taken(index->set.capacity * sizeof *index->set.entries);
}
