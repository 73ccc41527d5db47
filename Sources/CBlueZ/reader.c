// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a message's arguments. libdbus has checked every message it hands out (lengths, UTF-8, signatures, nesting);
// what is left to check here is that a value is of the type that the caller reads it as.
#include <dbus/dbus.h>
#include <string.h>

#include "bz_message.h"

_Static_assert(sizeof(DBusMessageIter) <= sizeof(bz_reader), "libdbus's iterator has outgrown bz_reader");

static DBusMessageIter *iterator(bz_reader *reader) { return (DBusMessageIter *)reader; }

bool bz_reader_begin(bz_message *message, bz_reader *reader) {
    memset(reader, 0, sizeof *reader);
    return dbus_message_iter_init(message, iterator(reader));
}

int bz_reader_type(bz_reader *reader) { return dbus_message_iter_get_arg_type(iterator(reader)); }

int bz_reader_element_type(bz_reader *reader) {
    if (bz_reader_type(reader) != DBUS_TYPE_ARRAY) return DBUS_TYPE_INVALID;
    return dbus_message_iter_get_element_type(iterator(reader));
}

bool bz_reader_next(bz_reader *reader) {
    return bz_reader_type(reader) != DBUS_TYPE_INVALID && dbus_message_iter_next(iterator(reader));
}

bool bz_reader_enter(bz_reader *reader, bz_reader *child) {
    if (!dbus_type_is_container(bz_reader_type(reader))) return false;
    memset(child, 0, sizeof *child);
    dbus_message_iter_recurse(iterator(reader), iterator(child));
    return true;
}

const char *bz_reader_text(bz_reader *reader) {
    switch (bz_reader_type(reader)) {
    case DBUS_TYPE_STRING:
    case DBUS_TYPE_OBJECT_PATH:
    case DBUS_TYPE_SIGNATURE: {
        const char *text = NULL;
        dbus_message_iter_get_basic(iterator(reader), &text);
        return text;
    }
    default:
        return NULL;
    }
}

uint64_t bz_reader_bits(bz_reader *reader) {
    DBusBasicValue value;
    memset(&value, 0, sizeof value);
    int type = bz_reader_type(reader);
    // A file descriptor would be duplicated by the reading, and ours to close.
    if (!dbus_type_is_fixed(type) || type == DBUS_TYPE_UNIX_FD) return 0;
    dbus_message_iter_get_basic(iterator(reader), &value);
    switch (type) {
    case DBUS_TYPE_BYTE:
        return value.byt;
    case DBUS_TYPE_INT16:
    case DBUS_TYPE_UINT16:
        return value.u16;
    case DBUS_TYPE_BOOLEAN:
    case DBUS_TYPE_INT32:
    case DBUS_TYPE_UINT32:
        return value.u32;
    default:
        return value.u64;
    }
}

const uint8_t *bz_reader_bytes(bz_reader *reader, size_t *count) {
    *count = 0;
    if (bz_reader_element_type(reader) != DBUS_TYPE_BYTE) return NULL;
    bz_reader child;
    const uint8_t *bytes = NULL;
    int length = 0;
    bz_reader_enter(reader, &child);
    dbus_message_iter_get_fixed_array(iterator(&child), &bytes, &length);
    if (!bytes || length <= 0) return NULL;
    *count = (size_t)length;
    return bytes;
}

bool bz_reader_signature(bz_reader *reader, char text[256]) {
    if (bz_reader_type(reader) == DBUS_TYPE_INVALID) return false;
    char *signature = dbus_message_iter_get_signature(iterator(reader));
    if (!signature) return false;
    bool fits = strlen(signature) < 256;
    if (fits) strcpy(text, signature);
    dbus_free(signature);
    return fits;
}
