// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the filters about identifiers that lie in memory.
#pragma once
#include "derive.h"
#include <string.h>

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

/// Asks about the identifiers of a plan's row. Most rows have none that passes, and only whether there is one is asked first.
static inline __attribute__((always_inline)) void look_up_row(
    sieve *sieve, const job *job, uint32_t row, const uint8_t identifiers[16 * PLAN_ROW]) {
    const uint32_t *base = &job->plan->base[PLAN_ROW * row], *shift = &job->plan->shift[PLAN_ROW * row];
    const uint32_t *words = sieve->index->words, spread = sieve->index->spread;
    uint32_t any = 0;
#pragma GCC unroll 16
    for (uint32_t at = 0; at < PLAN_ROW; at++) {
        uint32_t first, word;
        memcpy(&first, identifiers + 16 * at, 4);
        uint32_t hash = first * spread;
        word = words[base[at] + (hash >> (shift[at] & 31))];
        any |= word >> (hash & 31) & word >> (hash >> 5 & 31);
    }
    if (__builtin_expect(any & 1, 0)) push_row(sieve, job, row, identifiers);
}
