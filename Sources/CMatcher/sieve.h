// SPDX-License-Identifier: GPL-3.0-or-later
// Identifiers that passed a filter wait here until enough have gathered, while the memory they need is on its way.
#pragma once
#include "index.h"

enum { SIEVE_HOLDS = 128 };

typedef struct {
    const matcher_index *index;
    matcher_hit *hits;
    size_t room, hit_count;
    uint64_t candidates;
    uint32_t waiting;
    uint64_t fingerprints[SIEVE_HOLDS];
    matcher_hit held[SIEVE_HOLDS];
} sieve;

/// Looks up those that wait. The caller has seen to it that `hits` has room for all of them.
void sieve_drain(sieve *sieve);

static inline void sieve_push(sieve *sieve, uint64_t low, uint64_t high, uint32_t slot, uint32_t key) {
    if (sieve->waiting == SIEVE_HOLDS) sieve_drain(sieve);
    uint64_t fingerprint = set_fingerprint(&sieve->index->set, low, high);
    set_prefetch(&sieve->index->set, fingerprint);
    sieve->fingerprints[sieve->waiting] = fingerprint;
    sieve->held[sieve->waiting++] = (matcher_hit){low, high, slot, key};
}

/// Whether a filter lets an identifier pass.
static inline bool sieve_passes(const matcher_index *index, uint64_t low, uint32_t base, uint32_t shift) {
    uint32_t hash = filter_hash(index, low), word = index->words[base + (hash >> shift)];
    return (~word & filter_bits(hash)) == 0;
}
