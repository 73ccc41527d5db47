// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison: keys with nothing to find are passed over, the others gathered day by day into batches and derived.
#include "derive.h"

/// So many keys are put in the order of their days together, so that a day's filters are fetched once for all of them.
enum { CHUNK = 16384, DAYS = 64 };

typedef struct {
    const matcher_index *index;
    const derivation *way;
    void *tool;
    const matcher_key *keys;
    uint32_t batch;
    uint32_t gathered;
    bool failed; ///< the path's tool did
    job jobs[JOBS];
    matcher_cost cost;
    sieve sieve;
    plan_cache plans;
    uint16_t order[CHUNK];
} comparison;

/// Derives what is gathered, and begins a new batch. False when the hits might not have room, or when that failed.
static bool derive(comparison *run) {
    size_t need = (size_t)run->gathered * slots_of_day(run->index->format);
    run->batch++;
    if (need == 0) return true;
    if (run->sieve.room - run->sieve.hit_count < need + run->sieve.waiting) {
        sieve_drain(&run->sieve);
        if (run->sieve.room - run->sieve.hit_count < need) return false;
    }
    run->cost.keys += run->gathered;
    for (uint32_t at = 0; at < run->gathered; at++) run->cost.derived += run->jobs[at].plan->count;
    bool bluezone = run->index->format == MATCHER_BLUEZONE;
    run->failed = !(bluezone ? run->way->bluezone : run->way->exposure)(&run->sieve, run->jobs, run->gathered, run->tool);
    run->gathered = 0;
    return !run->failed;
}

static bool gather(comparison *run, uint32_t number) {
    const matcher_key *key = &run->keys[number];
    if (key->from >= key->to || key->to > slots_of_day(run->index->format)) return true;
    const plan *plan = plan_for(&run->plans, run->index, key, run->batch);
    if (plan == NULL) {
        if (!derive(run)) return false;
        plan = plan_for(&run->plans, run->index, key, run->batch);
    }
    if (plan->count == 0) return true;
    run->jobs[run->gathered++] = (job){key->bytes, plan, number};
    return run->gathered < JOBS || derive(run);
}

/// Numbers of a chunk's keys by the day they begin in.
static void put_in_order(comparison *run, const matcher_key *keys, uint32_t count) {
    uint32_t day = slots_of_day(run->index->format), starts[DAYS + 1] = {0};
    for (uint32_t at = 0; at < count; at++) starts[keys[at].first_slot / day % DAYS + 1]++;
    for (uint32_t at = 0; at < DAYS; at++) starts[at + 1] += starts[at];
    for (uint32_t at = 0; at < count; at++) run->order[starts[keys[at].first_slot / day % DAYS]++] = (uint16_t)at;
}

/// Compares `count` keys from number `first` on. False, and nothing has been added, when their hits might not have
/// room or the path's tool failed.
static bool compare_chunk(comparison *run, uint32_t first, uint32_t count) {
    size_t hits = run->sieve.hit_count;
    uint64_t candidates = run->sieve.candidates;
    matcher_cost cost = run->cost;
    put_in_order(run, run->keys + first, count);
    bool room = true;
    for (uint32_t at = 0; room && at < count; at++) room = gather(run, first + run->order[at]);
    if (room) room = derive(run);
    if (room) sieve_drain(&run->sieve);
    else {
        run->sieve.hit_count = hits;
        run->sieve.candidates = candidates;
        run->sieve.waiting = run->gathered = 0;
        run->cost = cost;
    }
    return room;
}

static size_t compare_all(comparison *run, size_t key_count) {
    size_t done = 0, chunk = CHUNK;
    if (key_count > UINT32_MAX) key_count = UINT32_MAX;
    while (!run->failed && done < key_count && run->sieve.room - run->sieve.hit_count >= MATCHER_ROOM) {
        size_t count = key_count - done < chunk ? key_count - done : chunk;
        if (compare_chunk(run, (uint32_t)done, (uint32_t)count)) done += count;
        else chunk = JOBS; // so few always have room
    }
    return done;
}

size_t matcher_compare(
    const matcher_index *index, matcher_path path, const matcher_key *keys, size_t key_count, matcher_hit *hits, size_t room,
    size_t *hit_count, matcher_cost *cost) {
    comparison run;
    run.index = index;
    run.way = derivation_on(path);
    if (run.way == NULL) run.way = derivation_on(matcher_best_path());
    run.keys = keys;
    run.batch = run.gathered = 0;
    run.failed = false;
    run.cost = (matcher_cost){0, 0, 0};
    run.plans.used = run.plans.next = 0;
    __builtin_memset(run.plans.place, 0, sizeof run.plans.place);
    run.sieve.index = index;
    run.sieve.hits = hits;
    run.sieve.room = room;
    run.sieve.hit_count = run.sieve.candidates = run.sieve.waiting = 0;
    *hit_count = 0;

    run.tool = run.way->open == NULL ? NULL : run.way->open();
    if (run.way->open != NULL && run.tool == NULL) return 0;
    size_t done = compare_all(&run, key_count);
    if (run.way->close != NULL) run.way->close(run.tool);
    *hit_count = run.sieve.hit_count;
    if (cost != NULL) {
        cost->keys += run.cost.keys;
        cost->derived += run.cost.derived;
        cost->candidates += run.sieve.candidates;
    }
    return done;
}
