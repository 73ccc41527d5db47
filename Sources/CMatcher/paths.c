// SPDX-License-Identifier: GPL-3.0-or-later
// Which path this processor can take.
#include "derive.h"
#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

const char *matcher_path_name(matcher_path path) {
    switch (path) {
    case MATCHER_PORTABLE: return "portable";
    case MATCHER_X86_SHA: return "x86-sha";
    case MATCHER_X86_AVX512: return "x86-avx512";
    case MATCHER_ARM_NEON: return "arm-neon";
    case MATCHER_ARM_CRYPTO: return "arm-crypto";
    }
    return "unknown";
}

#if defined(__x86_64__)
/// What `cpuid` reports and the operating system keeps (the compiler's run-time library asks for both). The SHA extensions
/// are asked for directly: not every compiler has a name for them.
#include <cpuid.h>

static bool has_sha(void) {
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) != 0 && __builtin_cpu_supports("aes") &&
           __builtin_cpu_supports("avx2");
}

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("vaes");
}
#endif

const derivation *derivation_on(matcher_path path) {
#if !defined(MATCHER_NO_LIBCRYPTO)
    if (path == MATCHER_PORTABLE) return &derivation_portable;
#endif
#if defined(__x86_64__)
    if (path == MATCHER_X86_SHA && has_sha()) return &derivation_x86_sha;
    if (path == MATCHER_X86_AVX512 && has_avx512()) return &derivation_x86_avx512;
#elif defined(__aarch64__)
    if (path == MATCHER_ARM_NEON) return &derivation_arm_neon;
    const unsigned long needed = HWCAP_AES | HWCAP_SHA2;
    if (path == MATCHER_ARM_CRYPTO && (getauxval(AT_HWCAP) & needed) == needed) return &derivation_arm_crypto;
#endif
    return NULL;
}

bool matcher_path_works(matcher_path path) { return derivation_on(path) != NULL; }

matcher_path matcher_best_path(void) {
    static const matcher_path fastest_first[] = {
        MATCHER_X86_AVX512, MATCHER_X86_SHA, MATCHER_ARM_CRYPTO, MATCHER_ARM_NEON};
    for (unsigned at = 0; at < sizeof fastest_first / sizeof *fastest_first; at++)
        if (matcher_path_works(fastest_first[at])) return fastest_first[at];
    return MATCHER_PORTABLE;
}
