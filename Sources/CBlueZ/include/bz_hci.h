// SPDX-License-Identifier: GPL-3.0-or-later
// A listener on the raw HCI channel: reads the advertising reports that the controller sends the kernel, while bluetoothd
// stays in charge of it. Never sends anything. A listener belongs to one thread at a time.
#pragma once
#include "bz_report.h"

typedef struct bz_hci bz_hci;

/// What bz_hci_next found.
enum bz_hci_answer {
    /// Nothing waits to be read.
    BZ_HCI_EMPTY,
    /// A report was written.
    BZ_HCI_REPORT,
    /// The adapter is gone, or the other end of an adopted descriptor.
    BZ_HCI_ENDED,
};

/// 0 when this process may read advertising reports; EPERM without CAP_NET_RAW, EAFNOSUPPORT where the kernel has no
/// Bluetooth or the sandbox no AF_BLUETOOTH (a network namespace of one's own is such a sandbox).
int bz_hci_check(void);
/// A listener on the adapter hciN; NULL with errno as bz_hci_check says, or ENODEV without such an adapter.
bz_hci *_Nullable bz_hci_open(uint16_t number);
/// The same on a descriptor that gives one HCI packet for each read, which it takes over. For tests and measurements.
/// NULL with errno, and the descriptor closed.
bz_hci *_Nullable bz_hci_adopt(int descriptor);
void bz_hci_close(bz_hci *_Nonnull hci);

/// What to poll for reading.
int bz_hci_descriptor(const bz_hci *_Nonnull hci);
/// The next report of interest: takes packets from the kernel many at a time and never waits. Its time is when the
/// kernel took the packet from the controller.
enum bz_hci_answer bz_hci_next(bz_hci *_Nonnull hci, bz_report *_Nonnull report);
/// Reports so far of whatever device.
uint64_t bz_hci_heard(const bz_hci *_Nonnull hci);
/// Those among them whose lengths or numbers cannot be.
uint64_t bz_hci_malformed(const bz_hci *_Nonnull hci);
/// Packets so far that the kernel dropped because they were not fetched in time. Counted by the kernel, in 32 bits.
uint32_t bz_hci_dropped(const bz_hci *_Nonnull hci);
