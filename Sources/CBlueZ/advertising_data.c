// SPDX-License-Identifier: GPL-3.0-or-later
#include "advertising_data.h"

#include <string.h>

#include "device.h"

// AD types of the assigned numbers.
enum {
    SOME_UUIDS_16 = 0x02,
    ALL_UUIDS_16 = 0x03,
    SOME_UUIDS_128 = 0x06,
    ALL_UUIDS_128 = 0x07,
    TRANSMIT_POWER = 0x0A,
    SERVICE_DATA_16 = 0x16,
    MANUFACTURER_DATA = 0xFF,
};
enum { BLUEZONE = 0x4E56, EXPOSURE_NOTIFICATION = 0xFD6F, COMPANY = 0x22B5, APPLE = 0x004C };

/// 00004e56-73f5-4bc4-a12f-17d1ad07a667, least significant byte first as on the air.
static const uint8_t BLUEZONE_GATT[16] = {0x67, 0xa6, 0x07, 0xad, 0xd1, 0x17, 0x2f, 0xa1,
                                          0xc4, 0x4b, 0xf5, 0x73, 0x56, 0x4e, 0x00, 0x00};

static uint16_t number(const uint8_t *bytes) { return (uint16_t)(bytes[0] | bytes[1] << 8); }

static void read_services(const uint8_t *content, size_t count, bz_report *report) {
    for (size_t i = 0; i + 1 < count; i += 2) {
        uint16_t service = number(content + i);
        if (service == BLUEZONE) report->services |= BZ_SERVICE_BLUEZONE;
        if (service == EXPOSURE_NOTIFICATION) report->services |= BZ_SERVICE_EXPOSURE_NOTIFICATION;
    }
}

static void read_long_services(const uint8_t *content, size_t count, bz_report *report) {
    for (size_t i = 0; i + sizeof BLUEZONE_GATT <= count; i += sizeof BLUEZONE_GATT)
        if (memcmp(content + i, BLUEZONE_GATT, sizeof BLUEZONE_GATT) == 0) report->services |= BZ_SERVICE_BLUEZONE_GATT;
}

/// The bytes behind the two of a service or company.
static bool read_data(const uint8_t *content, size_t count, uint8_t *length, uint8_t bytes[BZ_REPORT_MOST]) {
    if (count - 2 > BZ_REPORT_MOST) return false;
    *length = (uint8_t)(count - 2);
    memcpy(bytes, content + 2, count - 2);
    return true;
}

static bool read_structure(uint8_t type, const uint8_t *content, size_t count, bz_report *report) {
    switch (type) {
    case SOME_UUIDS_16:
    case ALL_UUIDS_16:
        read_services(content, count, report);
        return true;
    case SOME_UUIDS_128:
    case ALL_UUIDS_128:
        read_long_services(content, count, report);
        return true;
    case TRANSMIT_POWER:
        if (count == 1) report->power = (int8_t)content[0];
        return true;
    case SERVICE_DATA_16:
        if (count < 2 || number(content) != EXPOSURE_NOTIFICATION) return true;
        return read_data(content, count, &report->service_data_length, report->service_data);
    case MANUFACTURER_DATA:
        if (count >= 2 && number(content) == APPLE && bz_is_overflow(content + 2, count - 2))
            report->services |= BZ_SERVICE_APPLE_OVERFLOW;
        if (count < 2 || number(content) != COMPANY) return true;
        return read_data(content, count, &report->manufacturer_data_length, report->manufacturer_data);
    default:
        return true;
    }
}

bool bz_advertising_data_read(const uint8_t *bytes, size_t count, bz_report *report) {
    bool is_good = true;
    for (size_t at = 0; at < count;) {
        size_t length = bytes[at];
        if (length == 0 || length > count - at - 1) break;
        is_good &= read_structure(bytes[at + 1], bytes + at + 2, length - 1, report);
        at += 1 + length;
    }
    return is_good;
}

bool bz_report_is_of_interest(const bz_report *report) {
    const uint8_t handover = BZ_SERVICE_BLUEZONE_GATT | BZ_SERVICE_APPLE_OVERFLOW;
    return report->service_data_length > 0 || report->manufacturer_data_length > 0 || report->services & handover;
}
