// SPDX-License-Identifier: GPL-3.0-or-later
// The exact set: a keyed 64-bit fingerprint of each distinct identifier, open addressing.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 wide;

typedef struct {
    uint64_t *entries; ///< 0 where there is none
    size_t capacity, count;
    wide key[3]; ///< secret
} fingerprint_set;

/// An empty set with room for about `expected`; it grows. False when there is no memory.
bool set_open(fingerprint_set *set, size_t expected, uint64_t secret);
void set_close(fingerprint_set *set);
/// Makes sure that `more` can be put in. False when there is no memory.
bool set_reserve(fingerprint_set *set, size_t more);

/// Multilinear, so strongly universal: to whoever does not know the key, any two identifiers collide with a chance of
/// 2^-64, and each is as likely to land in one place as in another. Never 0.
static inline uint64_t set_fingerprint(const fingerprint_set *set, uint64_t low, uint64_t high) {
    wide sum = set->key[0] + set->key[1] * low + set->key[2] * high;
    uint64_t upper = (uint64_t)(sum >> 64);
    return upper != 0 ? upper : 1;
}

/// Where the search for a fingerprint begins. Order is kept, so that growing is one pass from front to end.
static inline size_t set_home(const fingerprint_set *set, uint64_t fingerprint) {
    return (size_t)((wide)fingerprint * set->capacity >> 64);
}

static inline void set_prefetch(const fingerprint_set *set, uint64_t fingerprint) {
    __builtin_prefetch(&set->entries[set_home(set, fingerprint)]);
}

static inline bool set_contains(const fingerprint_set *set, uint64_t fingerprint) {
    size_t at = set_home(set, fingerprint);
    while (set->entries[at] != 0) {
        if (set->entries[at] == fingerprint) return true;
        if (++at == set->capacity) at = 0;
    }
    return false;
}

/// Needs room made by `set_reserve`.
static inline void set_insert(fingerprint_set *set, uint64_t fingerprint) {
    size_t at = set_home(set, fingerprint);
    while (set->entries[at] != 0) {
        if (set->entries[at] == fingerprint) return;
        if (++at == set->capacity) at = 0;
    }
    set->entries[at] = fingerprint;
    set->count++;
}
