// SPDX-License-Identifier: GPL-3.0-or-later
// A plain array: a handful of calls is under way at a time, and libdbus's own pending calls want its dispatcher.
#define _POSIX_C_SOURCE 200809L
#include "calls.h"

#include <stdlib.h>
#include <time.h>

enum { MOST_CALLS = 4096, DAY_MS = 86400000 };

int64_t bz_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool bz_calls_reserve(bz_calls *calls) {
    if (calls->count < calls->capacity) return true;
    if (calls->count >= MOST_CALLS) return false;
    size_t capacity = calls->capacity ? 2 * calls->capacity : 16;
    bz_call *entries = realloc(calls->entries, capacity * sizeof *entries);
    if (!entries) return false;
    calls->entries = entries;
    calls->capacity = capacity;
    return true;
}

void bz_calls_add(bz_calls *calls, uint32_t serial, uint64_t cookie, int limit_ms) {
    int limit = limit_ms < 1 ? 1 : limit_ms > DAY_MS ? DAY_MS : limit_ms;
    calls->entries[calls->count++] = (bz_call){serial, cookie, bz_now() + limit};
}

static void take(bz_calls *calls, size_t index) { calls->entries[index] = calls->entries[--calls->count]; }

bool bz_calls_take(bz_calls *calls, uint32_t serial, uint64_t *cookie) {
    for (size_t i = 0; i < calls->count; i++) {
        if (calls->entries[i].serial != serial) continue;
        *cookie = calls->entries[i].cookie;
        take(calls, i);
        return true;
    }
    return false;
}

bool bz_calls_take_late(bz_calls *calls, uint64_t *cookie) {
    if (!calls->count) return false;
    int64_t now = bz_now();
    for (size_t i = 0; i < calls->count; i++) {
        if (calls->entries[i].deadline > now) continue;
        *cookie = calls->entries[i].cookie;
        take(calls, i);
        return true;
    }
    return false;
}

void bz_calls_forget(bz_calls *calls, uint64_t cookie) {
    for (size_t i = 0; i < calls->count; i++) {
        if (calls->entries[i].cookie != cookie) continue;
        take(calls, i);
        return;
    }
}

int bz_calls_timeout(const bz_calls *calls) {
    if (!calls->count) return -1;
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < calls->count; i++)
        if (calls->entries[i].deadline < first) first = calls->entries[i].deadline;
    int64_t left = first - bz_now();
    return left < 0 ? 0 : (int)left;
}
