// SPDX-License-Identifier: GPL-3.0-or-later
// The reference: derivation by the specifications' words, and every identifier compared with every sighting.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tests.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

static void derive_exposure(const matcher_key *key, identifier identifiers[144]) {
    static const uint8_t no_salt[32];
    uint8_t pseudorandom[32], expanded[32];
    unsigned length;
    HMAC(EVP_sha256(), no_salt, 32, key->bytes, 16, pseudorandom, &length);
    HMAC(EVP_sha256(), pseudorandom, 32, (const uint8_t *)"EN-RPIK\x01", 8, expanded, &length);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), NULL, expanded, NULL);
    EVP_CIPHER_CTX_set_padding(cipher, 0);
    for (uint32_t number = 0; number < 144; number++) {
        uint8_t plain[16] = "EN-RPI";
        uint32_t interval = key->first_slot + number;
        int written;
        for (int at = 0; at < 4; at++) plain[12 + at] = (uint8_t)(interval >> 8 * at);
        EVP_EncryptUpdate(cipher, (uint8_t *)&identifiers[number], &written, plain, 16);
    }
    EVP_CIPHER_CTX_free(cipher);
}

static void derive_bluezone(const matcher_key *key, identifier identifiers[144]) {
    static const int positions[12] = {0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30};
    uint8_t first[45], sub_key[32];
    memcpy(first, key->bytes, 32);
    memcpy(first + 32, "bluzonesubkey", 13);
    SHA256(first, 45, sub_key);
    for (int number = 0; number < 96; number++) {
        if (number > 0) {
            uint8_t before[32];
            memcpy(before, sub_key, 32);
            SHA256(before, 32, sub_key);
        }
        uint8_t bytes[16] = {0};
        for (int at = 0; at < 12; at++) bytes[at] = sub_key[positions[at]];
        memcpy(&identifiers[number], bytes, 16);
    }
}

void derive_day(matcher_format format, const matcher_key *key, identifier identifiers[144]) {
    memset(identifiers, 0, 144 * sizeof *identifiers);
    format == MATCHER_BLUEZONE ? derive_bluezone(key, identifiers) : derive_exposure(key, identifiers);
}

/// 0 when nobody was heard with this identifier, 1 when somebody was at another time, 2 when within tolerance.
static int how_heard(const world *world, identifier identifier, uint64_t slot) {
    int how = 0;
    if (slot > UINT32_MAX || slot < world->first || slot >= (uint64_t)world->first + world->slots) return 0;
    for (uint32_t at = 0; at < world->heard_count && how < 2; at++) {
        const matcher_heard *heard = &world->heard[at];
        if (heard->low != identifier.low || heard->high != identifier.high) continue;
        uint64_t apart = heard->slot > slot ? heard->slot - slot : slot - heard->slot;
        how = apart <= world->tolerance ? 2 : 1;
    }
    return how;
}

void check_against_naive(const world *world, const matcher_hit *hits, size_t count) {
    size_t next = 0;
    uint32_t day = world->format == MATCHER_BLUEZONE ? 96 : 144;
    for (uint32_t number = 0; number < world->key_count; number++) {
        const matcher_key *key = &world->keys[number];
        if (key->from >= key->to || key->to > day) continue;
        identifier identifiers[144];
        derive_day(world->format, key, identifiers);
        for (uint32_t at = key->from; at < key->to; at++) {
            uint64_t slot = (uint64_t)key->first_slot + at;
            int how = how_heard(world, identifiers[at], slot);
            bool hit = next < count && hits[next].key == number && hits[next].slot == slot;
            CHECK(hit ? how > 0 : how < 2);
            if (!hit) continue;
            CHECK(hits[next].low == identifiers[at].low && hits[next].high == identifiers[at].high);
            next++;
        }
    }
    CHECK(next == count);
}
