// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for tables: zeroed, on a cache line, and in large pages where that saves address look-ups.
#pragma once
#include <stddef.h>

/// NULL when there is none, or for 0 bytes.
void *memory_zeroed(size_t bytes);
void memory_release(void *memory, size_t bytes);
/// What so many bytes take in truth.
size_t memory_taken(size_t bytes);
