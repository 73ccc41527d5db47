// SPDX-License-Identifier: GPL-3.0-or-later
// Included first, it compiles the rest of a file for AVX-512 and VAES; the file then runs only where `paths.c` found both.
#pragma once
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,vaes,aes"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,vaes,aes")
#endif
