// SPDX-License-Identifier: GPL-3.0-or-later
// The limit that the matcher's kernel is measured against: all identifiers of whole days, derived straight with the best
// instructions of the machine that compiles it, and asked for in one bare filter with two bits for each identifier heard. No
// periods, tolerances, slots, secrets or choice at run time. Prints `name median minimum maximum`, ns for each key.
//
//   clang -O3 -march=native -DWAY=WAY Benchmarks/limits/matcher.c -ISources/CMatcher -ISources/CMatcher/include -lcrypto
//   WAY: PORTABLE, X86_SHA or X86_AVX512        then: ./a.out [KEYS [RUNS [NAME]]]
#define PORTABLE 0
#define X86_SHA 1
#define X86_AVX512 2
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#if WAY == X86_AVX512
#define SHA_LANES 16
#include "hkdf_lanes.h"
#elif WAY == X86_SHA
#include "x86_sha.h"
#else
#include "sha_constants.h"
#endif

enum { DAY = 144, CHAIN = 96, MOST_RUNS = 99 };
static const char *const way_name[] = {"portable", "x86-sha", "x86-avx512"};

typedef struct { uint64_t low, high; } identifier;
typedef struct { uint8_t bytes[32]; uint32_t first; } key;

static uint64_t state = 0x9e3779b97f4a7c15;
static uint64_t draw(void) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
}

// ---- the filter, and a table of the identifiers themselves behind it

static uint64_t *filter;
static int filter_shift;
static identifier *table;
static size_t table_mask;
static uint64_t candidates, matches;

static void *zeroed(size_t bytes) {
    const size_t page = (size_t)2 << 20, whole = (bytes + page - 1) / page * page;
    uint8_t *memory = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) abort();
    memory += -(uintptr_t)memory & (page - 1);
    madvise(memory, whole, MADV_HUGEPAGE);
    return memory;
}

static void fill(size_t heard, int log_bits) {
    filter_shift = 64 - log_bits + 6;
    filter = zeroed(((size_t)1 << log_bits) / 8);
    for (table_mask = 1; table_mask < 2 * heard; table_mask *= 2) continue;
    table = zeroed(table_mask-- * sizeof *table);
    for (size_t at = 0; at < heard; at++) {
        identifier heard_one = {draw(), draw()};
        filter[heard_one.low >> filter_shift] |= (uint64_t)1 << (heard_one.low & 63) | (uint64_t)1 << (heard_one.low >> 6 & 63);
        size_t place = heard_one.high & table_mask;
        while (table[place].high != 0) place = (place + 1) & table_mask;
        table[place] = heard_one;
    }
}

static void look_closer(const identifier *one) {
    candidates++;
    for (size_t at = one->high & table_mask; table[at].high != 0; at = (at + 1) & table_mask)
        if (memcmp(&table[at], one, sizeof *one) == 0) matches++;
}

/// Looks closer at those of up to 64 identifiers that passed.
static inline void look_closer_at(const identifier *all, uint64_t passed) {
    for (; passed != 0; passed &= passed - 1) look_closer(&all[__builtin_ctzll(passed)]);
}

#if WAY != X86_AVX512
/// 48 at a time, so that candidates cost one branch. Not expanded where it is used: wide registers are left at its end, which
/// the SHA instructions would wait for.
static __attribute__((noinline)) void look_up(const identifier *all, int count) {
    for (int first = 0; first < count; first += 48) {
        uint64_t passed = 0;
        for (int at = 0; at < 48; at++) {
            uint64_t low = all[first + at].low, word = filter[low >> filter_shift];
            passed |= (word >> (low & 63) & word >> (low >> 6 & 63) & 1) << at;
        }
        look_closer_at(all + first, passed);
    }
}

static inline void fold(const uint32_t *word, int step, identifier *made) {
    uint32_t w[8];
    for (int at = 0; at < 8; at++) w[at] = word[at * step];
    made->low = w[0] >> 24 | (w[1] >> 16 & 0xff00) | (w[2] >> 8 & 0xff0000) | (w[3] & 0xff000000) |
                (uint64_t)(w[4] >> 24 | (w[4] & 0xff00) | (w[5] >> 8 & 0xff0000) | (w[5] & 0xff00) << 16) << 32;
    made->high = w[6] >> 24 | (w[6] & 0xff00) | (w[7] >> 8 & 0xff0000) | (uint64_t)(w[7] & 0xff00) << 16;
}
#endif

#if WAY == X86_AVX512
#include "matcher_avx512.h"
#elif WAY == X86_SHA
#include "matcher_sha.h"
#else
#include "matcher_portable.h"
#endif

// ---- measuring

static int by_size(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

static void measure(const char *name, void (*compare)(const key *), const key *keys, size_t count, int runs) {
    double figures[MOST_RUNS];
    for (int run = 0; run < runs; run++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        for (size_t at = 0; at < count; at += ABREAST_NOW) compare(keys + at);
        clock_gettime(CLOCK_MONOTONIC, &end);
        figures[run] = ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) / (double)count;
    }
    qsort(figures, (size_t)runs, sizeof *figures, by_size);
    printf("%-44s %9.1f %9.1f %9.1f  ns/key; %.2f candidates a key, %llu matches\n", name, figures[runs / 2], figures[0],
           figures[runs - 1], (double)candidates / (double)count / runs, (unsigned long long)matches);
    candidates = matches = 0;
}

int main(int words, char **word) {
    size_t count = (words > 1 ? strtoul(word[1], NULL, 10) : 100000) / 32 * 32;
    int runs = words > 2 ? atoi(word[2]) : 5;
    static const struct { const char *name; size_t heard; int log_bits; } journals[] = {
        {"10k", 10000, 21}, {"100k", 100000, 22}, {"1M", 1000000, 25}};
    key *keys = malloc((count + 1) * sizeof *keys);
    if (runs < 1 || runs > MOST_RUNS || count < 32 || keys == NULL) return 2;
    for (size_t at = 0; at < count; at++) {
        for (int byte = 0; byte < 32; byte++) keys[at].bytes[byte] = (uint8_t)(draw() >> 56);
        keys[at].first = 18000 * 144 + (uint32_t)(draw() >> 32) % 14 * 144;
    }
    for (int at = 0; at < 3; at++) {
        fill(journals[at].heard, journals[at].log_bits);
        for (int format = 0; format < 2; format++) {
            char name[80];
            snprintf(name, sizeof name, "limit/%s/%s/%s", format == 0 ? "bluezone" : "exposure", way_name[WAY], journals[at].name);
            if (words <= 3 || strstr(name, word[3]) != NULL) measure(name, format == 0 ? bluezone : exposure, keys, count, runs);
        }
    }
}
