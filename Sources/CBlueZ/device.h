// SPDX-License-Identifier: GPL-3.0-or-later
// One Device1: what is remembered of it, and how its properties are read.
#pragma once
#include "bz_report.h"

/// `rssi` of a device without one; bluetoothd says 127 for "not available" itself.
enum { BZ_NO_RSSI = 127 };

typedef struct {
    bz_report last;
    bool is_used;
    /// When it was last reported, CLOCK_BOOTTIME in nanoseconds.
    int64_t reported;
} bz_device;

/// What a bag of properties held.
typedef struct {
    bool is_malformed;
    bool has_rssi;
    bool has_payload;
} bz_news;

/// Whether Apple's manufacturer data are what an iPhone in the background shows of Bluezone: `01 08` and fifteen zeros, the
/// exact match that the published Android app makes (bluezone-facts 1.2).
bool bz_is_overflow(const uint8_t *_Nullable data, size_t count);
/// Reads a{sv} into the device. Nothing is taken over from a bag that is malformed.
bz_news bz_device_read(bz_device *_Nonnull device, bz_reader *_Nonnull properties);
/// The address in a path `.../dev_AA_BB_CC_DD_EE_FF`; false for any other text.
bool bz_device_address(const char *_Nonnull name, uint8_t address[_Nonnull 6]);
/// A device of which nothing is known but its address.
void bz_device_clear(bz_device *_Nonnull device, const uint8_t address[_Nonnull 6]);
