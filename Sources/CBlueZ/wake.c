// SPDX-License-Identifier: GPL-3.0-or-later
#include "bz_wake.h"

#include <sys/eventfd.h>

int bz_wake_new(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Both calls fail only where there is nothing left to do: the counter is full, or empty.
void bz_wake_signal(int descriptor) {
    if (eventfd_write(descriptor, 1) < 0) return;
}

void bz_wake_clear(int descriptor) {
    eventfd_t count;
    if (eventfd_read(descriptor, &count) < 0) return;
}
