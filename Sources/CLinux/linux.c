// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <link.h>
#include <linux/ioprio.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void linux_name_thread(const char *name) {
    char cut[16] = {0};
    strncpy(cut, name, sizeof cut - 1);
    (void)pthread_setname_np(pthread_self(), cut);
}

void linux_enter_background(void) {
    const struct sched_param nothing = {0};
    (void)sched_setscheduler(0, SCHED_IDLE, &nothing);
    (void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

bool linux_is_in_background(void) {
    long priority = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);
    return sched_getscheduler(0) == SCHED_IDLE && priority >= 0 && IOPRIO_PRIO_CLASS(priority) == IOPRIO_CLASS_IDLE;
}

static int unmap_code(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    uintptr_t page = (uintptr_t)getpagesize();
    for (int number = 0; number < object->dlpi_phnum; number++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[number];
        // Never a writable segment: its pages hold what the process changed.
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t begin = object->dlpi_addr + segment->p_vaddr;
        uintptr_t first = begin & ~(page - 1);
        (void)madvise((void *)first, begin - first + segment->p_memsz, MADV_DONTNEED);
    }
    return 0;
}

void linux_unmap_code(void) {
    (void)dl_iterate_phdr(unmap_code, NULL);
}

int linux_exchange_names(const char *path, const char *other) {
    return renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE);
}
