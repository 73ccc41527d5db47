// SPDX-License-Identifier: GPL-3.0-or-later
// The sieve's second, exact half.
#include "sieve.h"

void sieve_drain(sieve *sieve) {
    for (uint32_t at = 0; at < sieve->waiting; at++) {
        if (!set_contains(&sieve->index->set, sieve->fingerprints[at])) continue;
        if (sieve->hit_count == sieve->room) break;
        sieve->hits[sieve->hit_count++] = sieve->held[at];
    }
    sieve->candidates += sieve->waiting;
    sieve->waiting = 0;
}
