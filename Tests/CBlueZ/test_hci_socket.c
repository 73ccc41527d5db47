// SPDX-License-Identifier: GPL-3.0-or-later
// The listener over a descriptor that stands for the raw channel: the kernel's filter, batches, and the end.
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hci_packets.h"
#include "tests.h"

static void write_packet(int descriptor, packet it) {
    CHECK(write(descriptor, it.bytes, it.length) == (ssize_t)it.length);
}

static void test_filter_and_batches(void) {
    int ends[2];
    bz_report report;
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0);
    bz_hci *hci = bz_hci_adopt(ends[0]);
    CHECK(hci && bz_hci_descriptor(hci) == ends[0] && bz_hci_next(hci, &report) == BZ_HCI_EMPTY);

    packet heard = legacy_event(), both = extended_event(), other = legacy_event(), lie = legacy_event();
    add_legacy(&heard, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    add_extended(&both, 0x0010, 1, EXPOSURE_AD, sizeof EXPOSURE_AD, -61);
    add_extended(&both, 0x0010, 1, BLUEZONE_AD, sizeof BLUEZONE_AD, -62);
    other = heard;
    other.bytes[3] = 0x01; // LE Connection Complete: the kernel keeps it from us
    lie.bytes[4] = 3;
    int reports = 0, expected = 0;
    for (int round = 0; round < 200; round++) {
        write_packet(ends[1], heard);
        write_packet(ends[1], other);
        write_packet(ends[1], both);
        write_packet(ends[1], (packet){.length = 1, .bytes = {4}});
        expected += 3;
        if (round % 40 == 39) {
            write_packet(ends[1], lie);
            while (bz_hci_next(hci, &report) == BZ_HCI_REPORT) {
                CHECK(report.rssi <= -60 && report.rssi >= -62 && report.time > 0);
                reports++;
            }
            CHECK(reports == expected);
        }
    }
    CHECK(bz_hci_heard(hci) == (uint64_t)expected + 5 && bz_hci_malformed(hci) == 5 && bz_hci_dropped(hci) == 0);

    // The other end goes: what it said before is heard, then it has ended and stays so.
    write_packet(ends[1], heard);
    close(ends[1]);
    CHECK(bz_hci_next(hci, &report) == BZ_HCI_REPORT && bz_hci_next(hci, &report) == BZ_HCI_ENDED);
    CHECK(bz_hci_next(hci, &report) == BZ_HCI_ENDED);
    bz_hci_close(hci);
}

static void test_refusals(void) {
    errno = 0;
    CHECK(!bz_hci_adopt(-1) && errno == EBADF);
    // Whatever this machine allows, asking says it without a trace.
    int allowed = bz_hci_check();
    bz_hci *hci = bz_hci_open(0xFFFE);
    CHECK(!hci && errno != 0);
    if (allowed != 0) CHECK(errno == allowed);
}

void test_hci_socket(void) {
    test_filter_and_batches();
    test_refusals();
}
