// SPDX-License-Identifier: GPL-3.0-or-later
// The smallest harness that does: a failed check prints where and ends the program.
#pragma once
#include <dbus/dbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CBlueZ.h"

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (condition) break;                                                       \
        fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
        exit(1);                                                                    \
    } while (0)

void test_messages(void);
void test_advertisements(void);
void test_reports(void);
void test_hostile_reports(void);
void test_fuzzed_messages(void);
void test_bus(void);
void test_monitor(void);
void test_hci_events(void);
void test_hci_socket(void);

// Messages as bluetoothd sends them, made with libdbus itself.
#define DEVICE_PATH "/org/bluez/hci0/dev_5A_01_02_03_04_FF"

/// One property in a bag; `write` adds the value into the open variant.
typedef struct {
    const char *name;
    const char *signature;
    void (*write)(DBusMessageIter *);
} property;

/// InterfacesAdded of Device1 at path with these properties.
DBusMessage *device_added(const char *path, const property *properties, int count);
/// PropertiesChanged of Device1 at path, with RSSI invalidated or not.
DBusMessage *device_changed(const char *path, const property *properties, int count, bool invalidate_rssi);
/// InterfacesRemoved of Device1.
DBusMessage *device_removed(const char *path);

void write_rssi(DBusMessageIter *value);
void write_no_rssi(DBusMessageIter *value);
void write_random(DBusMessageIter *value);
void write_exposure_uuid(DBusMessageIter *value);
void write_bluezone_uuid(DBusMessageIter *value);
void write_service_data(DBusMessageIter *value);
void write_manufacturer_data(DBusMessageIter *value);
/// The 128-bit service of an iPhone in the foreground.
void write_gatt_uuid(DBusMessageIter *value);
/// Manufacturer data of Apple: the overflow area with Bluezone's bit alone, with another app's as well, one byte short.
void write_overflow(DBusMessageIter *value);
void write_other_overflow(DBusMessageIter *value);
void write_short_overflow(DBusMessageIter *value);
