// SPDX-License-Identifier: GPL-3.0-or-later
// Which path this processor can take.
#include "derive.h"

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

const derivation *derivation_on(matcher_path path) {
#if !defined(MATCHER_NO_LIBCRYPTO)
    if (path == MATCHER_PORTABLE) return &derivation_portable;
#endif
    return NULL;
}

bool matcher_path_works(matcher_path path) { return derivation_on(path) != NULL; }

matcher_path matcher_best_path(void) {
    return MATCHER_PORTABLE;
}
