// SPDX-License-Identifier: GPL-3.0-or-later
// Plans are made once for all keys with the same first slot and period.
#include "plan.h"

static void put(plan *plan, uint32_t at, uint32_t slot, filter filter) {
    plan->slot[at] = slot;
    plan->base[at] = filter.base;
    plan->shift[at] = filter.shift;
}

/// The filter for one of the index's own slots, given as its distance from the first.
static filter filter_at(const matcher_index *index, uint32_t distance) {
    return index->filters[block_of_slot(index->format, index->first + distance) - index->first_block];
}

static void make(plan *plan, const matcher_index *index, const matcher_key *key) {
    plan->first_slot = key->first_slot;
    plan->from = key->from;
    plan->to = key->to;
    uint32_t count = 0, numbered = index->format == MATCHER_BLUEZONE;
    // The part of the key's period that lies among the index's own slots.
    uint64_t first = (uint64_t)key->first_slot + key->from, end = (uint64_t)key->first_slot + key->to;
    uint64_t last = (uint64_t)index->first + index->slots;
    if (first < index->first) first = index->first;
    if (end > last) end = last;
    for (uint64_t slot = first; slot < end; slot++) {
        uint32_t distance = (uint32_t)(slot - index->first);
        if (!index->live[distance]) continue;
        uint32_t number = (uint32_t)(slot - key->first_slot);
        for (; numbered && count < number; count++) put(plan, count, key->first_slot + count, filter_of_nothing);
        put(plan, count++, (uint32_t)slot, filter_at(index, distance));
    }
    plan->count = count;
    plan->rows = (count + PLAN_ROW - 1) / PLAN_ROW;
    for (; count % PLAN_ROW != 0; count++) put(plan, count, 0, filter_of_nothing);
}

static uint8_t place_of(const matcher_key *key) {
    uint32_t mixed = (key->first_slot ^ (uint32_t)key->from << 8 ^ (uint32_t)key->to << 16) * 0x9e3779b1;
    return (uint8_t)(mixed >> 24);
}

const plan *plan_for(plan_cache *cache, const matcher_index *index, const matcher_key *key, uint32_t batch) {
    uint8_t *place = &cache->place[place_of(key)];
    if (*place != 0) {
        plan *known = &cache->plans[*place - 1];
        if (known->first_slot == key->first_slot && known->from == key->from && known->to == key->to) {
            known->batch = batch;
            return known;
        }
    }
    plan *made = &cache->plans[cache->next];
    if (cache->used == PLANS && made->batch == batch) return NULL;
    if (cache->used < PLANS) cache->used++;
    make(made, index, key);
    made->batch = batch;
    *place = (uint8_t)(cache->next + 1);
    cache->next = (cache->next + 1) % PLANS;
    return made;
}
