// SPDX-License-Identifier: GPL-3.0-or-later
// What each path does: derive the wanted identifiers of a batch of keys and hand those that pass their filters to the sieve.
#pragma once
#include "plan.h"
#include "sieve.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "identifiers are read as little-endian words");

/// Keys that are derived in one go; the widest path takes all of them side by side.
enum { JOBS = 32 };

/// A key with at least one slot worth deriving.
typedef struct {
    const uint8_t *key; ///< 32 bytes can be read
    const plan *plan;
    uint32_t number; ///< which of the keys handed over
} job;

/// One way to derive. `count` is 1 ... JOBS. False when the tool failed: the batch then counts for nothing.
typedef struct {
    bool (*exposure)(sieve *sieve, const job *jobs, uint32_t count, void *tool);
    bool (*bluezone)(sieve *sieve, const job *jobs, uint32_t count, void *tool);
    void *(*open)(void); ///< what a whole comparison needs; NULL when there is no memory
    void (*close)(void *tool);
} derivation;

/// NULL when this build lacks the path or the processor what it needs.
const derivation *derivation_on(matcher_path path);

#if !defined(MATCHER_NO_LIBCRYPTO)
extern const derivation derivation_portable;
#endif
#if defined(__x86_64__)
extern const derivation derivation_x86_sha, derivation_x86_avx512;
#elif defined(__aarch64__)
extern const derivation derivation_arm_neon, derivation_arm_crypto;
#endif

/// The plaintext of Exposure Notification's identifiers: this, and the slot in the last four bytes, least significant first.
static const uint8_t exposure_label[16] __attribute__((aligned(16), unused)) = "EN-RPI";
