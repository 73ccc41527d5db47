// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for tables.
#define _GNU_SOURCE
#include "memory.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/// From here on a table has pages of its own: given back at once when it goes, and large where the system has such.
static const size_t mapped_from = (size_t)1 << 20;
static const size_t large_page = (size_t)2 << 20;

void *memory_zeroed(size_t bytes) {
    if (bytes == 0) return NULL;
    if (bytes < mapped_from) {
        size_t lines = (bytes + 63) / 64 * 64;
        void *memory = aligned_alloc(64, lines);
        return memory == NULL ? NULL : memset(memory, 0, lines);
    }
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    if (bytes >= 2 * large_page) (void)madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void memory_release(void *memory, size_t bytes) {
    if (memory == NULL) return;
    if (bytes < mapped_from) free(memory);
    else munmap(memory, bytes);
}
