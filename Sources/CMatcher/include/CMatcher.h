// SPDX-License-Identifier: GPL-3.0-or-later
// The matcher's kernel: derives the identifiers of case keys and looks each up among those that were heard.
// docs/matcher.md is the paper.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

/// Which instructions derive and look up. Every path gives the same answers.
typedef enum {
    MATCHER_PORTABLE = 0, ///< libcrypto and plain C
    MATCHER_X86_SHA,      ///< AES-NI, SHA extensions and AVX2
    MATCHER_X86_AVX512,   ///< AVX-512 F, BW, DQ, VL and VAES
    MATCHER_ARM_NEON,     ///< NEON without cryptography instructions
    MATCHER_ARM_CRYPTO,   ///< ARMv8 AES and SHA2 instructions
} matcher_path;
enum { MATCHER_PATHS = 5 };

/// Whether this build and this processor have what `path` needs.
bool matcher_path_works(matcher_path path);
/// The fastest path that works here.
matcher_path matcher_best_path(void);
/// `portable`, `x86-sha`, `x86-avx512`, `arm-neon`, `arm-crypto`.
const char *_Nonnull matcher_path_name(matcher_path path);

/// How identifiers derive from a key.
typedef enum {
    MATCHER_BLUEZONE = 1,             ///< 32-byte keys, chained SHA-256, 12-byte identifiers, slots of 900 s, 96 a day
    MATCHER_EXPOSURE_NOTIFICATION = 2 ///< 16-byte keys, HKDF and AES-128, 16-byte identifiers, slots of 600 s, 144 a day
} matcher_format;

/// One identifier that was heard. A slot is counted from 1970: Unix seconds / 900 or / 600.
typedef struct {
    uint64_t low;  ///< bytes 0 to 7, byte 0 least significant
    uint64_t high; ///< bytes 8 to 15; a Bluezone ID's last four are zero
    uint32_t slot; ///< the slot in which it was heard
    uint32_t unused;
} matcher_heard;

/// What was heard over a run of slots, made for looking up: the same for all threads once it is filled.
typedef struct matcher_index matcher_index;

/// An empty index for identifiers whose own slots are `first_slot` ... `first_slot + slots - 1`, each of which counts when it
/// was heard up to `tolerance` slots before or after its own. `counts` says how many will be added that were heard in
/// each of the slots `first_slot - tolerance` ... `first_slot + slots - 1 + tolerance` (so it has slots + 2 * tolerance entries); it sizes the
/// filters and says in which slots nothing can match. `secret` is random: who is on the air chooses what is heard, and must not
/// be able to choose where it lands. NULL when there is no memory.
matcher_index *_Nullable matcher_index_new(
    matcher_format format, uint32_t first_slot, uint32_t slots, uint32_t tolerance, const uint32_t *_Nonnull counts,
    uint64_t secret);
void matcher_index_free(matcher_index *_Nullable index);
/// Adds what was heard; slots out of the index's reach are passed over. False when there is no memory: the index is then of no use.
bool matcher_index_add(matcher_index *_Nonnull index, const matcher_heard *_Nonnull heard, size_t count);
/// Bytes that the index takes.
size_t matcher_index_bytes(const matcher_index *_Nonnull index);

/// One case key.
typedef struct {
    uint8_t bytes[32];   ///< 16 are used for Exposure Notification
    uint32_t first_slot; ///< the slot of the key's identifier number 0
    uint16_t from;       ///< numbers of the first identifier in use ...
    uint16_t to;         ///< ... and of the first no longer in use: from < to <= 96 or 144, else the key has none
} matcher_key;

/// An identifier of a case key that was heard within `tolerance` of its slot (give or take: the caller checks times exactly).
typedef struct {
    uint64_t low, high;
    uint32_t slot; ///< the identifier's own slot
    uint32_t key;  ///< which of the keys handed over
} matcher_hit;

/// What a comparison cost, added up.
typedef struct {
    uint64_t keys;       ///< keys of which at least one identifier was derived
    uint64_t derived;    ///< identifiers derived (AES blocks or links of the chain)
    uint64_t candidates; ///< identifiers that passed the filter
} matcher_cost;

/// A call has to have room for so many hits, so that it can always go on by at least one key.
enum { MATCHER_ROOM = 32 * 144 };

/// Compares keys in order until all are compared or fewer than what one more batch may need is left of `room`. Returns how
/// many keys were compared; their hits are in `hits`, in any order. `cost` may be NULL. Safe from many threads at once on one index.
size_t matcher_compare(
    const matcher_index *_Nonnull index, matcher_path path, const matcher_key *_Nonnull keys, size_t key_count,
    matcher_hit *_Nonnull hits, size_t room, size_t *_Nonnull hit_count, matcher_cost *_Nullable cost);
