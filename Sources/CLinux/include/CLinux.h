// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel and C library interfaces that the Glibc module leaves out. Those that need _GNU_SOURCE are wrapped in
// linux.c: defined here, the macro would give this module other system types than Swift's Glibc module has.
#pragma once
#include <malloc.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

/// Names the calling thread, as pthread_setname_np(3) does: what `top -H` shows, cut at 15 bytes.
void linux_name_thread(const char *_Nonnull name);

/// Puts the calling thread into the kernel's idle classes (SCHED_IDLE and IOPRIO_CLASS_IDLE): it gets only what nobody else
/// wants of processor and disk. What the kernel refuses stays as it was.
void linux_enter_background(void);

/// Whether the calling thread is in both of them.
bool linux_is_in_background(void);

/// Unmaps the pages of the program's and its libraries' segments that nobody may write. They are as they are in the files
/// (Swift code has no text relocations) and come back when they are needed. What the kernel refuses stays mapped.
void linux_unmap_code(void);

/// Exchanges the names of two files as one step; -1 and errno when it cannot, EINVAL where the file system does not know how.
int linux_exchange_names(const char *_Nonnull path, const char *_Nonnull other);
