// SPDX-License-Identifier: GPL-3.0-or-later
// ARMv8 AES and SHA2 instructions: four keys are hashed abreast, eight identifiers of a key encrypted abreast.
#if defined(__aarch64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("aes,sha2"))), apply_to = function)
#else
#pragma GCC target("+crypto")
#endif

#include "arm_sha.h"
#include "look_up.h"

/// Identifiers of a key that are encrypted together.
enum { ABREAST = 8 };

/// AES-128 key expansion. The last word, rotated into every column, makes the instruction's row shift idle.
static inline void expand(uint8x16_t key, uint8x16_t schedule[11]) {
    const uint8x16_t rotated_last = vreinterpretq_u8_u32(vdupq_n_u32(0x0c0f0e0d)), zero = vdupq_n_u8(0);
    uint32_t constant = 1;
    schedule[0] = key;
    for (int round = 1; round <= 10; round++) {
        uint8x16_t mixed = vaeseq_u8(vqtbl1q_u8(key, rotated_last), zero);
        mixed = veorq_u8(mixed, vreinterpretq_u8_u32(vdupq_n_u32(constant)));
        key = veorq_u8(key, vextq_u8(zero, key, 12));
        key = veorq_u8(key, vextq_u8(zero, key, 8));
        key = veorq_u8(key, mixed);
        schedule[round] = key;
        constant = (constant << 1) ^ (constant >> 7) * 0x11b;
    }
}

static void encrypt(sieve *sieve, const job *job, uint8x16_t key) {
    const plan *plan = job->plan;
    uint8x16_t schedule[11];
    uint8_t identifiers[16 * PLAN_ROW];
    expand(key, schedule);
    const uint32x4_t label = vreinterpretq_u32_u8(vld1q_u8(exposure_label));
    for (uint32_t row = 0; row < plan->rows; row++) {
        for (uint32_t half = 0; half < PLAN_ROW; half += ABREAST) {
            uint8x16_t block[ABREAST];
            for (uint32_t at = 0; at < ABREAST; at++)
                block[at] = vreinterpretq_u8_u32(vsetq_lane_u32(plan->slot[PLAN_ROW * row + half + at], label, 3));
#pragma GCC unroll 9
            for (int round = 0; round < 9; round++)
                for (uint32_t at = 0; at < ABREAST; at++) block[at] = vaesmcq_u8(vaeseq_u8(block[at], schedule[round]));
            for (uint32_t at = 0; at < ABREAST; at++)
                vst1q_u8(identifiers + 16 * (half + at), veorq_u8(vaeseq_u8(block[at], schedule[9]), schedule[10]));
        }
        look_up_row(sieve, job, row, identifiers);
    }
}

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t first = 0; first < count; first += ABREAST_KEYS) {
        uint8x16_t keys[ABREAST_KEYS];
        for (uint32_t at = 0; at < ABREAST_KEYS; at++) keys[at] = vld1q_u8(job_at(jobs + first, count - first, at)->key);
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

const derivation derivation_arm_crypto = {exposure, bluezone, NULL, NULL};

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
