// SPDX-License-Identifier: GPL-3.0-or-later
#include "bz_monitor.h"

#include <string.h>

static const char *const INTERFACE = "org.bluez.AdvertisementMonitor1";
static const char *const PROPERTIES = "org.freedesktop.DBus.Properties";
static const char *const MANAGER = "org.freedesktop.DBus.ObjectManager";

/// Any of these makes a packet ours: the bytes are looked for at the start of each AD structure of the type. bluetoothd
/// finds UUIDs of lists and of service data up to 5.68 only (docs/decisions/0008-scanning.md), so that a newer one would
/// find nothing of Exposure Notification but the flags of those that send these with it, iPhones. Who registers this asks
/// first whether bluetoothd is such a one, as far as it tells.
static const struct pattern {
    uint8_t type;
    uint8_t length;
    uint8_t bytes[8];
} BEACONS[] = {
    {0x16, 2, {0x6F, 0xFD}}, // service data of 0xFD6F
    {0x03, 2, {0x6F, 0xFD}}, // 0xFD6F listed
    {0x03, 2, {0x56, 0x4E}}, // 0x4E56 listed
    {0xFF, 2, {0xB5, 0x22}}, // manufacturer data of 0x22B5
    {0x01, 1, {0x1A}},       // flags of iPhones
};

/// bluetoothd keeps the length of its command to the kernel in eight bits, 34 bytes for each pattern and one more, and
/// fills it in whole (5.66 to 5.87): an eighth pattern would be written past the end of its memory.
_Static_assert(sizeof BEACONS / sizeof BEACONS[0] <= 7, "bluetoothd does not bear more than seven patterns");

/// Manufacturer data of company 0xFFFF, which nobody may send but in tests.
static const struct pattern NOBODY[] = {{0xFF, 8, {0xFF, 0xFF, 'n', 'o', 'b', 'o', 'd', 'y'}}};

static bool write_patterns(bz_writer *writer, enum bz_monitor_purpose purpose) {
    bz_writer array, item;
    const struct pattern *patterns = purpose == BZ_MONITOR_BEACONS ? BEACONS : NOBODY;
    size_t count = purpose == BZ_MONITOR_BEACONS ? sizeof BEACONS / sizeof BEACONS[0] : 1;
    bool done = bz_writer_open(writer, 'a', "(yyay)", &array);
    for (size_t i = 0; i < count; i++)
        done = done && bz_writer_open(&array, 'r', NULL, &item) && bz_write_bits(&item, 'y', 0) &&
               bz_write_bits(&item, 'y', patterns[i].type) &&
               bz_write_bytes(&item, patterns[i].bytes, patterns[i].length) && bz_writer_close(&array, &item);
    return done && bz_writer_close(writer, &array);
}

/// a{sv}. No thresholds: with them bluetoothd tells a device once instead of every packet.
static bool write_properties(bz_writer *writer, enum bz_monitor_purpose purpose) {
    bz_writer array, entry, value;
    return bz_writer_open(writer, 'a', "{sv}", &array) && bz_writer_open(&array, 'e', NULL, &entry) &&
           bz_write_text(&entry, 's', "Type") && bz_writer_open(&entry, 'v', "s", &value) &&
           bz_write_text(&value, 's', "or_patterns") && bz_writer_close(&entry, &value) &&
           bz_writer_close(&array, &entry) && bz_writer_open(&array, 'e', NULL, &entry) &&
           bz_write_text(&entry, 's', "Patterns") && bz_writer_open(&entry, 'v', "a(yyay)", &value) &&
           write_patterns(&value, purpose) && bz_writer_close(&entry, &value) && bz_writer_close(&array, &entry) &&
           bz_writer_close(writer, &array);
}

/// a{oa{sa{sv}}} of the one monitor.
static bool write_objects(bz_writer *writer, enum bz_monitor_purpose purpose) {
    bz_writer objects, object, interfaces, interface;
    return bz_writer_open(writer, 'a', "{oa{sa{sv}}}", &objects) && bz_writer_open(&objects, 'e', NULL, &object) &&
           bz_write_text(&object, 'o', BZ_MONITOR_PATH) && bz_writer_open(&object, 'a', "{sa{sv}}", &interfaces) &&
           bz_writer_open(&interfaces, 'e', NULL, &interface) && bz_write_text(&interface, 's', INTERFACE) &&
           write_properties(&interface, purpose) && bz_writer_close(&interfaces, &interface) &&
           bz_writer_close(&object, &interfaces) && bz_writer_close(&objects, &object) &&
           bz_writer_close(writer, &objects);
}

static bz_message *answer_with(bz_message *call, enum bz_monitor_purpose purpose,
                               bool (*write)(bz_writer *, enum bz_monitor_purpose)) {
    bz_writer writer;
    bz_message *answer = bz_message_new_return(call);
    if (!answer) return NULL;
    bz_writer_begin(answer, &writer);
    if (write(&writer, purpose)) return answer;
    bz_message_free(answer);
    return NULL;
}

static bool is_call(const char *interface, const char *member, const char *expected, const char *name) {
    return strcmp(interface, expected) == 0 && strcmp(member, name) == 0;
}

/// Calls of the monitor itself; false for any other.
static bool take(bz_message *call, const char *member, enum bz_monitor_news *news, const char **device) {
    bz_reader reader;
    if (strcmp(member, "Activate") == 0 || strcmp(member, "DeviceLost") == 0) return true;
    if (strcmp(member, "Release") == 0) {
        *news = BZ_MONITOR_RELEASED;
        return true;
    }
    if (strcmp(member, "DeviceFound") != 0) return false;
    if (strcmp(bz_message_signature(call), "o") == 0 && bz_reader_begin(call, &reader)) {
        *device = bz_reader_text(&reader);
        if (*device) *news = BZ_MONITOR_FOUND;
    }
    return true;
}

bz_message *bz_monitor_answer(bz_message *call, enum bz_monitor_purpose purpose, enum bz_monitor_news *news,
                              const char **device) {
    const char *path = bz_message_path(call), *interface = bz_message_interface(call);
    const char *member = bz_message_member(call), *first = bz_message_first_string(call);
    *news = BZ_MONITOR_NOTHING;
    *device = NULL;
    if (!interface) interface = "";
    if (!member) member = "";
    bool is_root = path && strcmp(path, BZ_MONITOR_ROOT) == 0;
    if (is_root && is_call(interface, member, MANAGER, "GetManagedObjects"))
        return answer_with(call, purpose, write_objects);
    if (!is_root && is_call(interface, member, PROPERTIES, "GetAll") && first && strcmp(first, INTERFACE) == 0)
        return answer_with(call, purpose, write_properties);
    if (!is_root && strcmp(interface, INTERFACE) == 0 && take(call, member, news, device))
        return bz_message_new_return(call);
    return bz_message_new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "there is no such method here");
}
