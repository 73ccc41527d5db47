// SPDX-License-Identifier: GPL-3.0-or-later
// Device signals become reports.
#include "tests.h"

static const property EXPOSURE[] = {
    {"AddressType", "s", write_random},
    {"UUIDs", "as", write_exposure_uuid},
    {"RSSI", "n", write_rssi},
    {"ServiceData", "a{sv}", write_service_data},
};
static const property BLUEZONE[] = {
    {"UUIDs", "as", write_bluezone_uuid},
    {"ManufacturerData", "a{qv}", write_manufacturer_data},
    {"RSSI", "n", write_rssi},
};
static const property RSSI[] = {{"RSSI", "n", write_rssi}};
static const property NO_RSSI[] = {{"RSSI", "n", write_no_rssi}};
static const property DATA[] = {{"ServiceData", "a{sv}", write_service_data}};

static const property IPHONE[] = {{"UUIDs", "as", write_gatt_uuid}, {"RSSI", "n", write_rssi}};
static const property HIDDEN_IPHONE[] = {{"ManufacturerData", "a{qv}", write_overflow}, {"RSSI", "n", write_rssi}};
static const property OTHER_IPHONE[] = {{"ManufacturerData", "a{qv}", write_other_overflow}, {"RSSI", "n", write_rssi}};
static const property SHORT_IPHONE[] = {{"ManufacturerData", "a{qv}", write_short_overflow}, {"RSSI", "n", write_rssi}};
static const property GATT_UUID[] = {{"UUIDs", "as", write_gatt_uuid}};

static enum bz_feed feed(bz_scanner *scanner, DBusMessage *message, bz_report *report) {
    memset(report, 0xA5, sizeof *report);
    enum bz_feed answer = bz_scanner_feed(scanner, message, report);
    dbus_message_unref(message);
    return answer;
}

static void test_flattening(bz_scanner *scanner) {
    bz_report report;
    CHECK(feed(scanner, device_added(DEVICE_PATH, EXPOSURE, 4), &report) == BZ_FEED_REPORT);
    CHECK(report.rssi == -60 && report.address_type == BZ_ADDRESS_RANDOM && report.power == BZ_REPORT_NO_POWER);
    CHECK(report.services == BZ_SERVICE_EXPOSURE_NOTIFICATION && report.time > 0);
    CHECK(memcmp(report.address, "\x5A\x01\x02\x03\x04\xFF", 6) == 0);
    CHECK(report.service_data_length == 20 && report.service_data[19] == 19 && report.manufacturer_data_length == 0);

    CHECK(feed(scanner, device_added("/org/bluez/hci0/dev_00_00_00_00_00_01", BLUEZONE, 3), &report) == BZ_FEED_REPORT);
    CHECK(report.services == BZ_SERVICE_BLUEZONE && report.manufacturer_data_length == 12);
    CHECK(report.manufacturer_data[11] == 11 && report.service_data_length == 0);
}

static void test_memory(bz_scanner *scanner) {
    bz_report report;
    CHECK(feed(scanner, device_added(DEVICE_PATH, EXPOSURE, 4), &report) == BZ_FEED_REPORT);
    // Only what changed is told: the rest is remembered.
    CHECK(feed(scanner, device_changed(DEVICE_PATH, RSSI, 1, false), &report) == BZ_FEED_REPORT);
    CHECK(report.service_data_length == 20 && report.address_type == BZ_ADDRESS_RANDOM);
    // Repeated data without RSSI: it has not moved enough to be told.
    CHECK(feed(scanner, device_changed(DEVICE_PATH, DATA, 1, false), &report) == BZ_FEED_REPORT && report.rssi == -60);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, NULL, 0, true), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, DATA, 1, false), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, NO_RSSI, 1, false), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, RSSI, 1, false), &report) == BZ_FEED_REPORT);
    CHECK(feed(scanner, device_removed(DEVICE_PATH), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, RSSI, 1, false), &report) == BZ_FEED_QUIET);
    // A device that comes anew has nothing of its past.
    CHECK(feed(scanner, device_added(DEVICE_PATH, EXPOSURE, 4), &report) == BZ_FEED_REPORT);
    CHECK(feed(scanner, device_added(DEVICE_PATH, RSSI, 1), &report) == BZ_FEED_QUIET);
}

static void test_iphones(bz_scanner *scanner) {
    bz_report report;
    CHECK(feed(scanner, device_added(DEVICE_PATH, IPHONE, 2), &report) == BZ_FEED_REPORT);
    CHECK(report.services == BZ_SERVICE_BLUEZONE_GATT && report.rssi == -60);
    CHECK(report.service_data_length == 0 && report.manufacturer_data_length == 0);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, RSSI, 1, false), &report) == BZ_FEED_REPORT);
    // Into the background, and to the front again: each bag stands for itself.
    CHECK(feed(scanner, device_changed(DEVICE_PATH, HIDDEN_IPHONE, 2, false), &report) == BZ_FEED_REPORT);
    CHECK(report.services == (BZ_SERVICE_BLUEZONE_GATT | BZ_SERVICE_APPLE_OVERFLOW));
    CHECK(feed(scanner, device_changed(DEVICE_PATH, GATT_UUID, 1, false), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_changed(DEVICE_PATH, OTHER_IPHONE, 2, false), &report) == BZ_FEED_REPORT);
    CHECK(report.services == BZ_SERVICE_BLUEZONE_GATT);

    CHECK(feed(scanner, device_added(DEVICE_PATH, HIDDEN_IPHONE, 2), &report) == BZ_FEED_REPORT);
    CHECK(report.services == BZ_SERVICE_APPLE_OVERFLOW && report.manufacturer_data_length == 0);
    CHECK(feed(scanner, device_added(DEVICE_PATH, OTHER_IPHONE, 2), &report) == BZ_FEED_QUIET);
    CHECK(feed(scanner, device_added(DEVICE_PATH, SHORT_IPHONE, 2), &report) == BZ_FEED_QUIET);
}

static void test_strangers(bz_scanner *scanner) {
    static const char *const QUIET[] = {
        "/org/bluez/hci1/dev_5A_01_02_03_04_FF", "/org/bluez/hci0/dev_5A_01_02_03_04_FF/service0001",
        "/org/bluez/hci0/dev_5A_01_02_03_04_F", "/org/bluez/hci0/dev_5A_01_02_03_04_FG",
        "/org/bluez/hci00/dev_5A_01_02_03_04_FF", "/org/bluez/hci0/dev_5A__1_02_03_04_FF",
    };
    bz_report report;
    for (size_t i = 0; i < sizeof QUIET / sizeof QUIET[0]; i++) {
        CHECK(feed(scanner, device_added(QUIET[i], EXPOSURE, 4), &report) == BZ_FEED_QUIET);
        CHECK(feed(scanner, device_removed(QUIET[i]), &report) == BZ_FEED_QUIET);
        CHECK(feed(scanner, device_changed(QUIET[i], EXPOSURE, 4, false), &report) == BZ_FEED_QUIET);
    }
    CHECK(feed(scanner, device_added("/org/bluez/hci0", EXPOSURE, 4), &report) == BZ_FEED_OTHER);
    CHECK(feed(scanner, device_removed("/org/bluez/hci0"), &report) == BZ_FEED_OTHER);
    CHECK(feed(scanner, dbus_message_new_signal("/a", "b.c", "InterfacesAdded"), &report) == BZ_FEED_OTHER);
    CHECK(feed(scanner, dbus_message_new_method_call("d.e", "/a", "b.c", "D"), &report) == BZ_FEED_OTHER);
}

static void test_crowd(bz_scanner *scanner) {
    bz_report report;
    char path[64];
    // Far more devices than the table holds: memory stays as it is, and the last ones heard are known.
    for (int i = 0; i < 5 * BZ_SCANNER_DEVICES; i++) {
        snprintf(path, sizeof path, "/org/bluez/hci0/dev_00_00_%02X_%02X_%02X_%02X", i >> 24, (i >> 16) & 255,
                 (i >> 8) & 255, i & 255);
        CHECK(feed(scanner, device_added(path, EXPOSURE, 4), &report) == BZ_FEED_REPORT);
    }
    CHECK(feed(scanner, device_changed(path, RSSI, 1, false), &report) == BZ_FEED_REPORT);
}

static void test_seed(bz_scanner *scanner) {
    bz_report report;
    const char *path = DEVICE_PATH;
    DBusMessageIter to, array, entry, interfaces, interface, bag, item, value;
    DBusMessage *added = device_added(path, EXPOSURE, 4);
    DBusMessage *call = dbus_message_new_method_call("a.b", "/", "a.b", "C");
    dbus_message_set_serial(call, 1);
    DBusMessage *objects = dbus_message_new_method_return(call);
    dbus_message_iter_init_append(objects, &to);
    dbus_message_iter_open_container(&to, 'a', "{oa{sa{sv}}}", &array);
    dbus_message_iter_open_container(&array, 'e', NULL, &entry);
    dbus_message_iter_append_basic(&entry, 'o', &path);
    const char *name = "org.bluez.Device1";
    dbus_message_iter_open_container(&entry, 'a', "{sa{sv}}", &interfaces);
    dbus_message_iter_open_container(&interfaces, 'e', NULL, &interface);
    dbus_message_iter_append_basic(&interface, 's', &name);
    const char *key = "ServiceData";
    dbus_message_iter_open_container(&interface, 'a', "{sv}", &bag);
    dbus_message_iter_open_container(&bag, 'e', NULL, &item);
    dbus_message_iter_append_basic(&item, 's', &key);
    dbus_message_iter_open_container(&item, 'v', "a{sv}", &value);
    write_service_data(&value);
    dbus_message_iter_close_container(&item, &value);
    dbus_message_iter_close_container(&bag, &item);
    dbus_message_iter_close_container(&interface, &bag);
    dbus_message_iter_close_container(&interfaces, &interface);
    dbus_message_iter_close_container(&entry, &interfaces);
    dbus_message_iter_close_container(&array, &entry);
    dbus_message_iter_close_container(&to, &array);
    bz_scanner_seed(scanner, objects);
    bz_scanner_seed(scanner, added);
    CHECK(feed(scanner, device_changed(path, RSSI, 1, false), &report) == BZ_FEED_REPORT);
    dbus_message_unref(call);
    dbus_message_unref(objects);
    dbus_message_unref(added);
}

void test_reports(void) {
    CHECK(!bz_scanner_new("no path"));
    CHECK(!bz_scanner_new("/a/path/that/is/so/very/much/longer/than/any/adapter/of/bluetoothd/ever/was"));
    void (*const tests[])(bz_scanner *) = {
        test_flattening, test_memory, test_iphones, test_strangers, test_crowd, test_seed,
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        bz_scanner *scanner = bz_scanner_new("/org/bluez/hci0");
        CHECK(scanner);
        tests[i](scanner);
        bz_scanner_free(scanner);
    }
}
