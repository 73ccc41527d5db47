// SPDX-License-Identifier: GPL-3.0-or-later
// SHA extensions and AES-NI: four keys are hashed abreast, eight identifiers of a key encrypted abreast.
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sha,aes,sse4.1,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC target("sha,aes,sse4.1,bmi,bmi2")
#endif

#include "fold.h"
#include "look_up.h"
#include "x86_sha.h"

/// AES-128 key expansion. The last word, rotated into every column, makes the last round's row shift idle, so that the
/// instruction does no more than the S-box and the round constant.
static inline void expand(__m128i key, __m128i schedule[11]) {
    const __m128i rotated_last = _mm_set1_epi32(0x0c0f0e0d);
    uint32_t constant = 1;
    schedule[0] = key;
    for (int round = 1; round <= 10; round++) {
        __m128i mixed = _mm_aesenclast_si128(_mm_shuffle_epi8(key, rotated_last), _mm_set1_epi32((int)constant));
        key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
        key = _mm_xor_si128(key, _mm_xor_si128(_mm_slli_si128(key, 8), mixed));
        schedule[round] = key;
        constant = (constant << 1) ^ (constant >> 7) * 0x11b;
    }
}

static void encrypt(sieve *sieve, const job *job, __m128i key) {
    enum { ABREAST = 8 };
    const plan *plan = job->plan;
    __m128i schedule[11], identifiers[PLAN_ROW];
    expand(key, schedule);
    const __m128i begin = _mm_xor_si128(schedule[0], _mm_load_si128((const __m128i *)exposure_label));
    for (uint32_t row = 0; row < plan->rows; row++) {
        for (uint32_t half = 0; half < PLAN_ROW; half += ABREAST) {
            __m128i block[ABREAST];
            for (int at = 0; at < ABREAST; at++) {
                __m128 slot = _mm_load_ss((const float *)&plan->slot[PLAN_ROW * row + half + (uint32_t)at]);
                block[at] = _mm_xor_si128(begin, _mm_castps_si128(_mm_insert_ps(slot, slot, 0x37)));
            }
#pragma GCC unroll 9
            for (int round = 1; round < 10; round++)
                for (int at = 0; at < ABREAST; at++) block[at] = _mm_aesenc_si128(block[at], schedule[round]);
            for (int at = 0; at < ABREAST; at++) identifiers[half + (uint32_t)at] = _mm_aesenclast_si128(block[at], schedule[10]);
        }
        look_up_row(sieve, job, row, (const uint8_t *)identifiers);
    }
}

/// The job at a number, or the first where there is none: all lanes are always hashed.
static inline const job *job_at(const job *jobs, uint32_t count, uint32_t number) { return &jobs[number < count ? number : 0]; }

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t first = 0; first < count; first += ABREAST_KEYS) {
        __m128i keys[ABREAST_KEYS];
        for (uint32_t at = 0; at < ABREAST_KEYS; at++)
            keys[at] = _mm_loadu_si128((const __m128i *)job_at(jobs, count, first + at)->key);
        sha_identifier_keys(keys);
        for (uint32_t at = 0; at < ABREAST_KEYS && first + at < count; at++) encrypt(sieve, &jobs[first + at], keys[at]);
    }
    return true;
}

/// Asks about a sub-key's identifier.
static inline void look_up_link(sieve *sieve, const job *job, uint32_t number, const __m128i digest[2]) {
    const plan *plan = job->plan;
    if (number >= plan->count) return;
    uint32_t word[8];
    _mm_storeu_si128((__m128i *)word, digest[0]);
    _mm_storeu_si128((__m128i *)(word + 4), digest[1]);
    uint64_t low = fold_low(word);
    if (!sieve_passes(sieve->index, low, plan->base[number], plan->shift[number])) return;
    sieve_push(sieve, low, fold_high(word), plan->slot[number], job->number);
}

static void follow_chains(sieve *sieve, const job *jobs, uint32_t count) {
    __m128i block[ABREAST_KEYS][4];
    uint32_t most = 0;
    for (uint32_t at = 0; at < ABREAST_KEYS; at++) {
        const job *job = job_at(jobs, count, at);
        sha_salted_block(job->key, block[at]);
        if (job->plan->count > most) most = job->plan->count;
    }
    for (uint32_t number = 0; number < most; number++) {
        sha_link(block);
        for (uint32_t at = 0; at < ABREAST_KEYS && at < count; at++) look_up_link(sieve, &jobs[at], number, block[at]);
    }
}

static bool bluezone(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t first = 0; first < count; first += ABREAST_KEYS) follow_chains(sieve, jobs + first, count - first);
    return true;
}

const derivation derivation_x86_sha = {exposure, bluezone, NULL, NULL};

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
