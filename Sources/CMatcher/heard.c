// SPDX-License-Identifier: GPL-3.0-or-later
// Adding what was heard: places are worked out for a batch, fetched together, then written.
#include "index.h"

enum { BATCH = 32 };

typedef struct {
    uint64_t fingerprint; ///< 0 when out of reach
    uint32_t hash;
    uint32_t first, last; ///< blocks
} place;

/// The blocks with own slots within tolerance of the one it was heard in.
static bool find_blocks(const matcher_index *index, uint32_t slot, place *found) {
    uint64_t tolerance = index->tolerance, end = (uint64_t)index->first + index->slots;
    uint64_t from = slot > tolerance ? slot - tolerance : 0, to = slot + tolerance;
    if (from < index->first) from = index->first;
    if (to >= end) to = end - 1;
    if (index->slots == 0 || from > to) return false;
    found->first = block_of_slot(index->format, (uint32_t)from) - index->first_block;
    found->last = block_of_slot(index->format, (uint32_t)to) - index->first_block;
    return true;
}

static uint32_t *word_in(const matcher_index *index, uint32_t block, uint32_t hash) {
    filter filter = index->filters[block];
    return &index->words[filter.base + (hash >> filter.shift)];
}

static void find_place(const matcher_index *index, const matcher_heard *heard, place *found) {
    found->fingerprint = 0;
    if (!find_blocks(index, heard->slot, found)) return;
    found->fingerprint = set_fingerprint(&index->set, heard->low, heard->high);
    found->hash = filter_hash(index, heard->low);
    __builtin_prefetch(&index->set.entries[set_home(&index->set, found->fingerprint)], 1);
    __builtin_prefetch(word_in(index, found->first, found->hash), 1);
    __builtin_prefetch(word_in(index, found->last, found->hash), 1);
}

static void put(matcher_index *index, const place *place) {
    if (place->fingerprint == 0) return;
    uint32_t bits = filter_bits(place->hash);
    for (uint32_t block = place->first; block <= place->last; block++) {
        // A filter that its counts gave no words is nobody's; the first words stay zero for it.
        if (index->filters[block].base != filter_of_nothing.base) *word_in(index, block, place->hash) |= bits;
    }
    set_insert(&index->set, place->fingerprint);
}

bool matcher_index_add(matcher_index *index, const matcher_heard *heard, size_t count) {
    place places[BATCH];
    for (size_t done = 0; done < count; done += BATCH) {
        size_t batch = count - done < BATCH ? count - done : BATCH;
        if (!set_reserve(&index->set, batch)) return false;
        for (size_t at = 0; at < batch; at++) find_place(index, &heard[done + at], &places[at]);
        for (size_t at = 0; at < batch; at++) put(index, &places[at]);
    }
    return true;
}
