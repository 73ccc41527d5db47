// SPDX-License-Identifier: GPL-3.0-or-later
// Which identifiers of a key are worth deriving, and where each is looked up. Most keys of a batch share theirs.
#pragma once
#include "index.h"

enum { PLANS = 32, PLAN_ENTRIES = 144, PLAN_ROW = 16 };

typedef struct {
    uint32_t first_slot;
    uint16_t from, to;
    uint32_t batch; ///< the last batch of jobs that uses it
    /// Exposure Notification: how many slots live, all of the key's that do, in order. Bluezone: how many links of the
    /// chain are needed; entry n is identifier n, and one that is not wanted asks the filter of nothing.
    uint32_t count;
    uint32_t rows; ///< `count` in rows of 16; those that fill up the last row ask the filter of nothing
    uint32_t slot[PLAN_ENTRIES] __attribute__((aligned(64)));
    uint32_t base[PLAN_ENTRIES] __attribute__((aligned(64)));  ///< of the filter of that slot's block
    uint32_t shift[PLAN_ENTRIES] __attribute__((aligned(64)));
} plan;

/// The plans in use, the latest of each few that fall together.
typedef struct {
    plan plans[PLANS];
    uint32_t used, next;
    uint8_t place[256]; ///< by hash of what is asked for: number in `plans` + 1, or 0
} plan_cache;

/// The plan for `key`, of which the caller has seen that from < to <= a day's slots. NULL when the one that would have to go is
/// used by `batch`, which is still being gathered: then derive it first, and ask again with another number.
const plan *plan_for(plan_cache *cache, const matcher_index *index, const matcher_key *key, uint32_t batch);
