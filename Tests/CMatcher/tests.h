// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the matcher's kernel share.
#pragma once
#include "CMatcher.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int checks;
/// What is tried at the moment, told when a check fails.
extern char situation[256];

#define CHECK(condition) \
    do { \
        checks++; \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n  in: %s\n", __FILE__, __LINE__, #condition, situation); \
            exit(1); \
        } \
    } while (0)

/// A random source that gives the same numbers for the same seed (xorshift64*).
typedef struct { uint64_t state; } dice;
uint64_t roll(dice *dice);
/// 0 ... below - 1
uint32_t roll_below(dice *dice, uint32_t below);

/// All that a comparison is made from.
typedef struct {
    matcher_format format;
    uint32_t first, slots, tolerance;
    uint64_t secret;
    uint32_t *counts;
    matcher_heard *heard;
    uint32_t heard_count;
    matcher_key *keys;
    uint32_t key_count;
} world;

void world_free(world *world);
/// Counts what was heard and makes the index.
matcher_index *world_index(const world *world);
void world_count(world *world);

/// A hit list in an order of its own.
void sort_hits(matcher_hit *hits, size_t count);
/// Compares all keys with calls that have `room` for hits. The list is sorted and the caller's.
matcher_hit *compare_all(const world *world, const matcher_index *index, matcher_path path, size_t room, size_t *count);

#if !defined(MATCHER_NO_LIBCRYPTO)
typedef struct { uint64_t low, high; } identifier;
/// The identifier of one number, as the specifications have it: HMAC, AES and SHA-256 from libcrypto, no short cuts.
void derive_day(matcher_format format, const matcher_key *key, identifier identifiers[144]);
/// A random world with crafted corners, of which some keys were heard.
world world_make(uint64_t seed);
/// That nothing heard within tolerance is missing, and that nothing else than what was heard is there.
void check_against_naive(const world *world, const matcher_hit *hits, size_t count);

void test_vectors(void);
void test_answers(uint64_t seed, int rounds);
void test_index(void);
#endif
