// SPDX-License-Identifier: GPL-3.0-or-later
// HCI packets as a controller sends them, made byte by byte from the specification's tables.
#pragma once
#include <stdint.h>
#include <string.h>

typedef struct {
    size_t length;
    uint8_t bytes[258];
} packet;

/// Flags, list and service data of Exposure Notification.
static const uint8_t EXPOSURE_AD[] = {2,    1,    0x1A, 3, 3, 0x6F, 0xFD, 0x17, 0x16, 0x6F, 0xFD, 0,  1,  2,  3, 4,
                                      5,    6,    7,    8, 9, 10,   11,   12,   13,   14,   15,   16, 17, 18, 19};
/// Bluezone's list, a power, and manufacturer data.
static const uint8_t BLUEZONE_AD[] = {3,    3, 0x56, 0x4E, 2, 0x0A, 0xF9, 15, 0xFF, 0xB5,
                                      0x22, 0, 1,    2,    3, 4,    5,    6,  7,    8,    9, 10, 11};
/// An iPhone with Bluezone in the foreground, and one in the background.
static const uint8_t IPHONE_AD[] = {2,    1,    6,    17,   7,    0x67, 0xA6, 0x07, 0xAD, 0xD1, 0x17,
                                    0x2F, 0xA1, 0xC4, 0x4B, 0xF5, 0x73, 0x56, 0x4E, 0,    0};
static const uint8_t OVERFLOW_AD[] = {2, 1, 6, 20, 0xFF, 0x4C, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
/// Somebody's earbuds.
static const uint8_t STRANGER_AD[] = {2, 1, 6, 6, 0xFF, 0x4C, 0, 7, 1, 2, 3, 2, 0x6F};

static inline packet event_of(uint8_t kind) { return (packet){.length = 5, .bytes = {4, 0x3E, 2, kind, 0}}; }
static inline packet legacy_event(void) { return event_of(0x02); }
static inline packet extended_event(void) { return event_of(0x0D); }

static inline void append(packet *it, const void *bytes, size_t count) {
    memcpy(it->bytes + it->length, bytes, count);
    it->length += count;
    it->bytes[2] = (uint8_t)(it->length - 3);
}

static inline void add_legacy(packet *it, const uint8_t *data, size_t count, int8_t rssi) {
    uint8_t head[] = {3, 1, 1, 2, 3, 4, 5, 0x2A, (uint8_t)count};
    append(it, head, sizeof head);
    append(it, data, count);
    append(it, &rssi, 1);
    it->bytes[4]++;
}

static inline void add_extended(packet *it, uint16_t type, uint8_t set, const uint8_t *data, size_t count,
                                int8_t rssi) {
    uint8_t head[24] = {(uint8_t)type, (uint8_t)(type >> 8), 1, 1, 2, 3, 4, 5, 0x2A, 1, 0, set, 4, (uint8_t)rssi};
    head[23] = (uint8_t)count;
    append(it, head, sizeof head);
    append(it, data, count);
    it->bytes[4]++;
}
