// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the filters about identifiers that lie in memory.
#pragma once
#include "derive.h"
#include "fold.h"
#include <string.h>

enum { LOOK_UP = 8 };

static inline uint64_t half_of(const uint8_t *identifier, int half) {
    uint64_t value;
    memcpy(&value, identifier + 8 * half, 8);
    return value;
}

/// Hands on those of a plan's row that pass, one by one.
static __attribute__((noinline, unused)) void push_row(
    sieve *sieve, const job *job, uint32_t row, const uint8_t identifiers[16 * PLAN_ROW]) {
    const plan *plan = job->plan;
    for (uint32_t at = 0; at < PLAN_ROW; at++) {
        uint32_t entry = PLAN_ROW * row + at;
        uint64_t low = half_of(identifiers + 16 * at, 0), high = half_of(identifiers + 16 * at, 1);
        if (!sieve_passes(sieve->index, low, plan->base[entry], plan->shift[entry])) continue;
        sieve_push(sieve, low, high, plan->slot[entry], job->number);
    }
}

/// Whether the bit is set that the lowest five of `number` name. Written so, it is one instruction.
static inline bool has_bit(uint32_t word, uint32_t number) { return (word & (uint32_t)1 << (number & 31)) != 0; }

/// Whether one of eight identifiers may pass, by the first two of its three bits, in the filters that the first eight
/// entries of `base` and `shift` name.
static inline __attribute__((always_inline)) bool any_may_pass(
    const matcher_index *index, const uint32_t *base, const uint32_t *shift, const uint8_t identifiers[16 * LOOK_UP]) {
    const uint32_t *words = index->words, spread = index->spread;
    // Entries are in the order of time, so a filter that both ends have is everybody's: it then stays in registers.
    const bool same = base[0] == base[LOOK_UP - 1];
    const uint32_t *filter = words + base[0];
    const uint32_t common = shift[0] & 31;
    bool any = false;
    if (__builtin_expect(same, 1)) {
#pragma GCC unroll 8
        for (uint32_t at = 0; at < LOOK_UP; at++) {
            uint32_t hash;
            memcpy(&hash, identifiers + 16 * at, 4);
            hash *= spread;
            uint32_t word = filter[hash >> common];
            any |= (int)has_bit(word, hash) & (int)has_bit(word, hash >> 5);
        }
    } else {
        for (uint32_t at = 0; at < LOOK_UP; at++) {
            uint32_t hash;
            memcpy(&hash, identifiers + 16 * at, 4);
            hash *= spread;
            uint32_t word = words[base[at] + (hash >> (shift[at] & 31))];
            any |= (int)has_bit(word, hash) & (int)has_bit(word, hash >> 5);
        }
    }
    return any;
}

/// Asks about the identifiers of a plan's row. Most rows have none that passes, and only whether there is one is asked first.
static inline __attribute__((always_inline)) void look_up_row(
    sieve *sieve, const job *job, uint32_t row, const uint8_t identifiers[16 * PLAN_ROW]) {
    const uint32_t *base = &job->plan->base[PLAN_ROW * row], *shift = &job->plan->shift[PLAN_ROW * row];
    bool any = any_may_pass(sieve->index, base, shift, identifiers);
    any |= any_may_pass(sieve->index, base + LOOK_UP, shift + LOOK_UP, identifiers + 16 * LOOK_UP);
    if (__builtin_expect(any, 0)) push_row(sieve, job, row, identifiers);
}

/// The job at a number, or the first where there is none: paths that hash a fixed number of keys abreast fill up with it.
static inline const job *job_at(const job *jobs, uint32_t count, uint32_t number) { return &jobs[number < count ? number : 0]; }

/// How many links of the chain the first `count` jobs need at most.
static inline uint32_t links_needed(const job *jobs, uint32_t count) {
    uint32_t most = 0;
    for (uint32_t at = 0; at < count; at++)
        if (jobs[at].plan->count > most) most = jobs[at].plan->count;
    return most;
}

/// Asks about the Bluezone identifier that a sub-key, link `number` of a key's chain, folds into.
static inline void look_up_link(sieve *sieve, const job *job, uint32_t number, const uint32_t sub_key[8]) {
    const plan *plan = job->plan;
    if (number >= plan->count) return;
    uint64_t low = fold_low(sub_key);
    if (!sieve_passes(sieve->index, low, plan->base[number], plan->shift[number])) return;
    sieve_push(sieve, low, fold_high(sub_key), plan->slot[number], job->number);
}
