// SPDX-License-Identifier: GPL-3.0-or-later
#include "bz_advertisement.h"

#include <stdio.h>
#include <string.h>

#include "properties.h"

enum { SHORTEST_MS = 20, LONGEST_MS = 10485, FLAGS_LENGTH = 3, HEADER_LENGTH = 4 };

static const char *const INTERFACE = "org.bluez.LEAdvertisement1";
static const char *const PROPERTIES = "org.freedesktop.DBus.Properties";
static const char *const INVALID = "org.freedesktop.DBus.Error.InvalidArgs";
static const char *const DESCRIPTION =
    "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n"
    "<node><interface name=\"org.bluez.LEAdvertisement1\"><method name=\"Release\"/>"
    "<property name=\"Type\" type=\"s\" access=\"read\"/><property name=\"ServiceUUIDs\" type=\"as\" access=\"read\"/>"
    "<property name=\"ServiceData\" type=\"a{sv}\" access=\"read\"/>"
    "<property name=\"ManufacturerData\" type=\"a{qv}\" access=\"read\"/>"
    "<property name=\"MinInterval\" type=\"u\" access=\"read\"/>"
    "<property name=\"MaxInterval\" type=\"u\" access=\"read\"/>"
    "<property name=\"TxPower\" type=\"n\" access=\"readwrite\"/></interface></node>\n";

bool bz_advertisement_init(bz_advertisement *advertisement, const char *path, uint16_t service,
                           uint16_t shortest_interval, uint16_t longest_interval) {
    bool has_intervals = shortest_interval || longest_interval;
    if (!bz_is_path(path) || strlen(path) >= sizeof advertisement->path) return false;
    if (has_intervals && (shortest_interval < SHORTEST_MS || longest_interval > LONGEST_MS ||
                          shortest_interval > longest_interval))
        return false;
    *advertisement = (bz_advertisement){
        .service = service,
        .shortest_interval = shortest_interval,
        .longest_interval = longest_interval,
        .power = BZ_NO_POWER,
    };
    strcpy(advertisement->path, path);
    return true;
}

size_t bz_advertisement_length(const bz_advertisement *advertisement) {
    size_t length = FLAGS_LENGTH;
    if (advertisement->service) length += HEADER_LENGTH;
    if (advertisement->service_data_length) length += HEADER_LENGTH + advertisement->service_data_length;
    if (advertisement->manufacturer_data_length) length += HEADER_LENGTH + advertisement->manufacturer_data_length;
    return length;
}

static bool has_room(const bz_advertisement *advertisement, size_t count) {
    if (count == 0 || count > BZ_ADVERTISEMENT_MOST) return false;
    return bz_advertisement_length(advertisement) + HEADER_LENGTH + count <= BZ_ADVERTISEMENT_MOST;
}

bool bz_advertisement_set_service_data(bz_advertisement *advertisement, const uint8_t *bytes, size_t count) {
    if (!advertisement->service || advertisement->service_data_length || !has_room(advertisement, count)) return false;
    memcpy(advertisement->service_data, bytes, count);
    advertisement->service_data_length = (uint8_t)count;
    return true;
}

bool bz_advertisement_set_manufacturer_data(bz_advertisement *advertisement, uint16_t company, const uint8_t *bytes,
                                            size_t count) {
    if (advertisement->manufacturer_data_length || !has_room(advertisement, count)) return false;
    advertisement->company = company;
    memcpy(advertisement->manufacturer_data, bytes, count);
    advertisement->manufacturer_data_length = (uint8_t)count;
    return true;
}

static bz_message *answer_get(const bz_advertisement *advertisement, bz_message *call) {
    bz_reader reader;
    bz_writer writer;
    if (strcmp(bz_message_signature(call), "ss") != 0 || !bz_reader_begin(call, &reader))
        return bz_message_new_error(call, INVALID, "Get takes an interface and a property");
    const char *interface = bz_reader_text(&reader);
    bool is_ours = interface && strcmp(interface, INTERFACE) == 0;
    bz_reader_next(&reader);
    const char *name = bz_reader_text(&reader);
    const bz_property *property = is_ours && name ? bz_property_named(advertisement, name) : NULL;
    if (!property)
        return bz_message_new_error(call, "org.freedesktop.DBus.Error.UnknownProperty", "no such property here");
    bz_message *answer = bz_message_new_return(call);
    if (!answer) return NULL;
    bz_writer_begin(answer, &writer);
    if (bz_property_write(property, advertisement, &writer)) return answer;
    bz_message_free(answer);
    return NULL;
}

static bz_message *answer_get_all(const bz_advertisement *advertisement, bz_message *call) {
    bz_writer writer;
    const char *interface = bz_message_first_string(call);
    if (strcmp(bz_message_signature(call), "s") != 0 || !interface)
        return bz_message_new_error(call, INVALID, "GetAll takes an interface");
    bz_message *answer = bz_message_new_return(call);
    if (!answer) return NULL;
    bz_writer_begin(answer, &writer);
    if (bz_properties_write(strcmp(interface, INTERFACE) == 0 ? advertisement : NULL, &writer)) return answer;
    bz_message_free(answer);
    return NULL;
}

/// Takes the power that bluetoothd tells; no other property of ours is anybody's to set.
static bz_message *answer_set(bz_advertisement *advertisement, bz_message *call, enum bz_advertisement_change *change) {
    bz_reader reader, value;
    if (strcmp(bz_message_signature(call), "ssv") != 0 || !bz_reader_begin(call, &reader))
        return bz_message_new_error(call, INVALID, "Set takes an interface, a property and a value");
    const char *interface = bz_reader_text(&reader);
    bz_reader_next(&reader);
    const char *name = bz_reader_text(&reader);
    bz_reader_next(&reader);
    if (!interface || strcmp(interface, INTERFACE) != 0 || !name || strcmp(name, "TxPower") != 0)
        return bz_message_new_error(call, "org.freedesktop.DBus.Error.PropertyReadOnly", "only TxPower can be set");
    if (!bz_reader_enter(&reader, &value) || bz_reader_type(&value) != 'n')
        return bz_message_new_error(call, INVALID, "TxPower is an int16");
    int16_t power = (int16_t)(uint16_t)bz_reader_bits(&value);
    if (power < -127 || power > 126) return bz_message_new_error(call, INVALID, "TxPower is -127 to 126 dBm");
    advertisement->power = power;
    *change = BZ_POWER_TOLD;
    return bz_message_new_return(call);
}

static bz_message *answer_introspect(bz_message *call) {
    bz_writer writer;
    bz_message *answer = bz_message_new_return(call);
    if (!answer) return NULL;
    bz_writer_begin(answer, &writer);
    if (bz_write_text(&writer, 's', DESCRIPTION)) return answer;
    bz_message_free(answer);
    return NULL;
}

bz_message *bz_advertisement_answer(bz_advertisement *advertisement, bz_message *call,
                                    enum bz_advertisement_change *change) {
    *change = BZ_UNCHANGED;
    const char *interface = bz_message_interface(call), *member = bz_message_member(call);
    if (!interface) interface = "";
    if (!member) member = "";
    if (strcmp(interface, PROPERTIES) == 0) {
        if (strcmp(member, "Get") == 0) return answer_get(advertisement, call);
        if (strcmp(member, "GetAll") == 0) return answer_get_all(advertisement, call);
        if (strcmp(member, "Set") == 0) return answer_set(advertisement, call, change);
    } else if (strcmp(interface, INTERFACE) == 0 && strcmp(member, "Release") == 0) {
        *change = BZ_RELEASED;
        return bz_message_new_return(call);
    } else if (strcmp(interface, "org.freedesktop.DBus.Introspectable") == 0 && strcmp(member, "Introspect") == 0) {
        return answer_introspect(call);
    }
    return bz_message_new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "there is no such method here");
}
