// SPDX-License-Identifier: GPL-3.0-or-later
#include "bz_requests.h"

#include <dbus/dbus.h>

#include "bz_monitor.h"

static const char *const BLUEZ = "org.bluez";
static const char *const ADAPTER = "org.bluez.Adapter1";
static const char *const MANAGER = "org.bluez.LEAdvertisingManager1";
static const char *const MONITORS = "org.bluez.AdvertisementMonitorManager1";

static bz_message *new_call(const char *path, const char *interface, const char *member) {
    bz_message *call = bz_message_new_call(BLUEZ, path, interface, member);
    if (call) dbus_message_set_auto_start(call, FALSE);
    return call;
}

/// The message when all of it was written, else NULL.
static bz_message *finished(bz_message *message, bool is_whole) {
    if (is_whole) return message;
    bz_message_free(message);
    return NULL;
}

bz_message *bz_request_objects(void) {
    return new_call("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects");
}

bz_message *bz_request_filter(const char *adapter, bool repeats) {
    bz_writer arguments, array, entry, value;
    bz_message *call = new_call(adapter, ADAPTER, "SetDiscoveryFilter");
    if (!call) return NULL;
    bz_writer_begin(call, &arguments);
    bool done = bz_writer_open(&arguments, 'a', "{sv}", &array);
    done = done && bz_writer_open(&array, 'e', NULL, &entry) && bz_write_text(&entry, 's', "Transport") &&
           bz_writer_open(&entry, 'v', "s", &value) && bz_write_text(&value, 's', "le") &&
           bz_writer_close(&entry, &value) && bz_writer_close(&array, &entry);
    done = done && bz_writer_open(&array, 'e', NULL, &entry) && bz_write_text(&entry, 's', "DuplicateData") &&
           bz_writer_open(&entry, 'v', "b", &value) && bz_write_bits(&value, 'b', repeats) &&
           bz_writer_close(&entry, &value) && bz_writer_close(&array, &entry);
    return finished(call, done && bz_writer_close(&arguments, &array));
}

bz_message *bz_request_discovery(const char *adapter, bool start) {
    return new_call(adapter, ADAPTER, start ? "StartDiscovery" : "StopDiscovery");
}

bz_message *bz_request_advertisement(const char *adapter, const char *path, bool start) {
    bz_writer arguments, options;
    bz_message *call = new_call(adapter, MANAGER, start ? "RegisterAdvertisement" : "UnregisterAdvertisement");
    if (!call) return NULL;
    bz_writer_begin(call, &arguments);
    bool done = bz_write_text(&arguments, 'o', path);
    if (done && start)
        done = bz_writer_open(&arguments, 'a', "{sv}", &options) && bz_writer_close(&arguments, &options);
    return finished(call, done);
}

bz_message *bz_request_monitor(const char *adapter, bool start) {
    bz_writer arguments;
    bz_message *call = new_call(adapter, MONITORS, start ? "RegisterMonitor" : "UnregisterMonitor");
    if (!call) return NULL;
    bz_writer_begin(call, &arguments);
    return finished(call, bz_write_text(&arguments, 'o', BZ_MONITOR_ROOT));
}
