// SPDX-License-Identifier: GPL-3.0-or-later
// The portable path: libcrypto's SHA-256 block function and its AES, in plain C around them.
#if !defined(MATCHER_NO_LIBCRYPTO)
#define OPENSSL_SUPPRESS_DEPRECATED
#include "look_up.h"
#include "sha_constants.h"
#include <openssl/evp.h>
#include <openssl/sha.h>

/// One block on top of a state. libcrypto's HMAC and HKDF objects cost ten times what the blocks do.
static void compress(uint32_t state[8], const uint8_t block[64]) {
    SHA256_CTX context;
    memcpy(context.h, state, sizeof context.h);
    SHA256_Transform(&context, block);
    memcpy(state, context.h, sizeof context.h);
}

static void write_words(uint8_t *bytes, const uint32_t *words, int count) {
    for (int at = 0; at < count; at++) {
        uint32_t word = __builtin_bswap32(words[at]);
        memcpy(bytes + 4 * at, &word, 4);
    }
}

/// Ends a block that holds `length` bytes, the last of a message of so many bits.
static void end_block(uint8_t block[64], int length, uint32_t bits) {
    memset(block + length, 0, 64 - (size_t)length);
    block[length] = 0x80;
    block[62] = (uint8_t)(bits >> 8);
    block[63] = (uint8_t)bits;
}

/// The inner digest under an outer state: the end of HMAC.
static void finish_outer(uint32_t outer[8], const uint32_t inner[8]) {
    uint8_t block[64];
    write_words(block, inner, 8);
    end_block(block, 32, SHA_LENGTH_DIGEST);
    compress(outer, block);
}

/// HKDF-SHA256 of a daily key to the identifier key, in the six blocks that differ from key to key.
static void identifier_key(const uint8_t *key, uint8_t derived[16]) {
    uint8_t block[64];
    uint32_t inner[8], pseudorandom[8], outer[8];
    memcpy(block, key, 16);
    end_block(block, 16, SHA_LENGTH_EXTRACT);
    memcpy(inner, sha_zero_inner, sizeof inner);
    compress(inner, block);
    memcpy(pseudorandom, sha_zero_outer, sizeof pseudorandom);
    finish_outer(pseudorandom, inner);

    uint8_t padded[64] = {0};
    write_words(padded, pseudorandom, 8);
    for (int at = 0; at < 64; at++) block[at] = padded[at] ^ (SHA_INNER_PAD & 0xff);
    memcpy(inner, sha_initial, sizeof inner);
    compress(inner, block);
    for (int at = 0; at < 64; at++) block[at] = padded[at] ^ (SHA_OUTER_PAD & 0xff);
    memcpy(outer, sha_initial, sizeof outer);
    compress(outer, block);

    memcpy(block, "EN-RPIK\x01", 8);
    end_block(block, 8, (64 + 8) * 8);
    compress(inner, block);
    finish_outer(outer, inner);
    write_words(derived, outer, 4);
}

/// Puts a plan's slots into their plaintexts.
static void write_slots(uint8_t *plain, const plan *plan) {
    for (uint32_t entry = 0; entry < plan->rows * PLAN_ROW; entry++) memcpy(plain + 16 * entry + 12, &plan->slot[entry], 4);
}

static bool exposure(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    uint8_t plain[16 * PLAN_ENTRIES], identifiers[16 * PLAN_ENTRIES];
    for (uint32_t at = 0; at < PLAN_ENTRIES; at++) memcpy(plain + 16 * at, exposure_label, 16);
    for (uint32_t at = 0; at < count; at++) {
        const plan *plan = jobs[at].plan;
        uint8_t key[16];
        int written;
        identifier_key(jobs[at].key, key);
        if (at == 0 || plan != jobs[at - 1].plan) write_slots(plain, plan);
        if (EVP_EncryptInit_ex(tool, NULL, NULL, key, NULL) != 1) return false;
        if (EVP_EncryptUpdate(tool, identifiers, &written, plain, (int)(16 * PLAN_ROW * plan->rows)) != 1) return false;
        for (uint32_t row = 0; row < plan->rows; row++) look_up_row(sieve, &jobs[at], row, identifiers + 16 * PLAN_ROW * row);
    }
    return true;
}

static bool bluezone(sieve *sieve, const job *jobs, uint32_t count, void *tool) {
    (void)tool;
    for (uint32_t at = 0; at < count; at++) {
        const plan *plan = jobs[at].plan;
        uint8_t block[64];
        memcpy(block, jobs[at].key, 32);
        memcpy(block + 32, "bluzonesubkey", 13);
        end_block(block, 45, 45 * 8);
        for (uint32_t number = 0; number < plan->count; number++) {
            uint32_t state[8];
            memcpy(state, sha_initial, sizeof state);
            compress(state, block);
            write_words(block, state, 8);
            if (number == 0) end_block(block, 32, 32 * 8);
            look_up_link(sieve, &jobs[at], number, state);
        }
    }
    return true;
}

static void *open_cipher(void) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    static const uint8_t any[16];
    if (context != NULL && EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), NULL, any, NULL) == 1) {
        EVP_CIPHER_CTX_set_padding(context, 0);
        return context;
    }
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

static void close_cipher(void *tool) { EVP_CIPHER_CTX_free(tool); }

const derivation derivation_portable = {exposure, bluezone, open_cipher, close_cipher};
#endif
