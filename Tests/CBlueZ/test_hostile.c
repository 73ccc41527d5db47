// SPDX-License-Identifier: GPL-3.0-or-later
// Legal D-Bus that is not what Device1 promises: dropped and counted, and the device's past stays as it was.
#include "tests.h"

static void write_text(DBusMessageIter *value) {
    const char *text = "x";
    dbus_message_iter_append_basic(value, 's', &text);
}

static void write_uint32(DBusMessageIter *value) {
    dbus_uint32_t number = 0xFFFFFFFF;
    dbus_message_iter_append_basic(value, 'u', &number);
}

static void write_huge_rssi(DBusMessageIter *value) {
    dbus_int16_t number = -32768;
    dbus_message_iter_append_basic(value, 'n', &number);
}

static void write_loud_rssi(DBusMessageIter *value) {
    dbus_int16_t number = 21;
    dbus_message_iter_append_basic(value, 'n', &number);
}

static void write_odd_uuid(DBusMessageIter *value) {
    DBusMessageIter array;
    const char *texts[] = {"", "fd6f", "0000fd6f-0000-1000-8000-00805f9b34fg", "0000fd6f_0000-1000-8000-00805f9b34fb"};
    dbus_message_iter_open_container(value, 'a', "s", &array);
    for (int i = 0; i < 4; i++) dbus_message_iter_append_basic(&array, 's', &texts[i]);
    dbus_message_iter_close_container(value, &array);
}

static void write_many_numbers(DBusMessageIter *value) {
    static dbus_uint32_t numbers[100000];
    const dbus_uint32_t *start = numbers;
    DBusMessageIter array;
    dbus_message_iter_open_container(value, 'a', "u", &array);
    dbus_message_iter_append_fixed_array(&array, 'u', &start, 100000);
    dbus_message_iter_close_container(value, &array);
}

/// A bag with one entry; the value of length bytes, or a text when length is negative.
static void put_entry(DBusMessageIter *value, int key_type, const void *key, const char *signature, int length) {
    static uint8_t zeros[1 << 20];
    uint8_t *start = zeros;
    DBusMessageIter array, entry, inner, bytes;
    dbus_message_iter_open_container(value, 'a', signature, &array);
    dbus_message_iter_open_container(&array, 'e', NULL, &entry);
    dbus_message_iter_append_basic(&entry, key_type, key);
    dbus_message_iter_open_container(&entry, 'v', length < 0 ? "s" : "ay", &inner);
    if (length < 0) {
        write_text(&inner);
    } else {
        dbus_message_iter_open_container(&inner, 'a', "y", &bytes);
        dbus_message_iter_append_fixed_array(&bytes, 'y', &start, length);
        dbus_message_iter_close_container(&inner, &bytes);
    }
    dbus_message_iter_close_container(&entry, &inner);
    dbus_message_iter_close_container(&array, &entry);
    dbus_message_iter_close_container(value, &array);
}

static const char *const UUID = "0000fd6f-0000-1000-8000-00805f9b34fb", *const ODD = "fd6f";
static const dbus_uint16_t COMPANY = 0x22B5;

static void write_empty_data(DBusMessageIter *value) { put_entry(value, 's', &UUID, "{sv}", 0); }
static void write_long_data(DBusMessageIter *value) { put_entry(value, 's', &UUID, "{sv}", 32); }
static void write_megabyte(DBusMessageIter *value) { put_entry(value, 's', &UUID, "{sv}", 1 << 20); }
static void write_data_text(DBusMessageIter *value) { put_entry(value, 's', &UUID, "{sv}", -1); }
static void write_odd_key(DBusMessageIter *value) { put_entry(value, 's', &ODD, "{sv}", 20); }
static void write_number_key(DBusMessageIter *value) { put_entry(value, 'q', &COMPANY, "{qv}", 20); }
static void write_long_company(DBusMessageIter *value) { put_entry(value, 'q', &COMPANY, "{qv}", 255); }
static void write_company_text(DBusMessageIter *value) { put_entry(value, 'q', &COMPANY, "{qv}", -1); }

static void write_deep_variant(DBusMessageIter *value) {
    DBusMessageIter levels[40];
    DBusMessageIter *outer = value;
    for (int i = 0; i < 40; i++) {
        dbus_message_iter_open_container(outer, 'v', i == 39 ? "n" : "v", &levels[i]);
        outer = &levels[i];
    }
    write_rssi(outer);
    for (int i = 39; i > 0; i--) dbus_message_iter_close_container(&levels[i - 1], &levels[i]);
    dbus_message_iter_close_container(value, &levels[0]);
}

static const property WRONG[] = {
    {"RSSI", "s", write_text},
    {"RSSI", "u", write_uint32},
    {"RSSI", "n", write_huge_rssi},
    {"RSSI", "n", write_loud_rssi},
    {"RSSI", "v", write_deep_variant},
    {"TxPower", "u", write_uint32},
    {"TxPower", "n", write_huge_rssi},
    {"AddressType", "u", write_uint32},
    {"UUIDs", "s", write_text},
    {"UUIDs", "as", write_odd_uuid},
    {"UUIDs", "au", write_many_numbers},
    {"UUIDs", "v", write_deep_variant},
    {"ServiceData", "s", write_text},
    {"ServiceData", "au", write_many_numbers},
    {"ServiceData", "a{sv}", write_empty_data},
    {"ServiceData", "a{sv}", write_long_data},
    {"ServiceData", "a{sv}", write_megabyte},
    {"ServiceData", "a{sv}", write_data_text},
    {"ServiceData", "a{sv}", write_odd_key},
    {"ServiceData", "a{qv}", write_number_key},
    {"ManufacturerData", "a{qv}", write_long_company},
    {"ManufacturerData", "a{qv}", write_company_text},
    {"ManufacturerData", "a{sv}", write_service_data},
    {"ManufacturerData", "as", write_exposure_uuid},
};
enum { WRONG_COUNT = sizeof WRONG / sizeof WRONG[0] };

// Of no interest here, whatever they are.
static const property IGNORED[] = {
    {"Alias", "u", write_uint32},
    {"Class", "v", write_deep_variant},
    {"Connected", "au", write_many_numbers},
};

static enum bz_feed feed(bz_scanner *scanner, DBusMessage *message, bz_report *report) {
    enum bz_feed answer = bz_scanner_feed(scanner, message, report);
    dbus_message_unref(message);
    return answer;
}

static void test_signatures(bz_scanner *scanner) {
    static const char *const MEMBERS[] = {"InterfacesAdded", "InterfacesRemoved", "PropertiesChanged"};
    bz_report report;
    const char *path = DEVICE_PATH, *device = "org.bluez.Device1";
    for (int i = 0; i < 3; i++) {
        const char *interface = i < 2 ? "org.freedesktop.DBus.ObjectManager" : "org.freedesktop.DBus.Properties";
        DBusMessage *empty = dbus_message_new_signal(path, interface, MEMBERS[i]);
        DBusMessage *lone = dbus_message_new_signal(path, interface, MEMBERS[i]);
        dbus_message_append_args(lone, i < 2 ? 'o' : 's', i < 2 ? &path : &device, DBUS_TYPE_INVALID);
        CHECK(feed(scanner, empty, &report) == (i < 2 ? BZ_FEED_MALFORMED : BZ_FEED_OTHER));
        CHECK(feed(scanner, lone, &report) == BZ_FEED_MALFORMED);
    }
    DBusMessage *empty = dbus_message_new_signal("/", "a.b", "C");
    bz_scanner_seed(scanner, empty);
    dbus_message_unref(empty);
}

void test_hostile_reports(void) {
    static const property GOOD[] = {{"ServiceData", "a{sv}", write_service_data}, {"RSSI", "n", write_rssi}};
    bz_report report;
    bz_scanner *scanner = bz_scanner_new("/org/bluez/hci0");
    CHECK(feed(scanner, device_added(DEVICE_PATH, GOOD, 2), &report) == BZ_FEED_REPORT);
    for (int i = 0; i < WRONG_COUNT; i++) {
        property both[] = {GOOD[1], WRONG[i]};
        CHECK(feed(scanner, device_changed(DEVICE_PATH, both, 2, false), &report) == BZ_FEED_MALFORMED);
        CHECK(feed(scanner, device_changed(DEVICE_PATH, &GOOD[1], 1, false), &report) == BZ_FEED_REPORT);
        CHECK(report.service_data_length == 20 && report.rssi == -60);
        CHECK(feed(scanner, device_added("/org/bluez/hci0/dev_00_00_00_00_00_02", both, 2), &report) ==
              BZ_FEED_MALFORMED);
    }
    for (int i = 0; i < 3; i++) {
        property both[] = {IGNORED[i], GOOD[1]};
        CHECK(feed(scanner, device_changed(DEVICE_PATH, both, 2, false), &report) == BZ_FEED_REPORT);
    }
    test_signatures(scanner);
    bz_scanner_free(scanner);
}
