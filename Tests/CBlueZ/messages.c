// SPDX-License-Identifier: GPL-3.0-or-later
// bluetoothd's device signals, for the other tests.
#include "tests.h"

static void put_bag(DBusMessageIter *iter, const property *properties, int count) {
    DBusMessageIter array, entry, value;
    dbus_message_iter_open_container(iter, 'a', "{sv}", &array);
    for (int i = 0; i < count; i++) {
        dbus_message_iter_open_container(&array, 'e', NULL, &entry);
        dbus_message_iter_append_basic(&entry, 's', &properties[i].name);
        dbus_message_iter_open_container(&entry, 'v', properties[i].signature, &value);
        properties[i].write(&value);
        dbus_message_iter_close_container(&entry, &value);
        dbus_message_iter_close_container(&array, &entry);
    }
    dbus_message_iter_close_container(iter, &array);
}

DBusMessage *device_added(const char *path, const property *properties, int count) {
    const char *name = "org.bluez.Device1";
    DBusMessage *message = dbus_message_new_signal("/", "org.freedesktop.DBus.ObjectManager", "InterfacesAdded");
    DBusMessageIter iter, array, entry;
    dbus_message_iter_init_append(message, &iter);
    dbus_message_iter_append_basic(&iter, 'o', &path);
    dbus_message_iter_open_container(&iter, 'a', "{sa{sv}}", &array);
    dbus_message_iter_open_container(&array, 'e', NULL, &entry);
    dbus_message_iter_append_basic(&entry, 's', &name);
    put_bag(&entry, properties, count);
    dbus_message_iter_close_container(&array, &entry);
    dbus_message_iter_close_container(&iter, &array);
    return message;
}

DBusMessage *device_changed(const char *path, const property *properties, int count, bool invalidate_rssi) {
    const char *name = "org.bluez.Device1", *rssi = "RSSI";
    DBusMessage *message = dbus_message_new_signal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged");
    DBusMessageIter iter, array;
    dbus_message_iter_init_append(message, &iter);
    dbus_message_iter_append_basic(&iter, 's', &name);
    put_bag(&iter, properties, count);
    dbus_message_iter_open_container(&iter, 'a', "s", &array);
    if (invalidate_rssi) dbus_message_iter_append_basic(&array, 's', &rssi);
    dbus_message_iter_close_container(&iter, &array);
    return message;
}

DBusMessage *device_removed(const char *path) {
    const char *names[] = {"org.freedesktop.DBus.Properties", "org.bluez.Device1"}, **list = names;
    DBusMessage *message = dbus_message_new_signal("/", "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved");
    dbus_message_append_args(message, 'o', &path, 'a', 's', &list, 2, DBUS_TYPE_INVALID);
    return message;
}

static void put_int16(DBusMessageIter *value, dbus_int16_t number) {
    dbus_message_iter_append_basic(value, 'n', &number);
}

void write_rssi(DBusMessageIter *value) { put_int16(value, -60); }

void write_no_rssi(DBusMessageIter *value) { put_int16(value, 127); }

void write_random(DBusMessageIter *value) {
    const char *text = "random";
    dbus_message_iter_append_basic(value, 's', &text);
}

static void put_uuid(DBusMessageIter *value, const char *text) {
    DBusMessageIter array;
    dbus_message_iter_open_container(value, 'a', "s", &array);
    dbus_message_iter_append_basic(&array, 's', &text);
    dbus_message_iter_close_container(value, &array);
}

void write_exposure_uuid(DBusMessageIter *value) { put_uuid(value, "0000fd6f-0000-1000-8000-00805f9b34fb"); }

void write_bluezone_uuid(DBusMessageIter *value) { put_uuid(value, "00004E56-0000-1000-8000-00805F9B34FB"); }

void write_gatt_uuid(DBusMessageIter *value) { put_uuid(value, "00004e56-73f5-4bc4-a12f-17d1ad07a667"); }

static const uint8_t COUNTED[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

static void put_data(DBusMessageIter *value, int key_type, const void *key, const char *signature,
                     const uint8_t *start, int length) {
    DBusMessageIter array, entry, inner, bytes;
    dbus_message_iter_open_container(value, 'a', signature, &array);
    dbus_message_iter_open_container(&array, 'e', NULL, &entry);
    dbus_message_iter_append_basic(&entry, key_type, key);
    dbus_message_iter_open_container(&entry, 'v', "ay", &inner);
    dbus_message_iter_open_container(&inner, 'a', "y", &bytes);
    dbus_message_iter_append_fixed_array(&bytes, 'y', &start, length);
    dbus_message_iter_close_container(&inner, &bytes);
    dbus_message_iter_close_container(&entry, &inner);
    dbus_message_iter_close_container(&array, &entry);
    dbus_message_iter_close_container(value, &array);
}

void write_service_data(DBusMessageIter *value) {
    const char *uuid = "0000fd6f-0000-1000-8000-00805f9b34fb";
    put_data(value, 's', &uuid, "{sv}", COUNTED, 20);
}

void write_manufacturer_data(DBusMessageIter *value) {
    dbus_uint16_t company = 0x22B5;
    put_data(value, 'q', &company, "{qv}", COUNTED, 12);
}

static void put_apple_data(DBusMessageIter *value, uint8_t last, int length) {
    dbus_uint16_t company = 0x004C;
    uint8_t data[17] = {0x01, 0x08};
    data[16] = last;
    put_data(value, 'q', &company, "{qv}", data, length);
}

void write_overflow(DBusMessageIter *value) { put_apple_data(value, 0, 17); }

void write_other_overflow(DBusMessageIter *value) { put_apple_data(value, 1, 17); }

void write_short_overflow(DBusMessageIter *value) { put_apple_data(value, 0, 16); }
