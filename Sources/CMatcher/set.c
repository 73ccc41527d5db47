// SPDX-License-Identifier: GPL-3.0-or-later
// The exact set's life and growth.
#include "set.h"
#include "memory.h"

/// At most so many of 16 entries are taken: searches stay short and one rarely leaves its cache line.
enum { MOST_TAKEN = 12, OF = 16 };

static size_t capacity_for(size_t count) { return count / MOST_TAKEN * OF + 2 * OF; }

/// The secret, stretched (splitmix64, by Vigna).
static uint64_t next_word(uint64_t *state) {
    uint64_t word = (*state += 0x9e3779b97f4a7c15);
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    return word ^ word >> 31;
}

bool set_open(fingerprint_set *set, size_t expected, uint64_t secret) {
    for (int number = 0; number < 3; number++) {
        uint64_t upper = next_word(&secret);
        set->key[number] = (wide)upper << 64 | next_word(&secret);
    }
    set->count = 0;
    set->capacity = capacity_for(expected);
    set->entries = memory_zeroed(set->capacity * sizeof *set->entries);
    return set->entries != NULL;
}

void set_close(fingerprint_set *set) { memory_release(set->entries, set->capacity * sizeof *set->entries); }

bool set_reserve(fingerprint_set *set, size_t more) {
    size_t wanted = capacity_for(set->count + more);
    if (wanted <= set->capacity) return true;
    fingerprint_set larger = *set;
    larger.count = 0;
    larger.capacity = set->capacity + set->capacity / 2;
    if (larger.capacity < wanted) larger.capacity = wanted;
    larger.entries = memory_zeroed(larger.capacity * sizeof *larger.entries);
    if (larger.entries == NULL) return false;
    for (size_t at = 0; at < set->capacity; at++)
        if (set->entries[at] != 0) set_insert(&larger, set->entries[at]);
    set_close(set);
    *set = larger;
    return true;
}
