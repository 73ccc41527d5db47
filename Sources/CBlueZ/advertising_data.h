// SPDX-License-Identifier: GPL-3.0-or-later
// AD structures as they stand on the air (Core Specification 5.4, vol 3 C 11): what in them is of interest.
#pragma once
#include "bz_report.h"

/// Takes what the structures say into the report: services, data of ours, power. What they do not mention stays as it
/// was. A structure that reaches past the end stops the walk, as it does in every Bluetooth host. False when data of
/// ours is longer than a legacy advertisement can hold.
bool bz_advertising_data_read(const uint8_t *_Nonnull bytes, size_t count, bz_report *_Nonnull report);
/// Whether the report says anything that somebody above wants to know.
bool bz_report_is_of_interest(const bz_report *_Nonnull report);
