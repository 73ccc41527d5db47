// SPDX-License-Identifier: GPL-3.0-or-later
#include "properties.h"

#include <stdio.h>
#include <string.h>

typedef const bz_advertisement *source;

/// The long form that bluetoothd wants of a 16-bit UUID.
static void spell(uint16_t service, char text[37]) {
    snprintf(text, 37, "0000%04x-0000-1000-8000-00805f9b34fb", service);
}

static bool write_type(source advertisement, bz_writer *writer) {
    (void)advertisement;
    return bz_write_text(writer, 's', "broadcast");
}

static bool write_services(source advertisement, bz_writer *writer) {
    char uuid[37];
    bz_writer array;
    spell(advertisement->service, uuid);
    return bz_writer_open(writer, 'a', "s", &array) && bz_write_text(&array, 's', uuid) &&
           bz_writer_close(writer, &array);
}

static bool write_service_data(source advertisement, bz_writer *writer) {
    char uuid[37];
    bz_writer array, entry, value;
    spell(advertisement->service, uuid);
    return bz_writer_open(writer, 'a', "{sv}", &array) && bz_writer_open(&array, 'e', NULL, &entry) &&
           bz_write_text(&entry, 's', uuid) && bz_writer_open(&entry, 'v', "ay", &value) &&
           bz_write_bytes(&value, advertisement->service_data, advertisement->service_data_length) &&
           bz_writer_close(&entry, &value) && bz_writer_close(&array, &entry) && bz_writer_close(writer, &array);
}

static bool write_manufacturer_data(source advertisement, bz_writer *writer) {
    bz_writer array, entry, value;
    return bz_writer_open(writer, 'a', "{qv}", &array) && bz_writer_open(&array, 'e', NULL, &entry) &&
           bz_write_bits(&entry, 'q', advertisement->company) && bz_writer_open(&entry, 'v', "ay", &value) &&
           bz_write_bytes(&value, advertisement->manufacturer_data, advertisement->manufacturer_data_length) &&
           bz_writer_close(&entry, &value) && bz_writer_close(&array, &entry) && bz_writer_close(writer, &array);
}

static bool write_shortest(source advertisement, bz_writer *writer) {
    return bz_write_bits(writer, 'u', advertisement->shortest_interval);
}

static bool write_longest(source advertisement, bz_writer *writer) {
    return bz_write_bits(writer, 'u', advertisement->longest_interval);
}

static bool write_power(source advertisement, bz_writer *writer) {
    return bz_write_bits(writer, 'n', (uint16_t)advertisement->power);
}

static bool is_always(source advertisement) { return advertisement != NULL; }
static bool has_service(source advertisement) { return advertisement->service != 0; }
static bool has_service_data(source advertisement) { return advertisement->service_data_length > 0; }
static bool has_manufacturer_data(source advertisement) { return advertisement->manufacturer_data_length > 0; }
static bool has_intervals(source advertisement) { return advertisement->shortest_interval > 0; }
// Before bluetoothd has told it, a power here would be taken as a wish.
static bool has_power(source advertisement) { return advertisement->power != BZ_NO_POWER; }

static const bz_property TABLE[] = {
    {"Type", "s", is_always, write_type},
    {"ServiceUUIDs", "as", has_service, write_services},
    {"ServiceData", "a{sv}", has_service_data, write_service_data},
    {"ManufacturerData", "a{qv}", has_manufacturer_data, write_manufacturer_data},
    {"MinInterval", "u", has_intervals, write_shortest},
    {"MaxInterval", "u", has_intervals, write_longest},
    {"TxPower", "n", has_power, write_power},
};

enum { TABLE_LENGTH = sizeof TABLE / sizeof TABLE[0] };

const bz_property *bz_property_named(source advertisement, const char *name) {
    for (int i = 0; i < TABLE_LENGTH; i++)
        if (strcmp(TABLE[i].name, name) == 0 && TABLE[i].is_present(advertisement)) return &TABLE[i];
    return NULL;
}

bool bz_property_write(const bz_property *property, source advertisement, bz_writer *writer) {
    bz_writer value;
    return bz_writer_open(writer, 'v', property->signature, &value) && property->write(advertisement, &value) &&
           bz_writer_close(writer, &value);
}

bool bz_properties_write(source advertisement, bz_writer *writer) {
    bz_writer array, entry;
    bool done = bz_writer_open(writer, 'a', "{sv}", &array);
    for (int i = 0; advertisement && i < TABLE_LENGTH; i++) {
        if (!TABLE[i].is_present(advertisement)) continue;
        done = done && bz_writer_open(&array, 'e', NULL, &entry) && bz_write_text(&entry, 's', TABLE[i].name) &&
               bz_property_write(&TABLE[i], advertisement, &entry) && bz_writer_close(&array, &entry);
    }
    return done && bz_writer_close(writer, &array);
}
