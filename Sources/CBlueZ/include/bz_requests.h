// SPDX-License-Identifier: GPL-3.0-or-later
// The calls that we need of org.bluez, as messages ready to send. Each is NULL when a path is not
// legal or without memory. None of them starts a bluetoothd that its owner has stopped.
#pragma once
#include "bz_advertisement.h"
#include "bz_message.h"

/// GetManagedObjects of the root.
bz_message *_Nullable bz_request_objects(void);
/// Says what discovery shall report: LE only, and with `repeats` every repetition of service and manufacturer data. No
/// UUIDs: that filter looks at UUID lists and misses peers that send service data only. Without any filter broadcasts stay
/// invisible.
bz_message *_Nullable bz_request_filter(const char *_Nonnull adapter, bool repeats);
/// StartDiscovery or StopDiscovery.
bz_message *_Nullable bz_request_discovery(const char *_Nonnull adapter, bool start);
/// RegisterAdvertisement or UnregisterAdvertisement of the object at this path.
bz_message *_Nullable bz_request_advertisement(const char *_Nonnull adapter, const char *_Nonnull path, bool start);
/// RegisterMonitor or UnregisterMonitor of the objects below BZ_MONITOR_ROOT.
bz_message *_Nullable bz_request_monitor(const char *_Nonnull adapter, bool start);
