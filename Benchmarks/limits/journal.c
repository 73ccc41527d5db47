// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine can do with an append-only file of checksummed records of 32 bytes, in plain C: the yardstick of the
// journal's figures. Knows nothing of the journal: no days, no damage, no keys that change.
//
//   cc -O3 -march=native limits/journal.c -o journal-limit -lcrypto
//   journal-limit FILE            prints lines `name median minimum maximum unit`
#define _GNU_SOURCE
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <nmmintrin.h>
static uint64_t crc64(uint64_t crc, uint64_t word) { return _mm_crc32_u64(crc, word); }
static uint32_t crc32(uint32_t crc, uint32_t word) { return _mm_crc32_u32(crc, word); }
#else
#include <arm_acle.h>
static uint64_t crc64(uint64_t crc, uint64_t word) { return __crc32cd((uint32_t)crc, word); }
static uint32_t crc32(uint32_t crc, uint32_t word) { return __crc32cw(crc, word); }
#endif

enum { RECORD = 32, PAGE = 4096, RUNS = 7, RECORDS = 10000000 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint32_t checksum(const uint8_t *record) {
    uint64_t word, crc = 0xFFFFFFFF;
    for (int part = 0; part < 3; part++) {
        memcpy(&word, record + 8 * part, 8);
        crc = crc64(crc, word);
    }
    uint32_t last;
    memcpy(&last, record + 24, 4);
    return ~crc32((uint32_t)crc, last);
}

static void fill(uint8_t *records, size_t count, uint64_t *seed) {
    for (; count; records += RECORD, count--) {
        for (int part = 0; part < 28; part += 4) {
            *seed = *seed * 6364136223846793005u + 1;
            uint32_t word = (uint32_t)(*seed >> 33);
            memcpy(records + part, &word, 4);
        }
        uint32_t crc = checksum(records);
        memcpy(records + 28, &crc, 4);
    }
}

static void unit(EVP_CIPHER_CTX *context, uint64_t page, const uint8_t *in, uint8_t *out, int encrypts) {
    uint8_t tweak[16] = {0};
    int done;
    memcpy(tweak, &page, 8);
    if (EVP_CipherInit_ex(context, NULL, NULL, NULL, tweak, encrypts) != 1 ||
        EVP_CipherUpdate(context, out, &done, in, PAGE) != 1)
        fail("libcrypto");
}

static int compare(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static void report(const char *name, double values[RUNS], const char *units) {
    qsort(values, RUNS, sizeof *values, compare);
    printf("%s %.3f %.3f %.3f %s\n", name, values[RUNS / 2], values[0], values[RUNS - 1], units);
}

static EVP_CIPHER_CTX *cipher(int encrypts) {
    uint8_t key[64];
    for (int index = 0; index < 64; index++) key[index] = (uint8_t)(index * 7 + 1);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (!context || EVP_CipherInit_ex(context, EVP_aes_256_xts(), NULL, key, NULL, encrypts) != 1) fail("libcrypto");
    return context;
}

/// A million records in batches to the page cache, and once with fdatasync after each batch of 64.
static void append(const char *path, size_t batch, int seals, int syncs, const char *name) {
    double values[RUNS];
    EVP_CIPHER_CTX *context = cipher(1);
    uint8_t *bytes = aligned_alloc(PAGE, (batch * RECORD / PAGE + 1) * PAGE);
    size_t total = syncs ? 64 * 500 : 1000000;
    for (int run = 0; run < RUNS; run++) {
        uint64_t seed = 42;
        unlink(path);
        int file = open(path, O_CREAT | O_RDWR, 0600);
        if (file < 0) fail(path);
        double begin = now();
        for (size_t written = 0; written < total; written += batch) {
            fill(bytes, batch, &seed);
            if (seals)
                for (size_t part = 0; part < batch * RECORD; part += PAGE) unit(context, written, bytes + part, bytes + part, 1);
            if (pwrite(file, bytes, batch * RECORD, (off_t)(written * RECORD)) != (ssize_t)(batch * RECORD)) fail("pwrite");
            if (syncs && fdatasync(file)) fail("fdatasync");
        }
        values[run] = (double)total / (now() - begin) / 1e6;
        close(file);
    }
    report(name, values, "M/s");
    free(bytes);
    EVP_CIPHER_CTX_free(context);
}

static void make(const char *path, int seals) {
    uint64_t seed = 42;
    EVP_CIPHER_CTX *context = cipher(1);
    uint8_t *bytes = aligned_alloc(PAGE, PAGE);
    int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    if (file < 0) fail(path);
    for (uint64_t page = 0; page < (uint64_t)RECORDS * RECORD / PAGE; page++) {
        fill(bytes, PAGE / RECORD, &seed);
        if (seals) unit(context, page, bytes, bytes, 1);
        if (write(file, bytes, PAGE) != PAGE) fail("write");
    }
    close(file);
    free(bytes);
    EVP_CIPHER_CTX_free(context);
}

/// Verifies every record of a mapping.
static void scan(const char *path, int seals, const char *name) {
    double values[RUNS];
    make(path, seals);
    for (int run = 0; run < RUNS; run++) {
        EVP_CIPHER_CTX *context = cipher(0);
        uint8_t page[PAGE];
        size_t bad = 0;
        double begin = now();
        int file = open(path, O_RDONLY);
        struct stat status;
        if (file < 0 || fstat(file, &status)) fail(path);
        const uint8_t *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
        if (map == MAP_FAILED) fail("mmap");
        for (off_t offset = 0; offset < status.st_size; offset += PAGE) {
            const uint8_t *records = map + offset;
            if (seals) {
                unit(context, (uint64_t)(offset / PAGE), records, page, 0);
                records = page;
            }
            for (int index = 0; index < PAGE; index += RECORD) {
                uint32_t crc;
                memcpy(&crc, records + index + 28, 4);
                bad += crc != checksum(records + index);
            }
        }
        values[run] = (double)status.st_size / (now() - begin) / 1e9;
        munmap((void *)(uintptr_t)map, (size_t)status.st_size);
        close(file);
        EVP_CIPHER_CTX_free(context);
        if (bad) fail("bad records");
    }
    report(name, values, "GB/s");
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: journal-limit FILE\n", stderr);
        return 2;
    }
    append(arguments[1], 64, 0, 0, "limit/append-64");
    append(arguments[1], 4096, 0, 0, "limit/append-4096");
    append(arguments[1], 4096, 1, 0, "limit/append-4096-sealed");
    append(arguments[1], 64, 0, 1, "limit/append-64-synced");
    scan(arguments[1], 0, "limit/scan");
    scan(arguments[1], 1, "limit/scan-sealed");
    unlink(arguments[1]);
    return 0;
}
