// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of real signals and calls, damaged at random: what libdbus lets pass, everything here must bear.
#include "tests.h"

enum { ROUNDS = 60000 };

static uint32_t state = 1;

/// A generator of its own, so that every run is the same.
static uint32_t draw(uint32_t below) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static void walk(bz_reader *reader, int depth) {
    bz_reader child;
    char text[256];
    size_t count;
    for (; bz_reader_type(reader); bz_reader_next(reader)) {
        bz_reader_text(reader);
        bz_reader_bits(reader);
        bz_reader_bytes(reader, &count);
        bz_reader_signature(reader, text);
        if (depth < 70 && bz_reader_enter(reader, &child)) walk(&child, depth + 1);
    }
}

static void use(bz_scanner *scanner, bz_advertisement *it, DBusMessage *message) {
    bz_report report;
    bz_reader reader;
    enum bz_advertisement_change change;
    bz_scanner_feed(scanner, message, &report);
    bz_scanner_seed(scanner, message);
    DBusMessage *answer = bz_advertisement_answer(it, message, &change);
    if (answer) dbus_message_unref(answer);
    enum bz_monitor_news news;
    const char *device;
    answer = bz_monitor_answer(message, (enum bz_monitor_purpose)(draw(2)), &news, &device);
    if (answer) dbus_message_unref(answer);
    if (device) bz_scanner_found(scanner, device, &report);
    if (bz_reader_begin(message, &reader)) walk(&reader, 0);
}

static void fuzz(bz_scanner *scanner, bz_advertisement *it, DBusMessage *original) {
    char *bytes = NULL, *copy;
    int length = 0, passed = 0;
    dbus_message_set_serial(original, 1);
    CHECK(dbus_message_marshal(original, &bytes, &length));
    copy = malloc((size_t)length);
    for (int i = 0; i < ROUNDS; i++) {
        memcpy(copy, bytes, (size_t)length);
        for (uint32_t n = 1 + draw(3); n > 0; n--) copy[draw((uint32_t)length)] ^= (char)(1u << draw(8));
        DBusMessage *message = dbus_message_demarshal(copy, length, NULL);
        if (!message) continue;
        passed++;
        use(scanner, it, message);
        dbus_message_unref(message);
    }
    CHECK(passed > ROUNDS / 100);
    free(copy);
    dbus_free(bytes);
    dbus_message_unref(original);
}

void test_fuzzed_messages(void) {
    static const property ALL[] = {
        {"AddressType", "s", write_random},
        {"UUIDs", "as", write_exposure_uuid},
        {"RSSI", "n", write_rssi},
        {"ServiceData", "a{sv}", write_service_data},
        {"ManufacturerData", "a{qv}", write_manufacturer_data},
    };
    bz_advertisement it;
    bz_scanner *scanner = bz_scanner_new("/org/bluez/hci0");
    bz_advertisement_init(&it, "/a", 0xFD6F, 200, 270);
    fuzz(scanner, &it, device_added(DEVICE_PATH, ALL, 5));
    fuzz(scanner, &it, device_changed(DEVICE_PATH, ALL, 5, true));
    fuzz(scanner, &it, device_removed(DEVICE_PATH));
    DBusMessage *set = dbus_message_new_method_call(":1.1", "/a", "org.freedesktop.DBus.Properties", "Set");
    const char *interface = "org.bluez.LEAdvertisement1", *name = "TxPower";
    DBusMessageIter iter, value;
    dbus_message_iter_init_append(set, &iter);
    dbus_message_iter_append_basic(&iter, 's', &interface);
    dbus_message_iter_append_basic(&iter, 's', &name);
    dbus_message_iter_open_container(&iter, 'v', "n", &value);
    write_rssi(&value);
    dbus_message_iter_close_container(&iter, &value);
    fuzz(scanner, &it, set);
    DBusMessage *found = dbus_message_new_method_call(":1.1", BZ_MONITOR_PATH, "org.bluez.AdvertisementMonitor1", "DeviceFound");
    const char *heard = DEVICE_PATH;
    dbus_message_append_args(found, 'o', &heard, 0);
    fuzz(scanner, &it, found);
    bz_scanner_free(scanner);
}
