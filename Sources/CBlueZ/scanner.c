// SPDX-License-Identifier: GPL-3.0-or-later
// Which device a signal is about, and what it adds to what is known of it.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"

static const char *const DEVICE = "org.bluez.Device1";
static const char *const MANAGER = "org.freedesktop.DBus.ObjectManager";
static const char *const PROPERTIES = "org.freedesktop.DBus.Properties";

/// Devices share a row by their address; a row holds eight, so that finding, adding and forgetting stay a few compares
/// whatever addresses a stranger makes up.
enum { WAYS = 8, ROWS = BZ_SCANNER_DEVICES / WAYS };
/// Nobody sends twice within this time, in nanoseconds (Core Specification 5.4, vol 6 B 4.4.2.2: 20 ms).
enum { SAME_PACKET = 15000000 };

struct bz_scanner {
    char adapter[64];
    size_t adapter_length;
    uint64_t heard;
    bz_device devices[ROWS][WAYS];
};

bz_scanner *bz_scanner_new(const char *adapter) {
    if (!bz_is_path(adapter) || strlen(adapter) >= sizeof((bz_scanner *)0)->adapter) return NULL;
    bz_scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner) return NULL;
    strcpy(scanner->adapter, adapter);
    scanner->adapter_length = strlen(adapter);
    return scanner;
}

void bz_scanner_free(bz_scanner *scanner) { free(scanner); }

uint64_t bz_scanner_heard(const bz_scanner *scanner) { return scanner->heard; }

static int64_t since_boot(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bz_device *row_of(bz_scanner *scanner, const uint8_t address[6]) {
    uint32_t sum = 2166136261u; // FNV-1a
    for (int i = 0; i < 6; i++) sum = (sum ^ address[i]) * 16777619u;
    return scanner->devices[(sum >> 16 ^ sum) % ROWS];
}

static bz_device *find(bz_scanner *scanner, const uint8_t address[6]) {
    bz_device *row = row_of(scanner, address);
    for (int i = 0; i < WAYS; i++)
        if (row[i].is_used && memcmp(row[i].last.address, address, 6) == 0) return &row[i];
    return NULL;
}

/// The device's place, or a new one, if need be that of the one in its row that was silent for longest.
static bz_device *place(bz_scanner *scanner, const uint8_t address[6]) {
    bz_device *found = find(scanner, address);
    if (found) return found;
    bz_device *row = row_of(scanner, address), *oldest = row;
    for (int i = 0; i < WAYS; i++) {
        if (!row[i].is_used) {
            oldest = &row[i];
            break;
        }
        if (row[i].last.time < oldest->last.time) oldest = &row[i];
    }
    bz_device_clear(oldest, address);
    return oldest;
}

/// The address when path is that of a device of our adapter.
static bool is_device(const bz_scanner *scanner, const char *path, uint8_t address[6]) {
    return path && strncmp(path, scanner->adapter, scanner->adapter_length) == 0 &&
           path[scanner->adapter_length] == '/' && bz_device_address(path + scanner->adapter_length + 1, address);
}

static enum bz_feed learn(bz_scanner *scanner, const uint8_t address[6], bz_reader *properties, bool is_new,
                          bz_report *report) {
    bz_device *device = place(scanner, address);
    if (is_new) bz_device_clear(device, address);
    bz_news news = bz_device_read(device, properties);
    if (news.has_rssi || news.is_malformed) scanner->heard++;
    if (news.is_malformed) return BZ_FEED_MALFORMED;
    device->last.time = since_boot();
    const uint8_t handover = BZ_SERVICE_BLUEZONE_GATT | BZ_SERVICE_APPLE_OVERFLOW;
    bool is_beacon = device->last.service_data_length || device->last.manufacturer_data_length ||
                     device->last.services & handover;
    if (!is_beacon || !(news.has_rssi || news.has_payload) || device->last.rssi == BZ_NO_RSSI) return BZ_FEED_QUIET;
    device->reported = device->last.time;
    *report = device->last;
    return BZ_FEED_REPORT;
}

/// Puts properties on the a{sv} of Device1 in a{sa{sv}}; false when it is not there.
static bool find_interface(bz_reader *interfaces, bz_reader *properties) {
    bz_reader entry;
    if (!bz_reader_enter(interfaces, &entry)) return false;
    for (; bz_reader_type(&entry); bz_reader_next(&entry)) {
        if (!bz_reader_enter(&entry, properties)) return false;
        const char *name = bz_reader_text(properties);
        if (name && strcmp(name, DEVICE) == 0) return bz_reader_next(properties);
    }
    return false;
}

static enum bz_feed feed_added(bz_scanner *scanner, bz_message *signal, bz_report *report) {
    bz_reader reader, properties;
    uint8_t address[6];
    if (strcmp(bz_message_signature(signal), "oa{sa{sv}}") != 0 || !bz_reader_begin(signal, &reader))
        return BZ_FEED_MALFORMED;
    const char *path = bz_reader_text(&reader);
    // Devices of other adapters, and the services of connected ones, are nobody's business.
    if (!path || !strstr(path, "/dev_")) return BZ_FEED_OTHER;
    if (!is_device(scanner, path, address)) return BZ_FEED_QUIET;
    if (!bz_reader_next(&reader) || !find_interface(&reader, &properties)) return BZ_FEED_QUIET;
    return learn(scanner, address, &properties, true, report);
}

static enum bz_feed feed_removed(bz_scanner *scanner, bz_message *signal) {
    bz_reader reader, name;
    uint8_t address[6];
    if (strcmp(bz_message_signature(signal), "oas") != 0 || !bz_reader_begin(signal, &reader)) return BZ_FEED_MALFORMED;
    const char *path = bz_reader_text(&reader);
    if (!path || !strstr(path, "/dev_")) return BZ_FEED_OTHER;
    bz_device *device = is_device(scanner, path, address) ? find(scanner, address) : NULL;
    if (!device || !bz_reader_next(&reader) || !bz_reader_enter(&reader, &name)) return BZ_FEED_QUIET;
    for (; bz_reader_type(&name); bz_reader_next(&name)) {
        const char *text = bz_reader_text(&name);
        if (text && strcmp(text, DEVICE) == 0) device->is_used = false;
    }
    return BZ_FEED_QUIET;
}

/// StopDiscovery takes the RSSI of every device back.
static void invalidate(bz_scanner *scanner, const uint8_t address[6], bz_reader *reader) {
    bz_reader name;
    bz_device *device = find(scanner, address);
    if (!device || !bz_reader_next(reader) || !bz_reader_enter(reader, &name)) return;
    for (; bz_reader_type(&name); bz_reader_next(&name)) {
        const char *text = bz_reader_text(&name);
        if (text && strcmp(text, "RSSI") == 0) device->last.rssi = BZ_NO_RSSI;
    }
}

static enum bz_feed feed_changed(bz_scanner *scanner, bz_message *signal, bz_report *report) {
    bz_reader reader;
    uint8_t address[6];
    const char *interface = bz_message_first_string(signal);
    if (!interface || strcmp(interface, DEVICE) != 0) return BZ_FEED_OTHER;
    if (!is_device(scanner, bz_message_path(signal), address)) return BZ_FEED_QUIET;
    if (strcmp(bz_message_signature(signal), "sa{sv}as") != 0 || !bz_reader_begin(signal, &reader) ||
        !bz_reader_next(&reader))
        return BZ_FEED_MALFORMED;
    enum bz_feed answer = learn(scanner, address, &reader, false, report);
    invalidate(scanner, address, &reader);
    return answer;
}

enum bz_feed bz_scanner_feed(bz_scanner *scanner, bz_message *signal, bz_report *report) {
    const char *interface = bz_message_interface(signal), *member = bz_message_member(signal);
    if (bz_message_get_kind(signal) != BZ_SIGNAL || !interface || !member) return BZ_FEED_OTHER;
    if (strcmp(interface, PROPERTIES) == 0 && strcmp(member, "PropertiesChanged") == 0)
        return feed_changed(scanner, signal, report);
    if (strcmp(interface, MANAGER) != 0) return BZ_FEED_OTHER;
    if (strcmp(member, "InterfacesAdded") == 0) return feed_added(scanner, signal, report);
    if (strcmp(member, "InterfacesRemoved") == 0) return feed_removed(scanner, signal);
    return BZ_FEED_OTHER;
}

enum bz_feed bz_scanner_found(bz_scanner *scanner, const char *path, bz_report *report) {
    uint8_t address[6];
    bz_device *device = is_device(scanner, path, address) ? find(scanner, address) : NULL;
    if (!device || device->last.rssi == BZ_NO_RSSI) return BZ_FEED_QUIET;
    if (!device->last.service_data_length && !device->last.manufacturer_data_length) return BZ_FEED_QUIET;
    device->last.time = since_boot();
    scanner->heard++;
    // The signal that told what changed came of the same packet.
    if (device->last.time - device->reported < SAME_PACKET) return BZ_FEED_QUIET;
    device->reported = device->last.time;
    *report = device->last;
    return BZ_FEED_REPORT;
}

void bz_scanner_seed(bz_scanner *scanner, bz_message *objects) {
    bz_reader reader, entry, object, properties;
    bz_report unused;
    uint8_t address[6];
    if (strcmp(bz_message_signature(objects), "a{oa{sa{sv}}}") != 0 || !bz_reader_begin(objects, &reader)) return;
    if (!bz_reader_enter(&reader, &entry)) return;
    for (; bz_reader_type(&entry); bz_reader_next(&entry)) {
        if (!bz_reader_enter(&entry, &object) || !is_device(scanner, bz_reader_text(&object), address)) continue;
        if (bz_reader_next(&object) && find_interface(&object, &properties))
            learn(scanner, address, &properties, true, &unused);
    }
}
