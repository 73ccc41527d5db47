// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // recvmmsg
#endif
#include "bz_hci.h"

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "hci_event.h"

enum {
    /// Packets fetched by one call.
    BATCH = 32,
    /// Asked for; the kernel gives what net.core.rmem_max allows, doubled.
    BUFFER_BYTES = 1 << 20,
    CONTROL_BYTES = 64,
};
/// A stamp older than this is of a clock that was set meanwhile.
static const int64_t LONGEST_WAIT = 10000000000;

struct bz_hci {
    int descriptor;
    int count;
    int current;
    bool has_ended;
    uint64_t heard;
    uint64_t malformed;
    /// Both clocks when the packets at hand were fetched.
    int64_t boot, wall;
    bz_event_reader reader;
    bz_fragments fragments;
    struct mmsghdr headers[BATCH];
    struct iovec places[BATCH];
    uint8_t packets[BATCH][BZ_EVENT_MOST + 2];
    _Alignas(struct cmsghdr) uint8_t control[BATCH][CONTROL_BYTES];
};

/// Has the kernel copy advertising reports only: connections and their encryption are none of our business, and every
/// packet spared is a copy spared. The type byte stands in front; a packet too short for a load is dropped by it.
static bool attach_filter(int descriptor) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), // packet type
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HCI_EVENT_PKT, 0, 6),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 1), // event
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, EVT_LE_META_EVENT, 0, 4),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 3), // LE event
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0D, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/// Asks for LE meta events. Without CAP_NET_RAW the kernel takes them out of the mask and says nothing, so look.
static bool ask_for_reports(int descriptor) {
    struct hci_filter wanted = {.type_mask = 1u << HCI_EVENT_PKT, .event_mask = {0, 1u << (EVT_LE_META_EVENT - 32)}};
    struct hci_filter given = {0};
    socklen_t size = sizeof given;
    if (setsockopt(descriptor, SOL_HCI, HCI_FILTER, &wanted, sizeof wanted) < 0 ||
        getsockopt(descriptor, SOL_HCI, HCI_FILTER, &given, &size) < 0)
        return false;
    if (given.event_mask[1] & wanted.event_mask[1]) return true;
    errno = EPERM;
    return false;
}

/// Closes and keeps errno.
static void drop(int descriptor) {
    int error = errno;
    close(descriptor);
    errno = error;
}

/// A socket that may hear reports, of no adapter yet; -1 with errno.
static int open_socket(void) {
    int descriptor = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, BTPROTO_HCI);
    if (descriptor < 0) return -1;
    if (ask_for_reports(descriptor)) return descriptor;
    drop(descriptor);
    return -1;
}

int bz_hci_check(void) {
    int descriptor = open_socket();
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

bz_hci *bz_hci_adopt(int descriptor) {
    int size = BUFFER_BYTES;
    bz_hci *hci = calloc(1, sizeof *hci);
    if (!hci || !attach_filter(descriptor)) {
        drop(descriptor);
        free(hci);
        return NULL;
    }
    // A small buffer is no failure: what it loses is counted.
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    hci->descriptor = descriptor;
    for (int i = 0; i < BATCH; i++) {
        hci->places[i] = (struct iovec){.iov_base = hci->packets[i], .iov_len = sizeof hci->packets[i]};
        hci->headers[i].msg_hdr.msg_iov = &hci->places[i];
        hci->headers[i].msg_hdr.msg_iovlen = 1;
        hci->headers[i].msg_hdr.msg_control = hci->control[i];
    }
    return hci;
}

bz_hci *bz_hci_open(uint16_t number) {
    struct sockaddr_hci address = {.hci_family = AF_BLUETOOTH, .hci_dev = number, .hci_channel = HCI_CHANNEL_RAW};
    int yes = 1, descriptor = open_socket();
    if (descriptor < 0) return NULL;
    bz_hci *hci = bz_hci_adopt(descriptor);
    if (!hci) return NULL;
    // Bound last: from now on packets come, and all filters stand. Without stamps the time of reading will do.
    setsockopt(descriptor, SOL_HCI, HCI_TIME_STAMP, &yes, sizeof yes);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return hci;
    int error = errno;
    bz_hci_close(hci);
    errno = error;
    return NULL;
}

void bz_hci_close(bz_hci *hci) {
    close(hci->descriptor);
    free(hci);
}

int bz_hci_descriptor(const bz_hci *hci) { return hci->descriptor; }
uint64_t bz_hci_heard(const bz_hci *hci) { return hci->heard; }
uint64_t bz_hci_malformed(const bz_hci *hci) { return hci->malformed; }

// HCI sockets know no SO_RXQ_OVFL; their drops stand where ss(8) reads them.
uint32_t bz_hci_dropped(const bz_hci *hci) {
    uint32_t numbers[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof numbers;
    if (getsockopt(hci->descriptor, SOL_SOCKET, SO_MEMINFO, numbers, &size) < 0) return 0;
    return numbers[SK_MEMINFO_DROPS];
}

static int64_t now_by(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// The boot time of a packet: the kernel stamps by the wall clock, so its age is what counts.
static int64_t time_of(const bz_hci *hci, struct msghdr *header) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
        struct timeval stamp;
        if (part->cmsg_level != SOL_HCI || part->cmsg_type != HCI_CMSG_TSTAMP ||
            part->cmsg_len < CMSG_LEN(sizeof stamp))
            continue;
        memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
        int64_t age = hci->wall - ((int64_t)stamp.tv_sec * 1000000000 + (int64_t)stamp.tv_usec * 1000);
        if (age >= 0 && age <= LONGEST_WAIT && age < hci->boot) return hci->boot - age;
    }
    return hci->boot;
}

/// Fetches packets; false when there are none.
static bool fetch(bz_hci *hci) {
    for (int i = 0; i < BATCH; i++) hci->headers[i].msg_hdr.msg_controllen = CONTROL_BYTES;
    hci->current = 0;
    hci->count = 0;
    if (hci->has_ended) return false;
    int count = recvmmsg(hci->descriptor, hci->headers, BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        hci->has_ended = errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
        return false;
    }
    hci->count = count;
    hci->boot = now_by(CLOCK_BOOTTIME);
    hci->wall = now_by(CLOCK_REALTIME);
    return count > 0;
}

enum bz_hci_answer bz_hci_next(bz_hci *hci, bz_report *report) {
    while (true) {
        enum bz_event_step step = bz_event_next(&hci->reader, &hci->fragments, report);
        hci->heard += step != BZ_STEP_END;
        hci->malformed += step == BZ_STEP_MALFORMED;
        if (step == BZ_STEP_REPORT) return BZ_HCI_REPORT;
        if (step != BZ_STEP_END) continue;
        if (hci->current == hci->count && !fetch(hci)) return hci->has_ended ? BZ_HCI_ENDED : BZ_HCI_EMPTY;
        struct mmsghdr *header = &hci->headers[hci->current];
        // No packet is empty: this is the end of a descriptor that was adopted.
        if (header->msg_len == 0) {
            hci->has_ended = true;
            hci->current = hci->count;
            continue;
        }
        const uint8_t *packet = hci->packets[hci->current++];
        bz_event_begin(&hci->reader, packet, header->msg_len, time_of(hci, &header->msg_hdr));
    }
}
