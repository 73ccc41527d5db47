// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the caller hands in, libdbus's own aborting checks are never reached.
#include <limits.h>

#include "tests.h"

static void test_names(void) {
    CHECK(!bz_message_new_call("", "/", "a.b", "C") && !bz_message_new_call("a.b", "", "a.b", "C"));
    CHECK(!bz_message_new_call("a.b", "/", "ab", "C") && !bz_message_new_call("a.b", "/", "a.b", "C.D"));
    CHECK(!bz_message_new_signal("/", "a.b", "C", "no name") && !bz_message_new_signal("//", "a.b", "C", NULL));
    CHECK(!bz_request_filter("hci0", true) && !bz_request_discovery("", true) && !bz_request_monitor("", true));
    CHECK(!bz_request_advertisement("/a", "b", true));
    bz_message *call = bz_message_new_call("a.b", "/", "a.b", "C");
    CHECK(call && !bz_message_new_return(call) && !bz_message_new_error(call, "a.b", "not sent yet"));
    dbus_message_set_serial(call, 9);
    CHECK(!bz_message_new_error(call, "odd name", "") && !bz_message_new_error(call, "a.b", "\xFF"));
    bz_message_free(call);
    const struct {
        bz_message *message;
        const char *signature;
    } requests[] = {
        {bz_request_objects(), ""},
        {bz_request_filter("/org/bluez/hci0", true), "a{sv}"},
        {bz_request_discovery("/org/bluez/hci0", false), ""},
        {bz_request_advertisement("/org/bluez/hci0", "/a", true), "oa{sv}"},
        {bz_request_advertisement("/org/bluez/hci0", "/a", false), "o"},
        {bz_request_monitor("/org/bluez/hci0", true), "o"},
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        CHECK(requests[i].message && strcmp(bz_message_signature(requests[i].message), requests[i].signature) == 0);
        CHECK(!dbus_message_get_auto_start(requests[i].message));
        bz_message_free(requests[i].message);
    }
}

static void test_writing(void) {
    bz_message *message = bz_message_new_signal("/", "a.b", "C", NULL);
    bz_writer writer, child;
    bz_writer_begin(message, &writer);
    CHECK(!bz_write_text(&writer, 's', "\xC0\x80") && !bz_write_text(&writer, 'o', "x"));
    CHECK(!bz_write_text(&writer, 'g', "(") && !bz_write_text(&writer, 'u', "x") && !bz_write_text(&writer, 0, "x"));
    CHECK(!bz_write_bits(&writer, 's', 1) && !bz_write_bits(&writer, 'h', 1) && !bz_write_bits(&writer, 0, 1));
    CHECK(!bz_write_bytes(&writer, NULL, 3) && !bz_write_bytes(&writer, (const uint8_t *)"x", (size_t)INT_MAX + 1));
    CHECK(!bz_writer_open(&writer, 'a', NULL, &child) && !bz_writer_open(&writer, 'a', "", &child));
    CHECK(!bz_writer_open(&writer, 'a', "ss", &child) && !bz_writer_open(&writer, 'v', "{sv}", &child));
    CHECK(!bz_writer_open(&writer, 'r', "s", &child) && !bz_writer_open(&writer, 's', NULL, &child));
    char deep[300];
    memset(deep, 'a', 299);
    deep[299] = 0;
    CHECK(!bz_writer_open(&writer, 'a', deep, &child));
    CHECK(bz_write_bytes(&writer, NULL, 0) && bz_write_bits(&writer, 'b', 7));
    CHECK(bz_writer_open(&writer, 'v', "a{sv}", &child));
    bz_writer_abandon(&writer, &child);
    bz_message_free(message);
}

static void test_reading(void) {
    bz_message *message = bz_message_new_signal("/", "a.b", "C", NULL);
    bz_reader reader, child;
    size_t count = 5;
    char text[256];
    CHECK(!bz_reader_begin(message, &reader) && bz_reader_type(&reader) == 0 && !bz_reader_next(&reader));
    CHECK(!bz_reader_enter(&reader, &child) && !bz_reader_text(&reader) && !bz_reader_bits(&reader));
    CHECK(!bz_reader_bytes(&reader, &count) && count == 0 && !bz_reader_signature(&reader, text));
    int fd = 0;
    dbus_message_append_args(message, 'h', &fd, DBUS_TYPE_INVALID);
    CHECK(bz_reader_begin(message, &reader) && bz_reader_bits(&reader) == 0);
    CHECK(!bz_message_first_string(message));
    bz_message_free(message);
}

void test_messages(void) {
    test_names();
    test_writing();
    test_reading();
}
