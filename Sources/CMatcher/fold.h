// SPDX-License-Identifier: GPL-3.0-or-later
// How a Bluezone sub-key folds into an identifier: bytes 0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30, as the app has it.
#pragma once
#include <stdint.h>

/// From the sub-key's words, most significant byte first. Bytes 0 to 7, byte 0 least significant.
static inline uint64_t fold_low(const uint32_t word[8]) {
    uint32_t upper = word[0] >> 24 | (word[1] >> 16 & 0xff00) | (word[2] >> 8 & 0xff0000) | (word[3] & 0xff000000);
    uint32_t lower = word[4] >> 24 | (word[4] & 0xff00) | (word[5] >> 8 & 0xff0000) | (word[5] & 0xff00) << 16;
    return (uint64_t)lower << 32 | upper;
}

/// Bytes 8 to 11; the rest is zero.
static inline uint64_t fold_high(const uint32_t word[8]) {
    return word[6] >> 24 | (word[6] & 0xff00) | (word[7] >> 8 & 0xff0000) | (uint64_t)(word[7] & 0xff00) << 16;
}
