// SPDX-License-Identifier: GPL-3.0-or-later
// NEON alone, as on a Raspberry Pi 4: eight keys are hashed side by side, four identifiers of a key encrypted together.
#if defined(__aarch64__)
#define SHA_LANES 4
#include "hkdf_lanes.h"
#include "look_up.h"
#include "neon_aes.h"

enum { LANE_KEYS = STREAMS * SHA_LANES };

/// Loads the first `words` words of each job's key; lanes without a job repeat the first.
static void load_keys(const job *jobs, uint32_t count, int words, sha_blocks blocks) {
    for (uint32_t at = 0; at < LANE_KEYS; at++) {
        const uint8_t *key = job_at(jobs, count, at)->key;
        for (int word = 0; word < words; word++) {
            uint32_t value;
            memcpy(&value, key + 4 * word, 4);
            blocks[at / SHA_LANES][word][at % SHA_LANES] = __builtin_bswap32(value);
        }
    }
}

static void encrypt(sieve *sieve, const job *job, const uint8_t key[16], const aes_tables *tables) {
    const plan *plan = job->plan;
    uint8x16_t schedule[11];
    uint8_t identifiers[16 * PLAN_ROW];
    aes_expand(key, schedule);
    const uint32x4_t begin = vreinterpretq_u32_u8(veorq_u8(schedule[0], vld1q_u8(exposure_label)));
    for (uint32_t row = 0; row < plan->rows; row++) {
        for (uint32_t four = 0; four < PLAN_ROW; four += 4) {
            uint8x16_t block[4];
            for (uint32_t at = 0; at < 4; at++) {
                uint32x4_t slot = vsetq_lane_u32(plan->slot[PLAN_ROW * row + four + at], vdupq_n_u32(0), 3);
                block[at] = vreinterpretq_u8_u32(veorq_u32(begin, slot));
            }
            aes_encrypt(tables, schedule, block);
            for (uint32_t at = 0; at < 4; at++) vst1q_u8(identifiers + 16 * (four + at), block[at]);
        }
        look_up_row(sieve, job, row, identifiers);
    }
}

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    const aes_tables tables = aes_load_tables();
    for (uint32_t first = 0; first < count; first += LANE_KEYS) {
        sha_blocks blocks;
        sha_states derived;
        load_keys(jobs + first, count - first, 4, blocks);
        lanes_identifier_keys(blocks, derived);
        for (uint32_t at = 0; at < LANE_KEYS && first + at < count; at++) {
            uint32_t key[4];
            for (int word = 0; word < 4; word++)
                key[word] = __builtin_bswap32(derived[at / SHA_LANES][word][at % SHA_LANES]);
            encrypt(sieve, &jobs[first + at], (const uint8_t *)key, &tables);
        }
    }
    return true;
}

static void follow_chains(sieve *sieve, const job *jobs, uint32_t count) {
    sha_blocks blocks;
    sha_states links;
    uint32_t needed = links_needed(jobs, count < LANE_KEYS ? count : LANE_KEYS);
    load_keys(jobs, count, 8, blocks);
    lanes_salt(blocks);
    for (uint32_t number = 0; number < needed; number++) {
        lanes_link(links, blocks);
        for (uint32_t at = 0; at < LANE_KEYS && at < count; at++) {
            uint32_t sub_key[8];
            for (int word = 0; word < 8; word++) sub_key[word] = links[at / SHA_LANES][word][at % SHA_LANES];
            look_up_link(sieve, &jobs[at], number, sub_key);
        }
    }
}

static bool bluezone(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t first = 0; first < count; first += LANE_KEYS) follow_chains(sieve, jobs + first, count - first);
    return true;
}

const derivation derivation_arm_neon = {exposure, bluezone, NULL, NULL};
#endif
