// SPDX-License-Identifier: GPL-3.0-or-later
// The shim over libdbus-1 and libbluetooth. libdbus's own types stay behind it: its checks abort the process when a
// caller hands it a name or text that is not legal, so every door here looks first and answers false or NULL.
#pragma once
#include "bz_advertisement.h"
#include "bz_bus.h"
#include "bz_hci.h"
#include "bz_message.h"
#include "bz_monitor.h"
#include "bz_report.h"
#include "bz_requests.h"
#include "bz_wake.h"
