// SPDX-License-Identifier: GPL-3.0-or-later
// The program `fuzz`: libFuzzer's main and the functions below, handed on to Swift. In C because SwiftPM gives a Swift
// program an entry point of its own, which libFuzzer's would clash with.
#include <stddef.h>
#include <stdint.h>

int fuzz_begin(void);
void fuzz_check(const uint8_t *bytes, size_t count);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count, (void)arguments;
    return fuzz_begin();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    fuzz_check(bytes, count);
    return 0;
}
