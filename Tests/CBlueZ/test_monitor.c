// SPDX-License-Identifier: GPL-3.0-or-later
// The advertisement monitor's objects, and what a device found makes of what the scanner knows.
#include <unistd.h>

#include "tests.h"

static const char *const MONITOR = "org.bluez.AdvertisementMonitor1";

static DBusMessage *call_of(const char *path, const char *interface, const char *member) {
    DBusMessage *call = dbus_message_new_method_call(":1.7", path, interface, member);
    dbus_message_set_serial(call, 1);
    return call;
}

static enum bz_monitor_purpose purpose;

/// Answers and frees the call; checks that the answer has this signature, or is an error for NULL.
static enum bz_monitor_news ask(DBusMessage *call, const char *signature) {
    enum bz_monitor_news news;
    const char *device;
    DBusMessage *answer = bz_monitor_answer(call, purpose, &news, &device);
    CHECK(answer && (device != NULL) == (news == BZ_MONITOR_FOUND));
    if (signature) CHECK(strcmp(dbus_message_get_signature(answer), signature) == 0);
    CHECK(bz_message_get_kind(answer) == (signature ? BZ_RETURN : BZ_ERROR));
    dbus_message_unref(answer);
    dbus_message_unref(call);
    return news;
}

static DBusMessage *found(const char *path) {
    DBusMessage *call = call_of(BZ_MONITOR_PATH, MONITOR, "DeviceFound");
    dbus_message_append_args(call, 'o', &path, 0);
    return call;
}

static void test_calls(void) {
    CHECK(ask(call_of(BZ_MONITOR_ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"), "a{oa{sa{sv}}}") ==
          BZ_MONITOR_NOTHING);
    DBusMessage *all = call_of(BZ_MONITOR_PATH, "org.freedesktop.DBus.Properties", "GetAll");
    dbus_message_append_args(all, 's', &MONITOR, 0);
    CHECK(ask(all, "a{sv}") == BZ_MONITOR_NOTHING);
    CHECK(ask(call_of(BZ_MONITOR_PATH, MONITOR, "Activate"), "") == BZ_MONITOR_NOTHING);
    CHECK(ask(found("/org/bluez/hci0/dev_5A_01_02_03_04_FF"), "") == BZ_MONITOR_FOUND);
    CHECK(ask(call_of(BZ_MONITOR_PATH, MONITOR, "DeviceFound"), "") == BZ_MONITOR_NOTHING);
    CHECK(ask(call_of(BZ_MONITOR_PATH, MONITOR, "DeviceLost"), "") == BZ_MONITOR_NOTHING);
    CHECK(ask(call_of(BZ_MONITOR_PATH, MONITOR, "Release"), "") == BZ_MONITOR_RELEASED);
    CHECK(ask(call_of(BZ_MONITOR_ROOT, MONITOR, "Release"), NULL) == BZ_MONITOR_NOTHING);
    CHECK(ask(call_of(BZ_MONITOR_PATH, MONITOR, "Explode"), NULL) == BZ_MONITOR_NOTHING);
    CHECK(ask(call_of(BZ_MONITOR_PATH, "org.freedesktop.DBus.Properties", "GetAll"), NULL) == BZ_MONITOR_NOTHING);
}

static void test_found(void) {
    static const property EXPOSURE[] = {{"RSSI", "n", write_rssi}, {"ServiceData", "a{sv}", write_service_data}};
    bz_report report;
    bz_scanner *scanner = bz_scanner_new("/org/bluez/hci0");
    CHECK(bz_scanner_found(scanner, DEVICE_PATH, &report) == BZ_FEED_QUIET);
    DBusMessage *added = device_added(DEVICE_PATH, EXPOSURE, 2);
    CHECK(bz_scanner_feed(scanner, added, &report) == BZ_FEED_REPORT);
    dbus_message_unref(added);
    // The packet that the signal came of is told too, and counts once.
    CHECK(bz_scanner_found(scanner, DEVICE_PATH, &report) == BZ_FEED_QUIET);
    usleep(16000);
    CHECK(bz_scanner_found(scanner, DEVICE_PATH, &report) == BZ_FEED_REPORT);
    CHECK(report.rssi == -60 && report.service_data_length == 20);
    usleep(16000);
    CHECK(bz_scanner_found(scanner, "/org/bluez/hci1/dev_5A_01_02_03_04_FF", &report) == BZ_FEED_QUIET);
    CHECK(bz_scanner_found(scanner, "/org/bluez/hci0", &report) == BZ_FEED_QUIET);
    bz_scanner_free(scanner);
}

void test_monitor(void) {
    for (purpose = BZ_MONITOR_BEACONS; purpose <= BZ_MONITOR_NOBODY; purpose++) test_calls();
    test_found();
}
