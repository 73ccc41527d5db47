// SPDX-License-Identifier: GPL-3.0-or-later
// The portable way of the matcher's limit: libcrypto's SHA-256 block function and its AES. Part of matcher.c.
enum { ABREAST_NOW = 1 };

static void compress(uint32_t *state_words, const uint8_t *block) {
    SHA256_CTX context;
    memcpy(context.h, state_words, 32);
    SHA256_Transform(&context, block);
    memcpy(state_words, context.h, 32);
}

static void put_words(uint8_t *bytes, const uint32_t *words, int count) {
    for (int at = 0; at < count; at++) {
        uint32_t swapped = __builtin_bswap32(words[at]);
        memcpy(bytes + 4 * at, &swapped, 4);
    }
}

static void outer_digest(uint32_t *outer, const uint32_t *inner) {
    uint8_t block[64] = {[32] = 0x80, [62] = 3, [63] = 0};
    put_words(block, inner, 8);
    compress(outer, block);
}

static void identifier_key(const uint8_t *daily, uint8_t *made) {
    uint8_t block[64] = {[16] = 0x80, [62] = 640 >> 8, [63] = 640 & 255}, padded[64] = {0};
    static const uint8_t expanded[64] = {'E', 'N', '-', 'R', 'P', 'I', 'K', 1, 0x80, [62] = 576 >> 8, [63] = 576 & 255};
    uint32_t inner[8], outer[8];
    memcpy(block, daily, 16);
    memcpy(inner, sha_zero_inner, 32);
    memcpy(outer, sha_zero_outer, 32);
    compress(inner, block);
    outer_digest(outer, inner);
    put_words(padded, outer, 8);
    for (int at = 0; at < 64; at++) block[at] = padded[at] ^ 0x36;
    memcpy(inner, sha_initial, 32);
    compress(inner, block);
    for (int at = 0; at < 64; at++) block[at] = padded[at] ^ 0x5c;
    memcpy(outer, sha_initial, 32);
    compress(outer, block);
    compress(inner, expanded);
    outer_digest(outer, inner);
    put_words(made, outer, 4);
}

static void exposure(const key *keys) {
    static EVP_CIPHER_CTX *cipher;
    static uint8_t plain[DAY][16];
    identifier made[DAY];
    uint8_t one[16];
    int written;
    identifier_key(keys->bytes, one);
    if (cipher == NULL) {
        cipher = EVP_CIPHER_CTX_new();
        EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), NULL, one, NULL);
        EVP_CIPHER_CTX_set_padding(cipher, 0);
        for (int at = 0; at < DAY; at++) memcpy(plain[at], "EN-RPI", 6);
    }
    for (uint32_t at = 0; at < DAY; at++) {
        uint32_t slot = keys->first + at;
        memcpy(plain[at] + 12, &slot, 4);
    }
    EVP_EncryptInit_ex(cipher, NULL, NULL, one, NULL);
    EVP_EncryptUpdate(cipher, (uint8_t *)made, &written, plain[0], sizeof plain);
    look_up(made, DAY);
}

static void bluezone(const key *keys) {
    uint8_t block[64] = {[45] = 0x80, [62] = 360 >> 8, [63] = 360 & 255};
    identifier made[CHAIN];
    memcpy(block, keys->bytes, 32);
    memcpy(block + 32, "bluzonesubkey", 13);
    for (int number = 0; number < CHAIN; number++) {
        uint32_t digest[8];
        memcpy(digest, sha_initial, 32);
        compress(digest, block);
        fold(digest, 1, &made[number]);
        put_words(block, digest, 8);
        memset(block + 32, 0, 32);
        block[32] = 0x80;
        block[62] = 1;
    }
    look_up(made, CHAIN);
}
