// SPDX-License-Identifier: GPL-3.0-or-later
// Random worlds, each with a corner of its own: starts, periods, tolerances, and journals that somebody crafted.
#include "tests.h"

enum { EMPTY, ONE, DENSE, ALL_EQUAL, SAME_LOW, SAME_HIGH, SPARSE, MIXED, JOURNALS };

static uint32_t make_first(dice *dice, uint32_t day) {
    switch (roll_below(dice, 6)) {
    case 0: return 0;
    case 1: return roll_below(dice, 40);
    case 2: return UINT32_MAX - roll_below(dice, 500);
    case 3: return 18000 * day + roll_below(dice, 1000);
    default: return 18000 * day;
    }
}

static void make_keys(world *world, dice *dice, uint32_t day) {
    // Now and then so many keys that chunks and plans have to make room.
    world->key_count = 1 + roll_below(dice, roll_below(dice, 16) == 0 ? 600 : 90);
    world->keys = calloc(world->key_count, sizeof *world->keys);
    uint32_t manners = roll_below(dice, 3);
    for (uint32_t at = 0; at < world->key_count; at++) {
        matcher_key *key = &world->keys[at];
        for (int byte = 0; byte < 32; byte++) key->bytes[byte] = (uint8_t)(roll(dice) >> 56);
        uint32_t days = world->slots / day + 2;
        key->first_slot = world->first + day * roll_below(dice, days) - (roll_below(dice, 4) == 0 ? day : 0);
        key->to = (uint16_t)day;
        if (manners > 0 && roll_below(dice, 2) == 0) {
            key->from = (uint16_t)roll_below(dice, day);
            key->to = (uint16_t)(roll_below(dice, day + 8));
        }
        if (manners > 1) key->first_slot = world->first - 150 + roll_below(dice, world->slots + 200);
    }
}

static matcher_heard hear(const world *world, dice *dice) {
    uint32_t reach = world->slots + 2 * world->tolerance + 6;
    uint32_t slot = world->first - world->tolerance - 3 + roll_below(dice, reach);
    return (matcher_heard){roll(dice), world->format == MATCHER_BLUEZONE ? roll(dice) >> 32 : roll(dice), slot, 0};
}

/// An identifier of one of the keys, heard near its time or, now and then, far from it.
static matcher_heard plant(const world *world, dice *dice, uint32_t day) {
    const matcher_key *key = &world->keys[roll_below(dice, world->key_count)];
    identifier identifiers[144];
    derive_day(world->format, key, identifiers);
    uint32_t number = roll_below(dice, day);
    uint32_t near = roll_below(dice, 2 * world->tolerance + 5) - world->tolerance - 2;
    uint32_t slot = key->first_slot + number + (roll_below(dice, 6) == 0 ? roll_below(dice, 999) : near);
    return (matcher_heard){identifiers[number].low, identifiers[number].high, slot, 0};
}

static void craft(world *world, dice *dice, uint32_t journal) {
    matcher_heard model = hear(world, dice);
    for (uint32_t at = 0; at < world->heard_count; at++) {
        matcher_heard *heard = &world->heard[at];
        *heard = hear(world, dice);
        if (journal == ALL_EQUAL) heard->low = model.low, heard->high = model.high;
        if (journal == SAME_LOW) heard->low = model.low;
        if (journal == SAME_HIGH) heard->high = model.high;
        if (journal == SPARSE) heard->slot = model.slot + heard->slot % 7;
    }
}

world world_make(uint64_t seed) {
    dice dice = {seed * 0x9e3779b97f4a7c15 + 1};
    for (int warm = 0; warm < 8; warm++) roll(&dice);
    world world = {.format = roll_below(&dice, 2) == 0 ? MATCHER_BLUEZONE : MATCHER_EXPOSURE_NOTIFICATION};
    uint32_t day = world.format == MATCHER_BLUEZONE ? 96 : 144;
    static const uint32_t tolerances[] = {0, 1, 2, 12, 12, 12, 150};
    world.tolerance = tolerances[roll_below(&dice, 7)];
    world.slots = roll_below(&dice, 8) == 0 ? roll_below(&dice, 5) : roll_below(&dice, 4 * day);
    world.first = make_first(&dice, day);
    world.secret = roll(&dice);
    make_keys(&world, &dice, day);
    uint32_t journal = roll_below(&dice, JOURNALS);
    world.heard_count = journal == EMPTY ? 0 : journal == ONE ? 1 : 1 + roll_below(&dice, journal == DENSE ? 3000 : 400);
    world.heard = calloc(world.heard_count + 1, sizeof *world.heard);
    craft(&world, &dice, journal);
    uint32_t planted = journal == ALL_EQUAL ? 0 : roll_below(&dice, world.heard_count + 1) % 200;
    for (uint32_t at = 0; at < planted; at++) world.heard[roll_below(&dice, world.heard_count)] = plant(&world, &dice, day);
    if (journal == ONE && roll_below(&dice, 2) == 0) world.heard[0] = plant(&world, &dice, day);
    world_count(&world);
    snprintf(situation, sizeof situation, "seed %llu: format %d, first slot %u, %u slots, tolerance %u, journal %u of %u, %u keys",
             (unsigned long long)seed, world.format, world.first, world.slots, world.tolerance, journal, world.heard_count,
             world.key_count);
    return world;
}
