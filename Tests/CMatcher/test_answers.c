// SPDX-License-Identifier: GPL-3.0-or-later
// Every path against the portable one, and that against the naive reference, over random worlds.
#include "tests.h"

static void check_same(const matcher_hit *one, size_t count, const matcher_hit *other, size_t other_count) {
    CHECK(count == other_count);
    for (size_t at = 0; at < count; at++)
        CHECK(one[at].key == other[at].key && one[at].slot == other[at].slot && one[at].low == other[at].low &&
              one[at].high == other[at].high);
}

void test_answers(uint64_t seed, int rounds) {
    size_t found = 0;
    for (int round = 0; round < rounds; round++, seed++) {
        world world = world_make(seed);
        matcher_index *index = world_index(&world);
        size_t count, other_count;
        matcher_hit *hits = compare_all(&world, index, MATCHER_PORTABLE, 1 << 17, &count);
        check_against_naive(&world, hits, count);
        for (int path = 0; path < MATCHER_PATHS; path++) {
            if (!matcher_path_works((matcher_path)path)) continue;
            matcher_hit *others = compare_all(&world, index, (matcher_path)path, MATCHER_ROOM + round % 50, &other_count);
            check_same(hits, count, others, other_count);
            free(others);
        }
        found += count;
        free(hits);
        matcher_index_free(index);
        world_free(&world);
    }
    CHECK(rounds < 100 || found > (size_t)rounds); // else the worlds show nothing
    printf("%d worlds, %zu hits\n", rounds, found);
}
