// SPDX-License-Identifier: GPL-3.0-or-later
// AVX-512 and VAES: 32 keys are hashed side by side, 48 identifiers of a key encrypted at once and asked for sixteen
// at a time without leaving the registers.
#if defined(__x86_64__)
#include "target_avx512.h"

#define SHA_LANES 16
#include "hkdf_lanes.h"
#include "look_up.h"
#include <immintrin.h>
#include <string.h>

/// Rows that are encrypted together: twelve blocks abreast keep the AES unit busy on every processor that has it.
enum { GROUP = 3 };

/// Round keys of sixteen keys. Key n is 128-bit lane n / 4 of vector n % 4, as the hash's lanes fall when transposed.
typedef struct { __m512i round[11][4]; } key_schedule;

static inline __m512i vector_of(uint32_t value) { return _mm512_set1_epi32((int)value); }

/// Four words of sixteen keys to four bytes in a row for each.
static void transpose(const lanes words[4], __m512i keys[4]) {
    const __m512i swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    __m512i low = _mm512_unpacklo_epi32((__m512i)words[0], (__m512i)words[1]);
    __m512i low_rest = _mm512_unpacklo_epi32((__m512i)words[2], (__m512i)words[3]);
    __m512i high = _mm512_unpackhi_epi32((__m512i)words[0], (__m512i)words[1]);
    __m512i high_rest = _mm512_unpackhi_epi32((__m512i)words[2], (__m512i)words[3]);
    keys[0] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(low, low_rest), swap);
    keys[1] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(low, low_rest), swap);
    keys[2] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(high, high_rest), swap);
    keys[3] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(high, high_rest), swap);
}

/// AES-128 key expansion. The last word, rotated into every column, makes the last round's row shift idle, so that the
/// instruction does no more than the S-box and the round constant.
static void expand(const __m512i keys[4], key_schedule *schedule) {
    const __m512i rotated_last = vector_of(0x0c0f0e0d);
    uint32_t constant = 1;
    for (int at = 0; at < 4; at++) schedule->round[0][at] = keys[at];
    for (int round = 1; round <= 10; round++) {
        for (int at = 0; at < 4; at++) {
            __m512i key = schedule->round[round - 1][at];
            __m512i mixed = _mm512_aesenclast_epi128(_mm512_shuffle_epi8(key, rotated_last), vector_of(constant));
            key = _mm512_xor_si512(key, _mm512_bslli_epi128(key, 4));
            key = _mm512_ternarylogic_epi32(key, _mm512_bslli_epi128(key, 8), mixed, 0x96);
            schedule->round[round][at] = key;
        }
        constant = (constant << 1) ^ (constant >> 7) * 0x11b;
    }
}

/// Loads the first `words` words of each job's key; lanes without a job repeat the first.
static void load_keys(const job *jobs, uint32_t count, int words, sha_blocks blocks) {
    uint32_t by_key[JOBS][8];
    for (uint32_t at = 0; at < JOBS; at++) memcpy(by_key[at], jobs[at < count ? at : 0].key, 32);
    const __m512i eighth = _mm512_slli_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), 3);
    const __m512i swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    for (int stream = 0; stream < STREAMS; stream++)
        for (int word = 0; word < words; word++)
            blocks[stream][word] =
                (lanes)_mm512_shuffle_epi8(_mm512_i32gather_epi32(eighth, &by_key[16 * stream][word], 4), swap);
}

/// What the filters at `base` and `shift` say of sixteen identifiers, given by their first words.
static inline __mmask16 ask(const matcher_index *index, __m512i first, __m512i base, __m512i shift) {
    const __m512i one = vector_of(1);
    __m512i hash = _mm512_mullo_epi32(first, vector_of(index->spread));
    __m512i place = _mm512_add_epi32(base, _mm512_srlv_epi32(hash, shift));
    __m512i word = _mm512_i32gather_epi32(place, index->words, 4);
    __m512i bits = _mm512_or_si512(_mm512_rolv_epi32(one, hash), _mm512_rolv_epi32(one, _mm512_srli_epi32(hash, 5)));
    bits = _mm512_or_si512(bits, _mm512_rolv_epi32(one, _mm512_srli_epi32(hash, 10)));
    __m512i missing = _mm512_andnot_si512(word, bits);
    return _mm512_testn_epi32_mask(missing, missing);
}

/// Identifiers that were encrypted and not yet asked for. Asking waits for memory, encrypting for arithmetic, so each group
/// is asked for in between the rounds of the next.
typedef struct {
    __m512i block[4 * GROUP]; ///< entry n of a row is 128-bit lane n / 4 of the row's block n % 4
    const job *job;
    uint32_t row, rows; ///< no rows when all is asked
} group;

typedef struct {
    sieve *sieve;
    group groups[2];
    uint32_t turn;
} pipeline;

/// Hands on those of a plan's row that passed.
static __attribute__((noinline)) void push_passed(sieve *sieve, const group *group, uint32_t row, uint32_t passed) {
    const job *job = group->job;
    for (; passed != 0; passed &= passed - 1) {
        uint32_t at = (uint32_t)__builtin_ctz(passed);
        const uint8_t *identifier = (const uint8_t *)&group->block[4 * row + at % 4] + 16 * (at / 4);
        uint64_t halves[2];
        memcpy(halves, identifier, 16);
        sieve_push(sieve, halves[0], halves[1], job->plan->slot[PLAN_ROW * (group->row + row) + at], job->number);
    }
}

static inline __attribute__((always_inline)) __mmask16 ask_row(const matcher_index *index, const group *group, uint32_t row) {
    const plan *plan = group->job->plan;
    const __m512i *block = &group->block[4 * row];
    __m512i front = _mm512_unpacklo_epi32(block[0], block[1]), back = _mm512_unpacklo_epi32(block[2], block[3]);
    uint32_t entry = PLAN_ROW * (group->row + row);
    return ask(
        index, _mm512_unpacklo_epi64(front, back), _mm512_load_si512(&plan->base[entry]), _mm512_load_si512(&plan->shift[entry]));
}

static void ask_group(sieve *sieve, const group *group) {
    for (uint32_t row = 0; row < group->rows; row++) {
        __mmask16 passed = ask_row(sieve->index, group, row);
        if (passed != 0) push_passed(sieve, group, row, passed);
    }
}

/// The plaintexts of a row's slots under the first round key.
static inline __attribute__((always_inline)) void begin_row(__m512i block[4], const uint32_t *slot, __m512i first_key) {
    const __m512i begin = _mm512_xor_si512(first_key, _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)exposure_label)));
    __m512i slots = _mm512_load_si512(slot);
    block[0] = _mm512_xor_si512(begin, _mm512_maskz_shuffle_epi32(0x8888, slots, 0 << 6));
    block[1] = _mm512_xor_si512(begin, _mm512_maskz_shuffle_epi32(0x8888, slots, 1 << 6));
    block[2] = _mm512_xor_si512(begin, _mm512_maskz_shuffle_epi32(0x8888, slots, 2 << 6));
    block[3] = _mm512_xor_si512(begin, _mm512_maskz_shuffle_epi32(0x8888, slots, 3 << 6));
}

/// Derives a full group, and meanwhile asks for the full group before it.
static inline __attribute__((always_inline)) void encrypt_group(
    sieve *sieve, group *made, const group *before, const __m512i key[11]) {
    __m512i block[4 * GROUP];
    uint32_t passed[GROUP];
    for (uint32_t row = 0; row < GROUP; row++)
        begin_row(&block[4 * row], &made->job->plan->slot[PLAN_ROW * (made->row + row)], key[0]);
#pragma GCC unroll 9
    for (uint32_t round = 1; round < 10; round++) {
        for (uint32_t at = 0; at < 4 * GROUP; at++) block[at] = _mm512_aesenc_epi128(block[at], key[round]);
        if (round % 3 == 1) passed[round / 3] = ask_row(sieve->index, before, round / 3);
    }
    for (uint32_t at = 0; at < 4 * GROUP; at++) made->block[at] = _mm512_aesenclast_epi128(block[at], key[10]);
    if (__builtin_expect((passed[0] | passed[1] | passed[2]) != 0, 0))
        for (uint32_t row = 0; row < GROUP; row++) push_passed(sieve, before, row, passed[row]);
}

/// Derives a group that is not full, or that none full comes before.
static void encrypt_rows(group *made, const __m512i key[11]) {
    for (uint32_t row = 0; row < made->rows; row++) {
        __m512i block[4];
        begin_row(block, &made->job->plan->slot[PLAN_ROW * (made->row + row)], key[0]);
        for (uint32_t round = 1; round < 10; round++)
            for (uint32_t at = 0; at < 4; at++) block[at] = _mm512_aesenc_epi128(block[at], key[round]);
        for (uint32_t at = 0; at < 4; at++) made->block[4 * row + at] = _mm512_aesenclast_epi128(block[at], key[10]);
    }
}

/// Derives all that is wanted of one key.
static void encrypt(pipeline *line, const job *job, const key_schedule *schedule, uint32_t number) {
    __m512i key[11];
    for (int round = 0; round <= 10; round++) {
        const __m128i *lane = (const __m128i *)&schedule->round[round][number % 4] + number / 4;
        key[round] = _mm512_broadcast_i32x4(_mm_load_si128(lane));
    }
    for (uint32_t row = 0; row < job->plan->rows; row += GROUP) {
        group *made = &line->groups[line->turn], *before = &line->groups[line->turn ^= 1];
        uint32_t left = job->plan->rows - row;
        made->job = job;
        made->row = row;
        made->rows = left < GROUP ? left : GROUP;
        if (made->rows == GROUP && before->rows == GROUP) encrypt_group(line->sieve, made, before, key);
        else {
            encrypt_rows(made, key);
            ask_group(line->sieve, before);
        }
        before->rows = 0;
    }
}

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    sha_blocks blocks;
    sha_states derived;
    pipeline line = {.sieve = sieve};
    load_keys(jobs, count, 4, blocks);
    lanes_identifier_keys(blocks, derived);
    for (uint32_t stream = 0; stream < STREAMS && 16 * stream < count; stream++) {
        __m512i keys[4];
        key_schedule schedule;
        transpose(derived[stream], keys);
        expand(keys, &schedule);
        uint32_t left = count - 16 * stream;
        for (uint32_t at = 0; at < 16 && at < left; at++) encrypt(&line, &jobs[16 * stream + at], &schedule, at);
    }
    ask_group(sieve, &line.groups[line.turn ^ 1]);
    return true;
}

/// The filters of sixteen jobs' identifiers of one number. Jobs with none ask the filter of nothing.
typedef struct {
    __m512i offsets; ///< of each job's plan behind the first's, bytes
    __m512i counts;
    const plan *plan;
} followed;

static followed follow(const job *jobs, uint32_t first, uint32_t count) {
    int32_t offsets[16] = {0};
    uint32_t counts[16] = {0};
    for (uint32_t at = 0; at < 16 && first + at < count; at++) {
        const plan *plan = jobs[first + at].plan;
        offsets[at] = (int32_t)((const char *)plan - (const char *)jobs[0].plan);
        counts[at] = plan->count;
    }
    return (followed){_mm512_loadu_si512(offsets), _mm512_loadu_si512(counts), jobs[0].plan};
}

static void ask_links(sieve *sieve, const job *jobs, const followed *followed, uint32_t number, const lanes link[8]) {
    __mmask16 wanted = _mm512_cmpgt_epu32_mask(followed->counts, vector_of(number));
    __m512i base = _mm512_mask_i32gather_epi32(
        vector_of(filter_of_nothing.base), wanted, followed->offsets, &followed->plan->base[number], 1);
    __m512i shift = _mm512_mask_i32gather_epi32(
        vector_of(filter_of_nothing.shift), wanted, followed->offsets, &followed->plan->shift[number], 1);
    uint32_t passed = ask(sieve->index, (__m512i)lanes_fold(link), base, shift);
    for (; passed != 0; passed &= passed - 1) {
        uint32_t at = (uint32_t)__builtin_ctz(passed), words[8];
        for (int word = 0; word < 8; word++) words[word] = link[word][at];
        sieve_push(sieve, fold_low(words), fold_high(words), jobs[at].plan->slot[number], jobs[at].number);
    }
}

static bool bluezone(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    sha_blocks blocks;
    sha_states links;
    const uint32_t needed = links_needed(jobs, count);
    followed followed[STREAMS] = {follow(jobs, 0, count), follow(jobs, 16, count)};
    load_keys(jobs, count, 8, blocks);
    lanes_salt(blocks);
    for (uint32_t number = 0; number < needed; number++) {
        lanes_link(links, blocks);
        for (uint32_t stream = 0; stream < STREAMS; stream++)
            ask_links(sieve, jobs + 16 * stream, &followed[stream], number, links[stream]);
    }
    return true;
}

const derivation derivation_x86_avx512 = {exposure, bluezone, NULL, NULL};

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
