// SPDX-License-Identifier: GPL-3.0-or-later
// Our org.bluez.AdvertisementMonitor1 object (bluez doc/org.bluez.AdvertisementMonitor.rst) and the root that bluetoothd
// finds it under: while it is registered the kernel scans passively, and bluetoothd tells every matching packet.
#pragma once
#include "bz_message.h"

/// What is registered, and the one monitor below it.
#define BZ_MONITOR_ROOT "/org/bluezone1/monitor"
#define BZ_MONITOR_PATH "/org/bluezone1/monitor/beacons"

/// What a monitor is for.
enum bz_monitor_purpose {
    /// To be told of every packet that may be a beacon.
    BZ_MONITOR_BEACONS,
    /// To have the kernel scan passively and report every packet, which somebody else reads: matches nothing that is
    /// on the air, so that bluetoothd makes no device of it and has nothing to tell.
    BZ_MONITOR_NOBODY,
};

/// What a call told.
enum bz_monitor_news {
    BZ_MONITOR_NOTHING,
    /// A packet of a device was heard.
    BZ_MONITOR_FOUND,
    /// bluetoothd has dropped the monitor, or refused it after it was registered.
    BZ_MONITOR_RELEASED,
};

/// The answer to a call of one of both objects, to be sent and freed; NULL without memory. Whatever the call is, the
/// answer is legal. `device` becomes the path that BZ_MONITOR_FOUND is about, valid as long as the call.
bz_message *_Nullable bz_monitor_answer(bz_message *_Nonnull call, enum bz_monitor_purpose purpose,
                                        enum bz_monitor_news *_Nonnull news, const char *_Nullable *_Nonnull device);
