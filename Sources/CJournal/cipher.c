// SPDX-License-Identifier: GPL-3.0-or-later
// AES by libcrypto: XTS for records, GCM under a derived key for the file of keys.
#include "CJournal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

struct journal_cipher {
    EVP_CIPHER_CTX *encrypt;
    EVP_CIPHER_CTX *decrypt;
};

journal_cipher *journal_cipher_new(const uint8_t *key) {
    journal_cipher *cipher = calloc(1, sizeof *cipher);
    if (!cipher) return NULL;
    cipher->encrypt = EVP_CIPHER_CTX_new();
    cipher->decrypt = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *xts = EVP_aes_256_xts();
    if (cipher->encrypt && cipher->decrypt && EVP_EncryptInit_ex(cipher->encrypt, xts, NULL, key, NULL) == 1 &&
        EVP_DecryptInit_ex(cipher->decrypt, xts, NULL, key, NULL) == 1)
        return cipher;
    journal_cipher_free(cipher);
    return NULL;
}

void journal_cipher_free(journal_cipher *cipher) {
    if (!cipher) return;
    // Overwrites the expanded keys.
    EVP_CIPHER_CTX_free(cipher->encrypt);
    EVP_CIPHER_CTX_free(cipher->decrypt);
    free(cipher);
}

/// Runs one data unit, or the beginning of one: XTS encrypts each 16 bytes by themselves, with a tweak that depends on the
/// unit's number and their place in it.
static bool run(EVP_CIPHER_CTX *context, int encrypts, uint64_t unit, uint8_t *bytes, size_t count) {
    uint8_t tweak[16] = {0};
    memcpy(tweak, &unit, sizeof unit);
    int done = 0;
    return EVP_CipherInit_ex(context, NULL, NULL, NULL, tweak, encrypts) == 1 &&
           EVP_CipherUpdate(context, bytes, &done, bytes, (int)count) == 1 && (size_t)done == count;
}

bool journal_encrypt(journal_cipher *cipher, uint8_t *bytes, size_t count, uint64_t position) {
    while (count) {
        size_t skip = position % JOURNAL_UNIT_SIZE;
        size_t part = JOURNAL_UNIT_SIZE - skip < count ? JOURNAL_UNIT_SIZE - skip : count;
        if (skip == 0) {
            if (!run(cipher->encrypt, 1, position / JOURNAL_UNIT_SIZE, bytes, part)) return false;
        } else {
            // What stands before in the unit does not matter, only how much.
            uint8_t page[JOURNAL_UNIT_SIZE];
            memset(page, 0, skip);
            memcpy(page + skip, bytes, part);
            if (!run(cipher->encrypt, 1, position / JOURNAL_UNIT_SIZE, page, skip + part)) return false;
            memcpy(bytes, page + skip, part);
        }
        bytes += part;
        count -= part;
        position += part;
    }
    return true;
}

bool journal_decrypt(journal_cipher *cipher, uint8_t *bytes, size_t count, uint64_t position) {
    while (count) {
        size_t part = count < JOURNAL_UNIT_SIZE ? count : JOURNAL_UNIT_SIZE;
        if (!run(cipher->decrypt, 0, position / JOURNAL_UNIT_SIZE, bytes, part)) return false;
        bytes += part;
        count -= part;
        position += part;
    }
    return true;
}

bool journal_derive(const uint8_t *secret, size_t secret_count, const uint8_t *salt, size_t salt_count,
                    const char *label, uint8_t *out, size_t count) {
    EVP_KDF *hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = hkdf ? EVP_KDF_CTX_new(hkdf) : NULL;
    EVP_KDF_free(hkdf);
    if (!context) return false;
    // libcrypto reads these and has no type to say so.
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)secret, secret_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt, salt_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)label, strlen(label)),
        OSSL_PARAM_construct_end(),
    };
    bool derived = EVP_KDF_derive(context, out, count, parameters) == 1;
    EVP_KDF_CTX_free(context);
    return derived;
}

bool journal_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *covered, size_t covered_count,
                  uint8_t *bytes, size_t count, uint8_t *tag) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = 0;
    bool sealed = context && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                  EVP_EncryptUpdate(context, NULL, &done, covered, (int)covered_count) == 1 &&
                  EVP_EncryptUpdate(context, bytes, &done, bytes, (int)count) == 1 &&
                  EVP_EncryptFinal_ex(context, bytes + count, &done) == 1 &&
                  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    return sealed;
}

bool journal_unseal(const uint8_t *key, const uint8_t *nonce, const uint8_t *covered, size_t covered_count,
                    uint8_t *bytes, size_t count, const uint8_t *tag) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = 0;
    bool unsealed = context && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                    EVP_DecryptUpdate(context, NULL, &done, covered, (int)covered_count) == 1 &&
                    EVP_DecryptUpdate(context, bytes, &done, bytes, (int)count) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, (void *)(uintptr_t)tag) == 1 &&
                    EVP_DecryptFinal_ex(context, bytes + count, &done) == 1;
    EVP_CIPHER_CTX_free(context);
    return unsealed;
}
