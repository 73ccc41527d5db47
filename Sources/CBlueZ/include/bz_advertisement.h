// SPDX-License-Identifier: GPL-3.0-or-later
// An org.bluez.LEAdvertisement1 object (bluez doc/org.bluez.LEAdvertisement.rst): a plain value, and its answers to
// bluetoothd. Type is always "broadcast": any other sends the adapter's public address.
#pragma once
#include "bz_message.h"

enum {
    /// A legacy advertisement's AD structures; longer ones become extended ones that phones do not hear.
    BZ_ADVERTISEMENT_MOST = 31,
    /// `tx_power` before bluetoothd told it.
    BZ_NO_POWER = INT16_MIN,
};

typedef struct {
    /// The object's path.
    char path[96];
    /// The one 16-bit service UUID of the list, which is also the one that service data belongs to; 0 for none.
    uint16_t service;
    /// Manufacturer data's company number.
    uint16_t company;
    uint8_t service_data_length;
    uint8_t service_data[BZ_ADVERTISEMENT_MOST];
    uint8_t manufacturer_data_length;
    uint8_t manufacturer_data[BZ_ADVERTISEMENT_MOST];
    /// Milliseconds between two sendings, both or (0) none; bluetoothd before 5.77 ignores them unless experimental.
    uint16_t shortest_interval;
    uint16_t longest_interval;
    /// The power in dBm that the controller chose, written by bluetoothd.
    int16_t power;
} bz_advertisement;

/// What an answer changed.
enum bz_advertisement_change {
    BZ_UNCHANGED,
    /// bluetoothd has dropped the advertisement; it is off the air.
    BZ_RELEASED,
    /// bluetoothd told the power that the controller chose.
    BZ_POWER_TOLD,
};

/// An advertisement of nothing but a service UUID, or of nothing at all (0), with intervals in milliseconds (both or 0
/// and 0). False when the path is not legal or too long, the intervals are below 20 ms, above 10 485 ms or the wrong way
/// round.
bool bz_advertisement_init(bz_advertisement *_Nonnull advertisement, const char *_Nonnull path, uint16_t service,
                           uint16_t shortest_interval, uint16_t longest_interval);
/// Adds service data; false, and nothing added, when the whole would pass 31 bytes with the flags bluetoothd may add.
bool bz_advertisement_set_service_data(bz_advertisement *_Nonnull advertisement, const uint8_t *_Nonnull bytes,
                                       size_t count);
/// Adds manufacturer data; false, and nothing added, when the whole would pass 31 bytes with flags.
bool bz_advertisement_set_manufacturer_data(bz_advertisement *_Nonnull advertisement, uint16_t company,
                                            const uint8_t *_Nonnull bytes, size_t count);
/// Bytes on the air with the 3 bytes of flags that bluetoothd puts in front on an LE-only controller.
size_t bz_advertisement_length(const bz_advertisement *_Nonnull advertisement);

/// The answer to a call of the advertisement's object, to be sent and freed; NULL without memory. Whatever the call is,
/// the answer is legal: Get, GetAll, Set (TxPower only), Introspect, Release, or an error.
bz_message *_Nullable bz_advertisement_answer(bz_advertisement *_Nonnull advertisement, bz_message *_Nonnull call,
                                              enum bz_advertisement_change *_Nonnull change);
