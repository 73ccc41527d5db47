// SPDX-License-Identifier: GPL-3.0-or-later
// A descriptor by which other threads end a poll (eventfd(2); its header is not among those that Swift's Glibc knows).
#pragma once
#include "bz_base.h"

/// A new one, non-blocking; -1 when the process has no descriptor left.
int bz_wake_new(void);
/// Makes it readable. Any thread.
void bz_wake_signal(int descriptor);
/// Makes it unreadable again.
void bz_wake_clear(int descriptor);
