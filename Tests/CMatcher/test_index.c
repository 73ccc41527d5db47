// SPDX-License-Identifier: GPL-3.0-or-later
// The index by itself: size, growth, crafted identifiers, and keys that have nothing to find.
#include "tests.h"
#include <time.h>

enum { DAYS = 14, SLOTS = DAYS * 144, TOLERANCE = 12, REACH = SLOTS + 2 * TOLERANCE, FIRST = 18000 * 144 };

/// An index of `count` sightings spread over two weeks; `craft` changes each.
static matcher_index *fill(uint32_t count, void (*craft)(matcher_heard *heard, uint32_t number)) {
    dice dice = {count | 1};
    uint32_t *counts = calloc(REACH, sizeof *counts);
    for (uint32_t at = 0; at < count; at++) counts[at % REACH]++;
    matcher_index *index = matcher_index_new(MATCHER_EXPOSURE_NOTIFICATION, FIRST, SLOTS, TOLERANCE, counts, 0x1234567812345678);
    CHECK(index != NULL);
    for (uint32_t at = 0; at < count; at++) {
        matcher_heard heard = {roll(&dice), roll(&dice), FIRST - TOLERANCE + at % REACH, 0};
        if (craft != NULL) craft(&heard, at);
        CHECK(matcher_index_add(index, &heard, 1));
    }
    free(counts);
    return index;
}

static void check_sizes(void) {
    static const struct { uint32_t count; size_t most; } sizes[] = {{0, 1 << 17}, {10000, 1 << 20}, {100000, 4 << 20}, {1000000, 24 << 20}};
    for (int at = 0; at < 4; at++) {
        snprintf(situation, sizeof situation, "an index of %u", sizes[at].count);
        matcher_index *index = fill(sizes[at].count, NULL);
        CHECK(matcher_index_bytes(index) <= sizes[at].most);
        matcher_index_free(index);
    }
}

static void same_low(matcher_heard *heard, uint32_t number) { heard->low = 7, heard->high = number; }
static void same_high(matcher_heard *heard, uint32_t number) { heard->high = 7, heard->low = (uint64_t)number << 32; }
static void in_steps(matcher_heard *heard, uint32_t number) { heard->low = heard->high = (uint64_t)number << 44 | number; }
static void no_change(matcher_heard *heard, uint32_t number) { heard->low = heard->high = number & 0; }

/// Whoever chooses what is heard must not make adding slow. The bar is far above what honest identifiers take.
static void check_crafted(void) {
    static void (*const crafts[])(matcher_heard *, uint32_t) = {same_low, same_high, in_steps, no_change};
    for (int at = 0; at < 4; at++) {
        snprintf(situation, sizeof situation, "crafted journal %d", at);
        clock_t begin = clock();
        matcher_index_free(fill(300000, crafts[at]));
        CHECK(clock() - begin < 5 * CLOCKS_PER_SEC);
    }
}

static void check_nothing_to_find(void) {
    snprintf(situation, sizeof situation, "keys that nothing can match");
    matcher_index *index = fill(1, NULL); // heard two hours before the first slot
    matcher_key keys[4] = {
        {.first_slot = FIRST + 1, .to = 144}, {.first_slot = FIRST, .from = 5, .to = 5}, {.first_slot = FIRST, .to = 145},
        {.first_slot = FIRST, .to = 144}};
    static matcher_hit hits[MATCHER_ROOM];
    for (int path = 0; path < MATCHER_PATHS; path++) {
        if (!matcher_path_works((matcher_path)path)) continue;
        size_t count;
        matcher_cost cost = {0, 0, 0};
        CHECK(matcher_compare(index, (matcher_path)path, keys, 4, hits, MATCHER_ROOM, &count, &cost) == 4);
        CHECK(count == 0 && cost.keys == 1 && cost.derived == 1);
        CHECK(matcher_compare(index, (matcher_path)path, keys, 4, hits, MATCHER_ROOM - 1, &count, NULL) == 0 && count == 0);
        CHECK(matcher_compare(index, (matcher_path)path, keys, 0, hits, MATCHER_ROOM, &count, NULL) == 0 && count == 0);
    }
    matcher_index_free(index);
}

void test_index(void) {
    check_sizes();
    check_crafted();
    check_nothing_to_find();
}
