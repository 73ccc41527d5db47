// SPDX-License-Identifier: GPL-3.0-or-later
// Writes random worlds and what the portable path finds in them: write_answers FILE ROUNDS SEED.
#include "../tests.h"

static void put(FILE *file, const void *bytes, size_t size) { CHECK(fwrite(bytes, 1, size, file) == size); }

int main(int count, char **words) {
    CHECK(count == 4);
    FILE *file = fopen(words[1], "wb");
    CHECK(file != NULL);
    uint32_t rounds = (uint32_t)atoi(words[2]);
    uint64_t seed = strtoull(words[3], NULL, 10);
    put(file, &rounds, sizeof rounds);
    for (uint32_t round = 0; round < rounds; round++, seed++) {
        world world = world_make(seed);
        matcher_index *index = world_index(&world);
        size_t found;
        matcher_hit *hits = compare_all(&world, index, MATCHER_PORTABLE, 1 << 17, &found);
        check_against_naive(&world, hits, found);
        const uint64_t head[8] = {seed, world.format, world.first, world.slots, world.tolerance, world.secret,
                                  (uint64_t)world.heard_count << 32 | world.key_count, found};
        put(file, head, sizeof head);
        put(file, world.heard, world.heard_count * sizeof *world.heard);
        put(file, world.keys, world.key_count * sizeof *world.keys);
        put(file, hits, found * sizeof *hits);
        free(hits);
        matcher_index_free(index);
        world_free(&world);
    }
    CHECK(fclose(file) == 0);
}
