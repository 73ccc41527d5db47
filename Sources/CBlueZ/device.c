// SPDX-License-Identifier: GPL-3.0-or-later
#include "device.h"

#include <bluetooth/bluetooth.h>
#include <string.h>
#include <strings.h>

static const char *const BLUEZONE = "00004e56-0000-1000-8000-00805f9b34fb";
static const char *const EXPOSURE_NOTIFICATION = "0000fd6f-0000-1000-8000-00805f9b34fb";
static const char *const BLUEZONE_GATT = "00004e56-73f5-4bc4-a12f-17d1ad07a667";
enum { COMPANY = 0x22B5, APPLE = 0x004C };
/// Services that are no UUID on the air.
enum { SHOWN_IN_DATA = BZ_SERVICE_APPLE_OVERFLOW };

bool bz_device_address(const char *name, uint8_t address[6]) {
    char text[18];
    bdaddr_t parsed;
    if (strncmp(name, "dev_", 4) != 0 || strlen(name) != 4 + 17) return false;
    memcpy(text, name + 4, sizeof text);
    for (int i = 2; i < 17; i += 3) {
        if (text[i] != '_') return false;
        text[i] = ':';
    }
    if (bachk(text) < 0 || str2ba(text, &parsed) < 0) return false;
    for (int i = 0; i < 6; i++) address[i] = parsed.b[5 - i];
    return true;
}

void bz_device_clear(bz_device *device, const uint8_t address[6]) {
    memset(device, 0, sizeof *device);
    memcpy(device->last.address, address, 6);
    device->last.rssi = BZ_NO_RSSI;
    device->last.power = BZ_REPORT_NO_POWER;
    device->is_used = true;
}

/// RSSI and TxPower: an int16 that is a number of dBm up to most, or 127 for none.
static bool read_decibels(bz_reader *value, int most, int8_t *decibels) {
    if (bz_reader_type(value) != 'n') return false;
    int16_t number = (int16_t)(uint16_t)bz_reader_bits(value);
    if (number < -127 || (number > most && number != 127)) return false;
    *decibels = (int8_t)number;
    return true;
}

static bool read_address_type(bz_reader *value, uint8_t *type) {
    const char *text = bz_reader_type(value) == 's' ? bz_reader_text(value) : NULL;
    if (!text) return false;
    *type = strcmp(text, "random") == 0   ? BZ_ADDRESS_RANDOM
            : strcmp(text, "public") == 0 ? BZ_ADDRESS_PUBLIC
                                          : BZ_ADDRESS_UNKNOWN;
    return true;
}

/// A UUID as bluetoothd spells it; any other text is malformed.
static bool is_uuid(const char *text) {
    static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
    if (strlen(text) != sizeof shape - 1) return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool is_digit = text[i] && strchr("0123456789abcdefABCDEF", text[i]);
        if (shape[i] == 'h' ? !is_digit : text[i] != '-') return false;
    }
    return true;
}

static bool read_services(bz_reader *value, uint8_t *services) {
    bz_reader item;
    uint8_t found = 0;
    if (bz_reader_element_type(value) != 's' || !bz_reader_enter(value, &item)) return false;
    for (; bz_reader_type(&item); bz_reader_next(&item)) {
        const char *text = bz_reader_text(&item);
        if (!text || !is_uuid(text)) return false;
        if (strcasecmp(text, BLUEZONE) == 0) found |= BZ_SERVICE_BLUEZONE;
        if (strcasecmp(text, EXPOSURE_NOTIFICATION) == 0) found |= BZ_SERVICE_EXPOSURE_NOTIFICATION;
        if (strcasecmp(text, BLUEZONE_GATT) == 0) found |= BZ_SERVICE_BLUEZONE_GATT;
    }
    *services = (uint8_t)(found | (*services & SHOWN_IN_DATA));
    return true;
}

bool bz_is_overflow(const uint8_t *data, size_t count) {
    static const uint8_t pattern[17] = {0x01, 0x08};
    return data && count == sizeof pattern && memcmp(data, pattern, sizeof pattern) == 0;
}

/// The bytes behind the key of interest in a{sv} (UUID) or a{qv} (company). A bag without it is no fault: bluetoothd
/// always tells the whole bag, so the peer has stopped sending them.
static bool read_data(bz_reader *value, int key_type, uint8_t *length, uint8_t bytes[BZ_REPORT_MOST],
                      uint8_t *services, bool *found) {
    bz_reader entry, pair, inner;
    if (bz_reader_element_type(value) != 'e' || !bz_reader_enter(value, &entry)) return false;
    *length = 0;
    if (key_type == 'q') *services &= (uint8_t)~SHOWN_IN_DATA;
    for (; bz_reader_type(&entry); bz_reader_next(&entry)) {
        if (!bz_reader_enter(&entry, &pair) || bz_reader_type(&pair) != key_type) return false;
        const char *text = key_type == 's' ? bz_reader_text(&pair) : NULL;
        if (key_type == 's' && (!text || !is_uuid(text))) return false;
        bool is_ours = text ? strcasecmp(text, EXPOSURE_NOTIFICATION) == 0 : bz_reader_bits(&pair) == COMPANY;
        bool is_apple = !text && bz_reader_bits(&pair) == APPLE;
        if (!bz_reader_next(&pair) || !bz_reader_enter(&pair, &inner)) return false;
        if (bz_reader_element_type(&inner) != 'y') return false;
        if (!is_ours && !is_apple) continue;
        size_t count;
        const uint8_t *data = bz_reader_bytes(&inner, &count);
        if (is_apple) {
            if (bz_is_overflow(data, count)) *services |= BZ_SERVICE_APPLE_OVERFLOW;
            continue;
        }
        if (!data || count > BZ_REPORT_MOST) return false;
        memcpy(bytes, data, count);
        *length = (uint8_t)count;
        *found = true;
    }
    return true;
}

/// One property into the report; false when it is not of the type that the interface promises.
static bool read_property(const char *name, bz_reader *value, bz_report *report, bz_news *news) {
    if (strcmp(name, "RSSI") == 0) {
        news->has_rssi = true;
        return read_decibels(value, 20, &report->rssi);
    }
    if (strcmp(name, "TxPower") == 0) return read_decibels(value, 126, &report->power);
    if (strcmp(name, "AddressType") == 0) return read_address_type(value, &report->address_type);
    if (strcmp(name, "UUIDs") == 0) return read_services(value, &report->services);
    if (strcmp(name, "ServiceData") == 0)
        return read_data(value, 's', &report->service_data_length, report->service_data, &report->services,
                         &news->has_payload);
    if (strcmp(name, "ManufacturerData") == 0)
        return read_data(value, 'q', &report->manufacturer_data_length, report->manufacturer_data, &report->services,
                         &news->has_payload);
    return true;
}

bz_news bz_device_read(bz_device *device, bz_reader *properties) {
    bz_reader entry, pair, value;
    bz_news news = {0}, malformed = {.is_malformed = true};
    bz_report report = device->last;
    if (bz_reader_element_type(properties) != 'e' || !bz_reader_enter(properties, &entry)) return malformed;
    for (; bz_reader_type(&entry); bz_reader_next(&entry)) {
        if (!bz_reader_enter(&entry, &pair)) return malformed;
        const char *name = bz_reader_text(&pair);
        if (!name || !bz_reader_next(&pair) || bz_reader_type(&pair) != 'v' || !bz_reader_enter(&pair, &value))
            return malformed;
        if (!read_property(name, &value, &report, &news)) return malformed;
    }
    device->last = report;
    return news;
}
