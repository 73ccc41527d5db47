// SPDX-License-Identifier: GPL-3.0-or-later
// Reports inside HCI events, right ones, cut ones and lying ones. Every packet lies in memory of exactly its length, so
// that AddressSanitizer sees the first byte read behind it.
#include "hci_event.h"
#include "hci_packets.h"
#include "tests.h"

static bz_fragments fragments;

/// Reads all of a packet; answers the number of reports of interest, the last of them in report.
static int read_all(const packet *it, int64_t time, bz_report *report, int *malformed) {
    bz_event_reader reader;
    bz_report one;
    uint8_t *exact = malloc(it->length ? it->length : 1);
    int reports = 0;
    *malformed = 0;
    memcpy(exact, it->bytes, it->length);
    bz_event_begin(&reader, exact, it->length, time);
    while (true) {
        enum bz_event_step step = bz_event_next(&reader, &fragments, &one);
        if (step == BZ_STEP_END) break;
        if (step == BZ_STEP_MALFORMED) ++*malformed;
        if (step != BZ_STEP_REPORT) continue;
        CHECK(one.service_data_length <= BZ_REPORT_MOST && one.manufacturer_data_length <= BZ_REPORT_MOST);
        CHECK(one.rssi >= -127 && one.rssi <= 20);
        *report = one;
        reports++;
    }
    free(exact);
    return reports;
}

static void test_legacy(void) {
    bz_report report;
    int malformed;
    packet it = legacy_event();
    add_legacy(&it, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    CHECK(read_all(&it, 42, &report, &malformed) == 1 && malformed == 0);
    CHECK(report.rssi == -60 && report.time == 42 && report.address_type == BZ_ADDRESS_RANDOM);
    CHECK(memcmp(report.address, "\x2A\x05\x04\x03\x02\x01", 6) == 0);
    CHECK(report.services == BZ_SERVICE_EXPOSURE_NOTIFICATION && report.power == BZ_REPORT_NO_POWER);
    CHECK(report.service_data_length == 20 && report.service_data[19] == 19 && !report.manufacturer_data_length);

    // Several in one event, strangers between them.
    add_legacy(&it, STRANGER_AD, sizeof STRANGER_AD, -40);
    add_legacy(&it, BLUEZONE_AD, sizeof BLUEZONE_AD, -71);
    CHECK(read_all(&it, 0, &report, &malformed) == 2 && malformed == 0);
    CHECK(report.rssi == -71 && report.services == BZ_SERVICE_BLUEZONE && report.power == -7);
    CHECK(report.manufacturer_data_length == 12 && report.manufacturer_data[11] == 11);

    // Who hands an identifier over when asked.
    it = legacy_event();
    add_legacy(&it, IPHONE_AD, sizeof IPHONE_AD, -50);
    CHECK(read_all(&it, 0, &report, &malformed) == 1 && report.services == BZ_SERVICE_BLUEZONE_GATT);
    it = legacy_event();
    add_legacy(&it, OVERFLOW_AD, sizeof OVERFLOW_AD, -50);
    CHECK(read_all(&it, 0, &report, &malformed) == 1 && report.services == BZ_SERVICE_APPLE_OVERFLOW);

    // No RSSI is no reception, and one that no radio measures is a fault.
    it = legacy_event();
    add_legacy(&it, EXPOSURE_AD, sizeof EXPOSURE_AD, 127);
    CHECK(read_all(&it, 0, &report, &malformed) == 0 && malformed == 0);
    it = legacy_event();
    add_legacy(&it, EXPOSURE_AD, sizeof EXPOSURE_AD, 21);
    CHECK(read_all(&it, 0, &report, &malformed) == 0 && malformed == 1);
}

static void test_other_packets(void) {
    bz_report report;
    int malformed;
    packet it = legacy_event();
    add_legacy(&it, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    static const struct {
        int place;
        uint8_t value;
    } other[] = {{0, 2}, {1, 0x0E}, {3, 0x01}, {3, 0x0B}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        packet changed = it;
        changed.bytes[other[i].place] = other[i].value;
        CHECK(read_all(&changed, 0, &report, &malformed) == 0 && malformed == 0);
    }
}

static void test_extended(void) {
    bz_report report;
    int malformed;
    packet it = extended_event();
    add_extended(&it, 0x0010, 1, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    add_extended(&it, 0x0000, 1, BLUEZONE_AD, sizeof BLUEZONE_AD, -61);
    CHECK(read_all(&it, 7, &report, &malformed) == 2 && malformed == 0);
    CHECK(report.rssi == -61 && report.services == BZ_SERVICE_BLUEZONE && report.time == 7);
    it = extended_event();
    add_extended(&it, 0x0010, 1, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    CHECK(read_all(&it, 7, &report, &malformed) == 1 && report.power == 4);
}

/// One advertisement in three pieces, another's between them; cut anywhere it is the same.
static void test_fragments(void) {
    bz_report report;
    int malformed;
    for (size_t cut = 0; cut <= sizeof EXPOSURE_AD; cut++) {
        packet first = extended_event(), second = extended_event(), last = extended_event();
        add_extended(&first, 0x0020, 1, EXPOSURE_AD, cut, -60);
        add_extended(&second, 0x0020, 2, BLUEZONE_AD, 5, -50);
        add_extended(&last, 0x0000, 1, EXPOSURE_AD + cut, sizeof EXPOSURE_AD - cut, -62);
        CHECK(read_all(&first, 100, &report, &malformed) == 0 && malformed == 0);
        CHECK(read_all(&second, 101, &report, &malformed) == 0 && malformed == 0);
        CHECK(read_all(&last, 102, &report, &malformed) == 1 && report.service_data_length == 20 && report.rssi == -62);
        packet rest = extended_event();
        add_extended(&rest, 0x0040, 2, BLUEZONE_AD + 5, sizeof BLUEZONE_AD - 5, -51);
        CHECK(read_all(&rest, 103, &report, &malformed) == 1 && report.manufacturer_data_length == 12);
    }
    // A piece whose last never came does not spoil the next advertisement.
    packet lost = extended_event(), next = extended_event();
    add_extended(&lost, 0x0020, 1, EXPOSURE_AD, 9, -60);
    add_extended(&next, 0x0000, 1, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    CHECK(read_all(&lost, 200, &report, &malformed) == 0);
    CHECK(read_all(&next, 2000000000, &report, &malformed) == 1);
    // More beginnings than there are places, and more pieces than an advertisement can have.
    for (uint8_t set = 0; set < 3 * BZ_FRAGMENTED_MOST; set++) {
        packet begin = extended_event();
        add_extended(&begin, 0x0020, set, EXPOSURE_AD, 9, -60);
        CHECK(read_all(&begin, 3000000000, &report, &malformed) == 0 && malformed == 0);
    }
    int faults = 0;
    for (int i = 0; i < 60; i++) {
        packet more = extended_event();
        add_extended(&more, 0x0020, 9, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
        CHECK(read_all(&more, 3000000001, &report, &malformed) == 0);
        faults += malformed;
    }
    CHECK(faults == 1);
}

/// Every end a packet can have, and every lie in each of its first bytes: nothing is read behind the end, and what
/// stands whole in front of the fault is heard.
static void test_lies(packet it) {
    bz_report report;
    int malformed;
    for (size_t length = 0; length < it.length; length++) {
        packet cut = it;
        cut.length = length;
        CHECK(read_all(&cut, 1, &report, &malformed) <= 2);
    }
    for (size_t place = 0; place < it.length; place++)
        for (int value = 0; value < 256; value++) {
            packet changed = it;
            changed.bytes[place] = (uint8_t)value;
            CHECK(read_all(&changed, 1, &report, &malformed) <= 3);
        }
}

static void test_long_data(void) {
    // 32 bytes of service data fit an extended advertisement and no beacon; a legacy one of 32 bytes does not exist.
    uint8_t ad[36] = {35, 0x16, 0x6F, 0xFD};
    bz_report report;
    int malformed;
    packet it = extended_event();
    add_extended(&it, 0x0000, 1, ad, sizeof ad, -60);
    CHECK(read_all(&it, 1, &report, &malformed) == 0 && malformed == 1);
    it = extended_event();
    add_extended(&it, 0x0010, 1, ad, 32, -60);
    CHECK(read_all(&it, 1, &report, &malformed) == 0 && malformed == 1);
}

void test_hci_events(void) {
    test_legacy();
    test_other_packets();
    test_extended();
    test_fragments();
    packet it = legacy_event();
    add_legacy(&it, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    add_legacy(&it, BLUEZONE_AD, sizeof BLUEZONE_AD, -71);
    test_lies(it);
    it = extended_event();
    add_extended(&it, 0x0010, 1, EXPOSURE_AD, sizeof EXPOSURE_AD, -60);
    add_extended(&it, 0x0020, 1, BLUEZONE_AD, sizeof BLUEZONE_AD, -61);
    test_lies(it);
    test_long_data();
    // Noise.
    uint32_t state = 1;
    bz_report report;
    int malformed;
    for (int i = 0; i < 300000; i++) {
        packet noise = {.length = 5 + (state >> 8) % (sizeof noise.bytes - 5)};
        for (size_t at = 0; at < noise.length; at++) {
            state = state * 1664525u + 1013904223u;
            noise.bytes[at] = (uint8_t)(state >> 24) & (at % 3 ? 0xFF : 0x1F);
        }
        memcpy(noise.bytes, (uint8_t[]){4, 0x3E, 0xFF, i & 1 ? 2 : 13}, 4);
        read_all(&noise, i, &report, &malformed);
    }
}
