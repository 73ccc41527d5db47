// SPDX-License-Identifier: GPL-3.0-or-later
// Running a world through the kernel, with or without libcrypto.
#include "tests.h"

int checks;
char situation[256];

uint64_t roll(dice *dice) {
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return dice->state * 0x2545f4914f6cdd1d;
}

uint32_t roll_below(dice *dice, uint32_t below) { return (uint32_t)((roll(dice) >> 32) * below >> 32); }

void world_free(world *world) {
    free(world->counts);
    free(world->heard);
    free(world->keys);
}

void world_count(world *world) {
    uint64_t entries = (uint64_t)world->slots + 2 * (uint64_t)world->tolerance;
    int64_t begin = (int64_t)world->first - world->tolerance;
    world->counts = calloc(entries + 1, sizeof *world->counts);
    for (uint32_t at = 0; at < world->heard_count; at++) {
        int64_t distance = world->heard[at].slot - begin;
        if (distance >= 0 && distance < (int64_t)entries) world->counts[distance]++;
    }
}

matcher_index *world_index(const world *world) {
    matcher_index *index =
        matcher_index_new(world->format, world->first, world->slots, world->tolerance, world->counts, world->secret);
    CHECK(index != NULL);
    // In pieces, as it happens.
    for (uint32_t done = 0, piece = 1; done < world->heard_count; done += piece, piece = piece * 3 % 1009) {
        if (piece > world->heard_count - done) piece = world->heard_count - done;
        CHECK(matcher_index_add(index, world->heard + done, piece));
    }
    return index;
}

static int order(const void *one, const void *other) {
    const matcher_hit *a = one, *b = other;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->slot < b->slot ? -1 : a->slot > b->slot;
}

void sort_hits(matcher_hit *hits, size_t count) { qsort(hits, count, sizeof *hits, order); }

matcher_hit *compare_all(const world *world, const matcher_index *index, matcher_path path, size_t room, size_t *count) {
    matcher_hit *hits = malloc(room * sizeof *hits), *all = malloc(((size_t)world->key_count * 144 + 1) * sizeof *all);
    matcher_cost cost = {0, 0, 0};
    *count = 0;
    for (uint32_t done = 0; done < world->key_count;) {
        size_t found, left = world->key_count - done;
        size_t compared = matcher_compare(index, path, world->keys + done, left, hits, room, &found, &cost);
        CHECK(compared > 0 && compared <= left && found <= room);
        for (size_t at = 0; at < found; at++) {
            CHECK(hits[at].key < compared && *count < (size_t)world->key_count * 144);
            hits[at].key += done;
            all[(*count)++] = hits[at];
        }
        done += (uint32_t)compared;
    }
    CHECK(cost.keys <= world->key_count && cost.derived >= cost.keys && cost.candidates >= *count);
    free(hits);
    sort_hits(all, *count);
    return all;
}
