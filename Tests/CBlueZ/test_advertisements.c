// SPDX-License-Identifier: GPL-3.0-or-later
// Our LEAdvertisement1 objects: what fits, and what they answer.
#include "tests.h"

static const uint8_t BYTES[32] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

static void test_lengths(void) {
    bz_advertisement it;
    CHECK(bz_advertisement_init(&it, "/a", 0xFD6F, 200, 270) && bz_advertisement_length(&it) == 7);
    CHECK(!bz_advertisement_set_service_data(&it, BYTES, 21) && !bz_advertisement_set_service_data(&it, BYTES, 0));
    CHECK(bz_advertisement_set_service_data(&it, BYTES, 20) && bz_advertisement_length(&it) == 31);
    CHECK(!bz_advertisement_set_service_data(&it, BYTES, 1));
    CHECK(!bz_advertisement_set_manufacturer_data(&it, 0x22B5, BYTES, 1));
    CHECK(bz_advertisement_init(&it, "/a", 0x4E56, 0, 0));
    CHECK(!bz_advertisement_set_manufacturer_data(&it, 0x22B5, BYTES, SIZE_MAX));
    CHECK(bz_advertisement_set_manufacturer_data(&it, 0x22B5, BYTES, 12) && bz_advertisement_length(&it) == 23);
    CHECK(bz_advertisement_init(&it, "/a", 0, 200, 270) && bz_advertisement_length(&it) == 3);
    CHECK(!bz_advertisement_set_service_data(&it, BYTES, 1));

    CHECK(!bz_advertisement_init(&it, "a", 1, 0, 0) && !bz_advertisement_init(&it, "/a", 1, 200, 0));
    CHECK(!bz_advertisement_init(&it, "/a", 1, 0, 200) && !bz_advertisement_init(&it, "/a", 1, 19, 200));
    CHECK(!bz_advertisement_init(&it, "/a", 1, 200, 199) && !bz_advertisement_init(&it, "/a", 1, 200, 10486));
    char path[200] = "/";
    memset(path + 1, 'a', 150);
    CHECK(!bz_advertisement_init(&it, path, 1, 0, 0));
}

static DBusMessage *call(const char *interface, const char *member) {
    DBusMessage *message = dbus_message_new_method_call(":1.1", "/a", interface, member);
    dbus_message_set_serial(message, 1);
    return message;
}

/// Asks and answers; the change must be as expected.
static DBusMessage *ask(bz_advertisement *it, DBusMessage *message, enum bz_advertisement_change expected) {
    enum bz_advertisement_change change;
    DBusMessage *answer = bz_advertisement_answer(it, message, &change);
    CHECK(answer && change == expected);
    dbus_message_unref(message);
    return answer;
}

static void expect_error(bz_advertisement *it, DBusMessage *message) {
    DBusMessage *answer = ask(it, message, BZ_UNCHANGED);
    CHECK(dbus_message_get_type(answer) == DBUS_MESSAGE_TYPE_ERROR);
    dbus_message_unref(answer);
}

static DBusMessage *set(const char *interface, const char *name, const char *signature,
                        void (*write)(DBusMessageIter *)) {
    DBusMessage *message = call("org.freedesktop.DBus.Properties", "Set");
    DBusMessageIter iter, value;
    dbus_message_iter_init_append(message, &iter);
    dbus_message_iter_append_basic(&iter, 's', &interface);
    dbus_message_iter_append_basic(&iter, 's', &name);
    dbus_message_iter_open_container(&iter, 'v', signature, &value);
    write(&value);
    dbus_message_iter_close_container(&iter, &value);
    return message;
}

static const char *const INTERFACE = "org.bluez.LEAdvertisement1";

static int count_properties(bz_advertisement *it, const char *interface) {
    DBusMessage *message = call("org.freedesktop.DBus.Properties", "GetAll");
    dbus_message_append_args(message, 's', &interface, DBUS_TYPE_INVALID);
    DBusMessage *answer = ask(it, message, BZ_UNCHANGED);
    DBusMessageIter iter, array;
    CHECK(strcmp(dbus_message_get_signature(answer), "a{sv}") == 0);
    dbus_message_iter_init(answer, &iter);
    dbus_message_iter_recurse(&iter, &array);
    int count = 0;
    for (; dbus_message_iter_get_arg_type(&array); dbus_message_iter_next(&array)) count++;
    dbus_message_unref(answer);
    return count;
}

static void expect_property(bz_advertisement *it, const char *name, const char *signature) {
    DBusMessage *message = call("org.freedesktop.DBus.Properties", "Get");
    DBusMessageIter iter, value;
    dbus_message_append_args(message, 's', &INTERFACE, 's', &name, DBUS_TYPE_INVALID);
    if (!signature) return expect_error(it, message);
    DBusMessage *answer = ask(it, message, BZ_UNCHANGED);
    CHECK(strcmp(dbus_message_get_signature(answer), "v") == 0);
    dbus_message_iter_init(answer, &iter);
    dbus_message_iter_recurse(&iter, &value);
    char *found = dbus_message_iter_get_signature(&value);
    CHECK(strcmp(found, signature) == 0);
    dbus_free(found);
    dbus_message_unref(answer);
}

static void test_reading(void) {
    bz_advertisement it;
    bz_advertisement_init(&it, "/a", 0xFD6F, 200, 270);
    bz_advertisement_set_service_data(&it, BYTES, 20);
    CHECK(count_properties(&it, INTERFACE) == 5 && count_properties(&it, "org.example.Other") == 0);
    expect_property(&it, "Type", "s");
    expect_property(&it, "ServiceUUIDs", "as");
    expect_property(&it, "ServiceData", "a{sv}");
    expect_property(&it, "MinInterval", "u");
    expect_property(&it, "ManufacturerData", NULL);
    expect_property(&it, "TxPower", NULL);
    expect_property(&it, "Discoverable", NULL);
    bz_advertisement_init(&it, "/a", 0x4E56, 0, 0);
    bz_advertisement_set_manufacturer_data(&it, 0x22B5, BYTES, 12);
    CHECK(count_properties(&it, INTERFACE) == 3);
    expect_property(&it, "ManufacturerData", "a{qv}");
}

static void test_changing(void) {
    bz_advertisement it;
    bz_advertisement_init(&it, "/a", 0xFD6F, 200, 270);
    dbus_message_unref(ask(&it, set(INTERFACE, "TxPower", "n", write_rssi), BZ_POWER_TOLD));
    CHECK(it.power == -60);
    expect_property(&it, "TxPower", "n");
    expect_error(&it, set(INTERFACE, "TxPower", "n", write_no_rssi));
    expect_error(&it, set(INTERFACE, "TxPower", "s", write_random));
    expect_error(&it, set(INTERFACE, "Type", "s", write_random));
    expect_error(&it, set("org.example.Other", "TxPower", "n", write_rssi));
    CHECK(it.power == -60);
    dbus_message_unref(ask(&it, call(INTERFACE, "Release"), BZ_RELEASED));
    dbus_message_unref(ask(&it, call("org.freedesktop.DBus.Introspectable", "Introspect"), BZ_UNCHANGED));
}

static void test_wrong_calls(void) {
    static const char *const MEMBERS[] = {"Get", "GetAll", "Set", "Missing"};
    bz_advertisement it;
    bz_advertisement_init(&it, "/a", 0xFD6F, 200, 270);
    for (int i = 0; i < 4; i++) {
        DBusMessage *odd = call("org.freedesktop.DBus.Properties", MEMBERS[i]);
        dbus_uint32_t number = 7;
        dbus_message_append_args(odd, 'u', &number, DBUS_TYPE_INVALID);
        expect_error(&it, odd);
        expect_error(&it, call("org.freedesktop.DBus.Properties", MEMBERS[i]));
    }
    expect_error(&it, call(INTERFACE, "Missing"));
    expect_error(&it, call(NULL, "Release"));
}

void test_advertisements(void) {
    test_lengths();
    test_reading();
    test_changing();
    test_wrong_calls();
}
