// SPDX-License-Identifier: GPL-3.0-or-later
// Reads worlds and answers that the portable path wrote on another machine, and compares every path of this one with them:
// check_answers FILE. Built without libcrypto. Both machines are little-endian with the same layout of fixed-width fields.
#include "../tests.h"

static void take(FILE *file, void *bytes, size_t size) { CHECK(fread(bytes, 1, size, file) == size); }

static void *take_new(FILE *file, size_t size) {
    void *bytes = malloc(size + 1);
    take(file, bytes, size);
    return bytes;
}

static void check_path(const world *world, matcher_path path, const matcher_hit *expected, size_t expected_count) {
    size_t count;
    matcher_index *index = world_index(world);
    matcher_hit *hits = compare_all(world, index, path, 2 * MATCHER_ROOM, &count);
    CHECK(count == expected_count);
    CHECK(memcmp(hits, expected, count * sizeof *hits) == 0);
    free(hits);
    matcher_index_free(index);
}

static size_t check_world(FILE *file) {
    uint64_t head[8];
    take(file, head, sizeof head);
    world world = {
        .format = (matcher_format)head[1], .first = (uint32_t)head[2], .slots = (uint32_t)head[3], .tolerance = (uint32_t)head[4],
        .secret = head[5], .heard_count = (uint32_t)(head[6] >> 32), .key_count = (uint32_t)head[6]};
    world.heard = take_new(file, world.heard_count * sizeof *world.heard);
    world.keys = take_new(file, world.key_count * sizeof *world.keys);
    matcher_hit *expected = take_new(file, head[7] * sizeof *expected);
    world_count(&world);
    for (int path = 0; path < MATCHER_PATHS; path++) {
        if (!matcher_path_works((matcher_path)path)) continue;
        snprintf(situation, sizeof situation, "seed %llu on %s", (unsigned long long)head[0], matcher_path_name((matcher_path)path));
        check_path(&world, (matcher_path)path, expected, head[7]);
    }
    free(expected);
    world_free(&world);
    return head[7];
}

int main(int count, char **words) {
    CHECK(count == 2);
    FILE *file = fopen(words[1], "rb");
    CHECK(file != NULL && !matcher_path_works(MATCHER_PORTABLE) && matcher_path_works(matcher_best_path()));
    for (int path = 0; path < MATCHER_PATHS; path++)
        if (matcher_path_works((matcher_path)path))
            printf("path %s%s\n", matcher_path_name((matcher_path)path), path == (int)matcher_best_path() ? ", the best here" : "");
    uint32_t rounds;
    size_t hits = 0;
    take(file, &rounds, sizeof rounds);
    for (uint32_t round = 0; round < rounds; round++) hits += check_world(file);
    CHECK(rounds > 0 && hits > 0);
    printf("%u worlds with %zu hits are the same here as on the portable path: %d checks passed\n", rounds, hits, checks);
}
