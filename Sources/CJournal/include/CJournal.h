// SPDX-License-Identifier: GPL-3.0-or-later
// What the encounter journal does a hundred million times: check, encrypt and decrypt records of 32 bytes. In C because
// the processor's CRC and AES instructions are reached from here with one call for each page, not one for each record.
// The format's paper is docs/journal-format.md; nothing here opens a file.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, going on from the checksum `seed` of what stood before
/// them (0: nothing). Uses SSE4.2's or ARMv8's instructions where the processor has them.
uint32_t journal_crc32c(uint32_t seed, const void *_Nonnull bytes, size_t count);

/// The same by tables, on every processor.
uint32_t journal_crc32c_by_table(uint32_t seed, const void *_Nonnull bytes, size_t count);

/// Whether `journal_crc32c` uses instructions of the processor.
bool journal_crc32c_is_native(void);

/// Writes the checksum of each of `count` records of 32 bytes, bytes 0 to 27 behind `seed`, into its bytes 28 to 31.
void journal_finish_records(void *_Nonnull records, size_t count, uint32_t seed);

/// Looks at `count` records of 32 bytes. Bit i % 64 of `good[i / 64]` becomes 1 if record i was written whole: its checksum
/// behind `seed` is right and its format (the upper 5 bits of the word at byte 20) is 1 or 2. Answers how many were.
/// `good` has room for `count` bits, rounded up to 64.
size_t journal_check_records(const void *_Nonnull records, size_t count, uint32_t seed, uint64_t *_Nonnull good);

/// Moves the records that `good` marks to the front, in their order.
void journal_gather_records(void *_Nonnull records, size_t count, const uint64_t *_Nonnull good);

/// Bytes of a segment's key: AES-256-XTS, two keys of 32 bytes.
#define JOURNAL_KEY_SIZE 64
/// Bytes of an XTS data unit: a page of the segment's file, whose number in the file is the tweak.
#define JOURNAL_UNIT_SIZE 4096

/// A segment's cipher. Not for two threads at once.
typedef struct journal_cipher journal_cipher;

/// A cipher with a key of JOURNAL_KEY_SIZE bytes; NULL when libcrypto has no memory or refuses the key (equal halves).
journal_cipher *_Nullable journal_cipher_new(const uint8_t *_Nonnull key);

void journal_cipher_free(journal_cipher *_Nullable cipher);

/// Encrypts `count` bytes in place, which stand at byte `position` of the file; both are multiples of 16.
/// Answers false, and leaves the bytes of no use, when libcrypto fails.
bool journal_encrypt(journal_cipher *_Nonnull cipher, uint8_t *_Nonnull bytes, size_t count, uint64_t position);

/// Decrypts `count` bytes in place, a multiple of 16, which stand at byte `position` of the file, a multiple of
/// JOURNAL_UNIT_SIZE. Answers false, and leaves the bytes of no use, when libcrypto fails.
bool journal_decrypt(journal_cipher *_Nonnull cipher, uint8_t *_Nonnull bytes, size_t count, uint64_t position);

/// Derives `count` bytes from a secret by HKDF with SHA-256 (RFC 5869).
bool journal_derive(const uint8_t *_Nonnull secret, size_t secret_count, const uint8_t *_Nonnull salt, size_t salt_count,
                    const char *_Nonnull label, uint8_t *_Nonnull out, size_t count);

/// Encrypts `count` bytes in place by AES-256-GCM with a key of 32 bytes and a nonce of 12, and writes the tag of 16 bytes
/// that covers them and `covered` as well.
bool journal_seal(const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nonnull covered,
                  size_t covered_count, uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull tag);

/// The inverse of `journal_seal`; false, with `bytes` of no use, when anything differs from what was sealed.
bool journal_unseal(const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nonnull covered,
                    size_t covered_count, uint8_t *_Nonnull bytes, size_t count, const uint8_t *_Nonnull tag);
