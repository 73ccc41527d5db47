// SPDX-License-Identifier: GPL-3.0-or-later
// SHA extensions and AES-NI: four keys are hashed abreast, eight identifiers of a key encrypted abreast.
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sha,aes,avx2"))), apply_to = function)
#else
#pragma GCC target("sha,aes,avx2")
#endif

#include "look_up.h"
#include "x86_sha.h"
#include <string.h>

/// Identifiers of a key that are encrypted together.
enum { ABREAST = 8 };

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

/// What the filters say of eight identifiers: a bit for each that passes.
static inline unsigned ask(const sieve *sieve, const plan *plan, uint32_t entry, const __m128i identifier[ABREAST]) {
    const __m256i one = _mm256_set1_epi32(1), within = _mm256_set1_epi32(31);
    __m256i pair[4];
    for (int at = 0; at < 4; at++)
        pair[at] = _mm256_inserti128_si256(_mm256_castsi128_si256(identifier[at]), identifier[4 + at], 1);
    __m256i front = _mm256_unpacklo_epi32(pair[0], pair[1]), back = _mm256_unpacklo_epi32(pair[2], pair[3]);
    __m256i hash = _mm256_mullo_epi32(_mm256_unpacklo_epi64(front, back), _mm256_set1_epi32((int)sieve->index->spread));
    __m256i base = _mm256_load_si256((const __m256i *)&plan->base[entry]);
    __m256i shift = _mm256_load_si256((const __m256i *)&plan->shift[entry]);
    __m256i place = _mm256_add_epi32(base, _mm256_srlv_epi32(hash, shift));
    __m256i word = _mm256_i32gather_epi32((const int *)sieve->index->words, place, 4);
    __m256i bits = _mm256_sllv_epi32(one, _mm256_and_si256(hash, within));
    bits = _mm256_or_si256(bits, _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(hash, 5), within)));
    bits = _mm256_or_si256(bits, _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(hash, 10), within)));
    __m256i passes = _mm256_cmpeq_epi32(_mm256_andnot_si256(word, bits), _mm256_setzero_si256());
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(passes));
}

/// Hands on those of eight identifiers that passed.
static __attribute__((noinline)) void push(
    sieve *sieve, const job *job, uint32_t entry, unsigned passed, const __m128i identifier[ABREAST]) {
    for (; passed != 0; passed &= passed - 1) {
        unsigned at = (unsigned)__builtin_ctz(passed);
        uint64_t halves[2];
        memcpy(halves, &identifier[at], 16);
        sieve_push(sieve, halves[0], halves[1], job->plan->slot[entry + at], job->number);
    }
}

/// The plaintexts of four slots under the first round key.
static inline void begin_blocks(__m128i block[4], const uint32_t *slot, __m128i begin) {
    const __m128 slots = _mm_load_ps((const float *)slot);
    block[0] = _mm_xor_si128(begin, _mm_castps_si128(_mm_insert_ps(slots, slots, 0 << 6 | 0x37)));
    block[1] = _mm_xor_si128(begin, _mm_castps_si128(_mm_insert_ps(slots, slots, 1 << 6 | 0x37)));
    block[2] = _mm_xor_si128(begin, _mm_castps_si128(_mm_insert_ps(slots, slots, 2 << 6 | 0x37)));
    block[3] = _mm_xor_si128(begin, _mm_castps_si128(_mm_insert_ps(slots, slots, 3 << 6 | 0x37)));
}

/// Asks for eight of a key's identifiers and hands on those that pass.
static inline void look_up_eight(sieve *sieve, const job *job, uint32_t entry, const __m128i identifier[ABREAST]) {
    unsigned passed = ask(sieve, job->plan, entry, identifier);
    if (__builtin_expect(passed != 0, 0)) push(sieve, job, entry, passed, identifier);
}

static void encrypt(sieve *sieve, const job *job, __m128i key) {
    const plan *plan = job->plan;
    __m128i schedule[11], identifiers[PLAN_ENTRIES];
    expand(key, schedule);
    const __m128i begin = _mm_xor_si128(schedule[0], _mm_load_si128((const __m128i *)exposure_label));
    uint32_t entry = 0, end = PLAN_ROW * plan->rows;
    for (; entry < end; entry += ABREAST) {
        __m128i block[ABREAST];
        begin_blocks(block, &plan->slot[entry], begin);
        begin_blocks(block + 4, &plan->slot[entry + 4], begin);
#pragma GCC unroll 9
        for (int round = 1; round < 10; round++)
            for (int at = 0; at < ABREAST; at++) block[at] = _mm_aesenc_si128(block[at], schedule[round]);
        for (int at = 0; at < ABREAST; at++) identifiers[entry + (uint32_t)at] = _mm_aesenclast_si128(block[at], schedule[10]);
        // Asking waits for memory: those before, whose results are there, are asked for while these are on their way.
        if (entry > 0) look_up_eight(sieve, job, entry - ABREAST, &identifiers[entry - ABREAST]);
    }
    look_up_eight(sieve, job, entry - ABREAST, &identifiers[entry - ABREAST]);
    // The SHA instructions know nothing of the registers' upper halves and wait for them when they are in use.
    _mm256_zeroupper();
}

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t first = 0; first < count; first += ABREAST_KEYS) {
        __m128i keys[ABREAST_KEYS];
        for (uint32_t at = 0; at < ABREAST_KEYS; at++)
            keys[at] = _mm_loadu_si128((const __m128i *)job_at(jobs + first, count - first, at)->key);
        sha_identifier_keys(keys);
        for (uint32_t at = 0; at < ABREAST_KEYS && first + at < count; at++) encrypt(sieve, &jobs[first + at], keys[at]);
    }
    return true;
}

static void follow_chains(sieve *sieve, const job *jobs, uint32_t count) {
    sha_block block[ABREAST_KEYS];
    uint32_t needed = links_needed(jobs, count < ABREAST_KEYS ? count : ABREAST_KEYS);
    for (uint32_t at = 0; at < ABREAST_KEYS; at++) sha_salted_block(job_at(jobs, count, at)->key, block[at]);
    for (uint32_t number = 0; number < needed; number++) {
        sha_link(block);
        for (uint32_t at = 0; at < ABREAST_KEYS && at < count; at++) {
            uint32_t sub_key[8];
            memcpy(sub_key, block[at], sizeof sub_key);
            look_up_link(sieve, &jobs[at], number, sub_key);
        }
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
