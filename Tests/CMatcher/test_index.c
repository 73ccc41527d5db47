// SPDX-License-Identifier: GPL-3.0-or-later
// The index by itself: size, growth, crafted identifiers, and keys that have nothing to find.
#include "tests.h"
#include <time.h>

enum { DAYS = 14, FIRST = 18000 * 144, EXPOSURE = MATCHER_EXPOSURE_NOTIFICATION };

/// An index of `count` sightings spread over two weeks; `craft` changes each.
static matcher_index *fill(int format, uint32_t count, void (*craft)(matcher_heard *heard, uint32_t number)) {
    dice dice = {count | 1};
    uint32_t slots = DAYS * (format == MATCHER_BLUEZONE ? 96 : 144), tolerance = format == MATCHER_BLUEZONE ? 1 : 12;
    uint32_t reach = slots + 2 * tolerance;
    uint32_t *counts = calloc(reach, sizeof *counts);
    for (uint32_t at = 0; at < count; at++) counts[at % reach]++;
    matcher_index *index = matcher_index_new((matcher_format)format, FIRST, slots, tolerance, counts, 0x1234567812345678);
    CHECK(index != NULL);
    for (uint32_t at = 0; at < count; at++) {
        matcher_heard heard = {roll(&dice), roll(&dice), FIRST - tolerance + at % reach, 0};
        if (craft != NULL) craft(&heard, at);
        CHECK(matcher_index_add(index, &heard, 1));
    }
    free(counts);
    return index;
}

static void check_sizes(void) {
    static const struct { uint32_t count; size_t most; } sizes[] = {
        {0, 1 << 17}, {10000, 1 << 20}, {100000, 3 << 20}, {300000, 16 << 20}, {1000000, 24 << 20}};
    for (int at = 0; at < 10; at++) {
        int format = at % 2 == 0 ? MATCHER_BLUEZONE : EXPOSURE;
        snprintf(situation, sizeof situation, "an index of %u, format %d", sizes[at / 2].count, format);
        matcher_index *index = fill(format, sizes[at / 2].count, NULL);
        CHECK(matcher_index_bytes(index) <= sizes[at / 2].most);
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
        matcher_index_free(fill(EXPOSURE, 300000, crafts[at]));
        CHECK(clock() - begin < 5 * CLOCKS_PER_SEC);
    }
}

static void check_nothing_to_find(void) {
    snprintf(situation, sizeof situation, "keys that nothing can match");
    matcher_index *index = fill(EXPOSURE, 1, NULL); // heard two hours before the first slot
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

/// More keys than are put in order together: hits carry the number of the key as it was handed over.
static void check_many_keys(void) {
    enum { KEYS = 40000 };
    static const uint32_t heard_of[] = {0, 1, 16383, 16384, 32767, 32768, KEYS - 1};
    enum { HEARD = sizeof heard_of / sizeof *heard_of };
    world world = {.format = MATCHER_BLUEZONE, .first = FIRST, .slots = 7 * 96, .tolerance = 1, .key_count = KEYS, .heard_count = HEARD};
    dice dice = {7};
    world.keys = calloc(KEYS, sizeof *world.keys);
    world.heard = calloc(HEARD, sizeof *world.heard);
    for (uint32_t at = 0; at < KEYS; at++) {
        for (int byte = 0; byte < 32; byte++) world.keys[at].bytes[byte] = (uint8_t)(roll(&dice) >> 56);
        world.keys[at].first_slot = FIRST + 96 * roll_below(&dice, 7);
        world.keys[at].to = 4;
    }
    for (int at = 0; at < HEARD; at++) {
        identifier identifiers[144];
        derive_day(world.format, &world.keys[heard_of[at]], identifiers);
        world.heard[at] = (matcher_heard){identifiers[3].low, identifiers[3].high, world.keys[heard_of[at]].first_slot + 3, 0};
    }
    world_count(&world);
    matcher_index *index = world_index(&world);
    for (int path = 0; path < MATCHER_PATHS; path++) {
        if (!matcher_path_works((matcher_path)path)) continue;
        snprintf(situation, sizeof situation, "%d keys on %s", KEYS, matcher_path_name((matcher_path)path));
        size_t count;
        matcher_hit *hits = compare_all(&world, index, (matcher_path)path, 4 * MATCHER_ROOM, &count);
        CHECK(count == HEARD);
        for (int at = 0; at < HEARD; at++) CHECK(hits[at].key == heard_of[at] && hits[at].low == world.heard[at].low);
        free(hits);
    }
    matcher_index_free(index);
    world_free(&world);
}

void test_index(void) {
    check_many_keys();
    check_sizes();
    check_crafted();
    check_nothing_to_find();
}
