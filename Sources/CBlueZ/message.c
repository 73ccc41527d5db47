// SPDX-License-Identifier: GPL-3.0-or-later
#include "bz_message.h"

#include <dbus/dbus.h>

bool bz_is_path(const char *text) { return dbus_validate_path(text, NULL); }

bool bz_is_bus_name(const char *text) { return dbus_validate_bus_name(text, NULL); }

bool bz_is_single_signature(const char *text) { return dbus_signature_validate_single(text, NULL); }

bz_message *bz_message_new_call(const char *destination, const char *path, const char *interface,
                                const char *member) {
    if (!bz_is_bus_name(destination) || !bz_is_path(path) || !dbus_validate_interface(interface, NULL) ||
        !dbus_validate_member(member, NULL))
        return NULL;
    return dbus_message_new_method_call(destination, path, interface, member);
}

bz_message *bz_message_new_signal(const char *path, const char *interface, const char *member,
                                  const char *destination) {
    if (!bz_is_path(path) || !dbus_validate_interface(interface, NULL) || !dbus_validate_member(member, NULL) ||
        (destination && !bz_is_bus_name(destination)))
        return NULL;
    bz_message *message = dbus_message_new_signal(path, interface, member);
    if (message && destination && !dbus_message_set_destination(message, destination)) {
        dbus_message_unref(message);
        return NULL;
    }
    return message;
}

bz_message *bz_message_new_return(bz_message *call) {
    return dbus_message_get_serial(call) ? dbus_message_new_method_return(call) : NULL;
}

bz_message *bz_message_new_error(bz_message *call, const char *name, const char *text) {
    if (!dbus_message_get_serial(call) || !dbus_validate_error_name(name, NULL) || !dbus_validate_utf8(text, NULL))
        return NULL;
    return dbus_message_new_error(call, name, text);
}

void bz_message_free(bz_message *message) { dbus_message_unref(message); }

int bz_message_get_kind(bz_message *message) { return dbus_message_get_type(message); }

bool bz_message_wants_answer(bz_message *message) { return !dbus_message_get_no_reply(message); }

const char *bz_message_sender(bz_message *message) { return dbus_message_get_sender(message); }

const char *bz_message_path(bz_message *message) { return dbus_message_get_path(message); }

const char *bz_message_interface(bz_message *message) { return dbus_message_get_interface(message); }

const char *bz_message_member(bz_message *message) { return dbus_message_get_member(message); }

const char *bz_message_error_name(bz_message *message) { return dbus_message_get_error_name(message); }

const char *bz_message_signature(bz_message *message) { return dbus_message_get_signature(message); }

int bz_message_descriptor(bz_message *message) {
    DBusMessageIter iterator;
    int descriptor = -1;
    if (dbus_message_iter_init(message, &iterator) && dbus_message_iter_get_arg_type(&iterator) == DBUS_TYPE_UNIX_FD)
        dbus_message_iter_get_basic(&iterator, &descriptor);
    return descriptor;
}

const char *bz_message_first_string(bz_message *message) {
    bz_reader reader;
    if (!bz_reader_begin(message, &reader) || bz_reader_type(&reader) != DBUS_TYPE_STRING) return NULL;
    return bz_reader_text(&reader);
}
