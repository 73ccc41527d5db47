// SPDX-License-Identifier: GPL-3.0-or-later
// Calls under way: which serial belongs to which cookie, and until when an answer counts.
#pragma once
#include "bz_base.h"

typedef struct {
    uint32_t serial;
    uint64_t cookie;
    int64_t deadline; // CLOCK_MONOTONIC, milliseconds
} bz_call;

typedef struct {
    bz_call *_Nullable entries;
    size_t count;
    size_t capacity;
} bz_calls;

/// CLOCK_MONOTONIC in milliseconds.
int64_t bz_now(void);
/// Makes room for one more; false without memory or with 4096 under way.
bool bz_calls_reserve(bz_calls *_Nonnull calls);
/// Adds a call after bz_calls_reserve; limits outside 1 ms ... 1 day are clamped.
void bz_calls_add(bz_calls *_Nonnull calls, uint32_t serial, uint64_t cookie, int limit_ms);
/// Takes out the call with this serial; false when there is none.
bool bz_calls_take(bz_calls *_Nonnull calls, uint32_t serial, uint64_t *_Nonnull cookie);
/// Takes out one call whose time is over; false when there is none.
bool bz_calls_take_late(bz_calls *_Nonnull calls, uint64_t *_Nonnull cookie);
/// Takes out the call with this cookie.
void bz_calls_forget(bz_calls *_Nonnull calls, uint64_t cookie);
/// Milliseconds to the first deadline, -1 without calls.
int bz_calls_timeout(const bz_calls *_Nonnull calls);
