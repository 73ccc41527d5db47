// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for tables.
#define _GNU_SOURCE
#include "memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/// From here on a table has pages of its own, given back at once when it goes ...
static const size_t mapped_from = (size_t)1 << 20;
/// ... and from here on large ones, where the system has such: a random look-up then costs no walk through page tables.
static const size_t large_from = (size_t)2 << 20;
static const size_t large_page = (size_t)2 << 20;

/// Maps whole large pages: asks for one more and gives back what lies before and behind.
static void *map_large(size_t bytes) {
    size_t asked = bytes + large_page;
    uint8_t *memory = mmap(NULL, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    size_t before = -(uintptr_t)memory & (large_page - 1), behind = large_page - before;
    if (before > 0) munmap(memory, before);
    if (behind > 0) munmap(memory + before + bytes, behind);
    (void)madvise(memory + before, bytes, MADV_HUGEPAGE);
    return memory + before;
}

size_t memory_taken(size_t bytes) {
    const size_t piece = bytes < mapped_from ? 64 : bytes < large_from ? 4096 : large_page;
    return (bytes + piece - 1) / piece * piece;
}

void *memory_zeroed(size_t bytes) {
    if (bytes == 0) return NULL;
    if (bytes < mapped_from) {
        void *memory = aligned_alloc(64, memory_taken(bytes));
        return memory == NULL ? NULL : memset(memory, 0, memory_taken(bytes));
    }
    if (bytes >= large_from) return map_large(memory_taken(bytes));
    void *memory = mmap(NULL, memory_taken(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void memory_release(void *memory, size_t bytes) {
    if (memory == NULL) return;
    if (bytes < mapped_from) free(memory);
    else munmap(memory, memory_taken(bytes));
}
