// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-32C by the processor's instruction, eight bytes a step, or by eight tables of 256.
#include "crc32c.h"

#include <pthread.h>
#include <stdatomic.h>

// --- by table ---

/// Table k gives the effect of a byte that k more bytes follow.
static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
        table[0][byte] = crc;
    }
    for (int place = 1; place < 8; place++)
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = table[place - 1][byte];
            table[place][byte] = before >> 8 ^ table[0][before & 255];
        }
}

static uint32_t table_step(uint32_t crc, uint64_t word) {
    word ^= crc;
    crc = 0;
    for (int place = 0; place < 8; place++) crc ^= table[7 - place][word >> 8 * place & 255];
    return crc;
}

static uint32_t table_bytes(uint32_t seed, const uint8_t *bytes, size_t count) {
    pthread_once(&table_once, make_table);
    uint32_t crc = ~seed;
    for (; count >= 8; bytes += 8, count -= 8) crc = table_step(crc, load64(bytes));
    for (; count; bytes++, count--) crc = crc >> 8 ^ table[0][(crc ^ *bytes) & 255];
    return ~crc;
}

static void table_finish(uint8_t *records, size_t count, uint32_t seed) {
    for (; count; records += 32, count--) {
        uint32_t crc = table_bytes(seed, records, 28);
        memcpy(records + 28, &crc, sizeof crc);
    }
}

static size_t table_check(const uint8_t *records, size_t count, uint32_t seed, uint64_t *good) {
    size_t sum = 0;
    for (size_t first = 0; first < count; first += 64) {
        uint64_t bits = 0;
        for (size_t index = first; index < count && index < first + 64; index++, records += 32)
            bits |= (uint64_t)is_good(records, table_bytes(seed, records, 28)) << (index - first);
        good[first / 64] = bits;
        sum += (size_t)__builtin_popcountll(bits);
    }
    return sum;
}

const crc32c_way crc32c_table_way = {table_bytes, table_finish, table_check, false};

// --- by instruction ---

#if defined(__x86_64__)
#include <nmmintrin.h>
#define NATIVE __attribute__((target("sse4.2")))
NATIVE static inline uint32_t step64(uint32_t crc, uint64_t word) { return (uint32_t)_mm_crc32_u64(crc, word); }
NATIVE static inline uint32_t step32(uint32_t crc, uint32_t word) { return _mm_crc32_u32(crc, word); }
NATIVE static inline uint32_t step8(uint32_t crc, uint8_t byte) { return _mm_crc32_u8(crc, byte); }

static bool has_native(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#define NATIVE
// As assembly, which gcc and clang spell alike; their intrinsics differ in the attribute that they need.
#define CRC(name, type, instruction, form)                                                                             \
    static inline uint32_t name(uint32_t crc, type value) {                                                            \
        __asm__(".arch_extension crc\n\t" instruction " %w0, %w1, " form : "=r"(crc) : "r"(crc), "r"(value));          \
        return crc;                                                                                                    \
    }
CRC(step64, uint64_t, "crc32cx", "%x2")
CRC(step32, uint32_t, "crc32cw", "%w2")
CRC(step8, uint8_t, "crc32cb", "%w2")

static bool has_native(void) { return getauxval(AT_HWCAP) & HWCAP_CRC32; }
#endif

#ifdef NATIVE
/// The first 28 bytes of a record: twelve cycles one after the other, which overlap with those of the next records.
NATIVE static inline uint32_t record_crc(uint32_t crc, const uint8_t *record) {
    crc = step64(step64(step64(crc, load64(record)), load64(record + 8)), load64(record + 16));
    return ~step32(crc, load32(record + 24));
}

NATIVE static uint32_t native_bytes(uint32_t seed, const uint8_t *bytes, size_t count) {
    uint32_t crc = ~seed;
    for (; count >= 8; bytes += 8, count -= 8) crc = step64(crc, load64(bytes));
    for (; count; bytes++, count--) crc = step8(crc, *bytes);
    return ~crc;
}

NATIVE static void native_finish(uint8_t *records, size_t count, uint32_t seed) {
    for (; count; records += 32, count--) {
        uint32_t crc = record_crc(~seed, records);
        memcpy(records + 28, &crc, sizeof crc);
    }
}

NATIVE static size_t native_check(const uint8_t *records, size_t count, uint32_t seed, uint64_t *good) {
    size_t sum = 0;
    for (size_t first = 0; first < count; first += 64) {
        uint64_t bits = 0;
        size_t group = count - first < 64 ? count - first : 64;
        for (size_t index = 0; index < group; index++, records += 32)
            bits |= (uint64_t)is_good(records, record_crc(~seed, records)) << index;
        good[first / 64] = bits;
        sum += (size_t)__builtin_popcountll(bits);
    }
    return sum;
}

static const crc32c_way native_way = {native_bytes, native_finish, native_check, true};
#endif

const crc32c_way *crc32c_best(void) {
#ifdef NATIVE
    static _Atomic(const crc32c_way *) chosen;
    const crc32c_way *way = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!way) {
        way = has_native() ? &native_way : &crc32c_table_way;
        atomic_store_explicit(&chosen, way, memory_order_relaxed);
    }
    return way;
#else
    return &crc32c_table_way;
#endif
}
