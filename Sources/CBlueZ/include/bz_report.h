// SPDX-License-Identifier: GPL-3.0-or-later
// Device signals of bluetoothd (org.bluez.Device1), flattened: one plain struct for each beacon heard, no heap.
#pragma once
#include "bz_message.h"

enum bz_address_type { BZ_ADDRESS_UNKNOWN, BZ_ADDRESS_PUBLIC, BZ_ADDRESS_RANDOM };

/// What a peer shows of the services of interest, as bits.
enum bz_service {
    BZ_SERVICE_BLUEZONE = 1,              // 0x4E56
    BZ_SERVICE_EXPOSURE_NOTIFICATION = 2, // 0xFD6F
    /// 00004E56-73F5-4BC4-A12F-17D1AD07A667: an iPhone with Bluezone in the foreground. It sends no identifier, but hands
    /// it over by a GATT read.
    BZ_SERVICE_BLUEZONE_GATT = 4,
    /// Manufacturer data of Apple, 01 08 and fifteen zeros: where an iPhone in the background shows that service and no
    /// other (bluezone-facts 1.2).
    BZ_SERVICE_APPLE_OVERFLOW = 8,
};

enum {
    /// Longer service or manufacturer data cannot come from a legacy advertisement: such a report is malformed.
    BZ_REPORT_MOST = 31,
    /// `power` when the peer does not say.
    BZ_REPORT_NO_POWER = 127,
    /// Devices whose last payload is remembered.
    BZ_SCANNER_DEVICES = 2048,
};

/// One advertisement of interest, heard once: it carries a beacon's bytes, or says that they can be read by GATT.
typedef struct {
    /// As it is written: the most significant byte first.
    uint8_t address[6];
    /// One of bz_address_type.
    uint8_t address_type;
    /// Bits of bz_service: what the peer lists as service UUIDs, or shows in Apple's way.
    uint8_t services;
    /// dBm, -127 ... 20.
    int8_t rssi;
    /// The transmit power in dBm that the peer says, or BZ_REPORT_NO_POWER.
    int8_t power;
    /// Service data of 0xFD6F.
    uint8_t service_data_length;
    uint8_t service_data[BZ_REPORT_MOST];
    /// Manufacturer data of company 0x22B5.
    uint8_t manufacturer_data_length;
    uint8_t manufacturer_data[BZ_REPORT_MOST];
    /// CLOCK_BOOTTIME when the signal was read, in nanoseconds.
    int64_t time;
} bz_report;

/// What became of a message.
enum bz_feed {
    /// Not about a device of bluetoothd: somebody else's to read.
    BZ_FEED_OTHER,
    /// About a device, and nothing to report.
    BZ_FEED_QUIET,
    /// A report was written.
    BZ_FEED_REPORT,
    /// About a device, and not what the interface promises: dropped.
    BZ_FEED_MALFORMED,
};

/// Remembers what was last heard of each device: PropertiesChanged carries only what changed, often the RSSI alone.
/// A fixed table; with more devices than it holds the one not heard for longest in its row is forgotten.
typedef struct bz_scanner bz_scanner;

/// A scanner of one adapter (`/org/bluez/hci0`); NULL when the path is not legal, or without memory.
bz_scanner *_Nullable bz_scanner_new(const char *_Nonnull adapter);
void bz_scanner_free(bz_scanner *_Nonnull scanner);
/// Reads a signal: InterfacesAdded, InterfacesRemoved of ObjectManager or PropertiesChanged of Device1. The caller has
/// checked that it comes from the owner of org.bluez. Answers one of bz_feed; allocates nothing.
enum bz_feed bz_scanner_feed(bz_scanner *_Nonnull scanner, bz_message *_Nonnull signal, bz_report *_Nonnull report);
/// Reports what is known of the device at path once more: an advertisement monitor was told that it was heard, which says
/// neither what nor how loudly. Quiet for a device of which nothing is known, and when a signal has just reported it.
enum bz_feed bz_scanner_found(bz_scanner *_Nonnull scanner, const char *_Nonnull path, bz_report *_Nonnull report);
/// How many signals said that some device of the adapter was heard, a beacon or not: a receiver that is alive.
uint64_t bz_scanner_heard(const bz_scanner *_Nonnull scanner);
/// Learns the devices of an answer to GetManagedObjects without reporting them.
void bz_scanner_seed(bz_scanner *_Nonnull scanner, bz_message *_Nonnull objects);
