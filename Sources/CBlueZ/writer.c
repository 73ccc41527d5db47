// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a message's arguments. libdbus aborts on an illegal text or a type it does not know: both are refused here.
#include <dbus/dbus.h>
#include <limits.h>
#include <string.h>

#include "bz_message.h"

_Static_assert(sizeof(DBusMessageIter) <= sizeof(bz_writer), "libdbus's iterator has outgrown bz_writer");

static DBusMessageIter *iterator(bz_writer *writer) { return (DBusMessageIter *)writer; }

void bz_writer_begin(bz_message *message, bz_writer *writer) {
    memset(writer, 0, sizeof *writer);
    dbus_message_iter_init_append(message, iterator(writer));
}

bool bz_write_bits(bz_writer *writer, int type, uint64_t bits) {
    DBusBasicValue value;
    memset(&value, 0, sizeof value);
    switch (type) {
    case DBUS_TYPE_BYTE:
        value.byt = (unsigned char)bits;
        break;
    case DBUS_TYPE_BOOLEAN:
        value.bool_val = bits != 0;
        break;
    case DBUS_TYPE_INT16:
    case DBUS_TYPE_UINT16:
        value.u16 = (dbus_uint16_t)bits;
        break;
    case DBUS_TYPE_INT32:
    case DBUS_TYPE_UINT32:
        value.u32 = (dbus_uint32_t)bits;
        break;
    case DBUS_TYPE_INT64:
    case DBUS_TYPE_UINT64:
    case DBUS_TYPE_DOUBLE:
        value.u64 = bits;
        break;
    default:
        return false;
    }
    return dbus_message_iter_append_basic(iterator(writer), type, &value);
}

bool bz_write_text(bz_writer *writer, int type, const char *text) {
    bool legal = (type == DBUS_TYPE_STRING && dbus_validate_utf8(text, NULL)) ||
                 (type == DBUS_TYPE_OBJECT_PATH && dbus_validate_path(text, NULL)) ||
                 (type == DBUS_TYPE_SIGNATURE && dbus_signature_validate(text, NULL));
    return legal && dbus_message_iter_append_basic(iterator(writer), type, &text);
}

bool bz_write_bytes(bz_writer *writer, const uint8_t *bytes, size_t count) {
    static const uint8_t none[1];
    const uint8_t *start = bytes ? bytes : none;
    bz_writer child;
    if (count > DBUS_MAXIMUM_ARRAY_LENGTH || (!bytes && count)) return false;
    if (!bz_writer_open(writer, DBUS_TYPE_ARRAY, DBUS_TYPE_BYTE_AS_STRING, &child)) return false;
    if (!dbus_message_iter_append_fixed_array(iterator(&child), DBUS_TYPE_BYTE, &start, (int)count)) {
        dbus_message_iter_abandon_container(iterator(writer), iterator(&child));
        return false;
    }
    return bz_writer_close(writer, &child);
}

bool bz_writer_open(bz_writer *writer, int type, const char *signature, bz_writer *child) {
    memset(child, 0, sizeof *child);
    bool isNamed = type == DBUS_TYPE_ARRAY || type == DBUS_TYPE_VARIANT;
    if (!isNamed && type != DBUS_TYPE_STRUCT && type != DBUS_TYPE_DICT_ENTRY) return false;
    if (isNamed != (signature != NULL)) return false;
    // A dictionary entry is a type only inside an array, which is why it is checked together with its array.
    if (type == DBUS_TYPE_ARRAY) {
        char array[258] = "a";
        if (strlen(signature) > 254) return false;
        strcat(array, signature);
        if (!bz_is_single_signature(array)) return false;
    } else if (signature && !bz_is_single_signature(signature)) {
        return false;
    }
    return dbus_message_iter_open_container(iterator(writer), type, signature, iterator(child));
}

bool bz_writer_close(bz_writer *writer, bz_writer *child) {
    return dbus_message_iter_close_container(iterator(writer), iterator(child));
}

void bz_writer_abandon(bz_writer *writer, bz_writer *child) {
    dbus_message_iter_abandon_container_if_open(iterator(writer), iterator(child));
}
