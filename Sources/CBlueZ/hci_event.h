// SPDX-License-Identifier: GPL-3.0-or-later
// The reports inside one HCI event (Core Specification 5.4, vol 4 E 7.7.65.2 and 7.7.65.13), legacy and extended.
#pragma once
#include "bz_report.h"

enum {
    /// A packet of the raw channel: its type, the event's code and length, and at most 255 bytes.
    BZ_EVENT_MOST = 258,
    /// The longest data of an extended advertisement, and how many may arrive in pieces at the same time.
    BZ_EXTENDED_MOST = 1650,
    BZ_FRAGMENTED_MOST = 4,
};

/// An extended advertisement of which more is to come.
typedef struct {
    /// Address type, address and advertising set, by which its pieces are known.
    uint8_t key[8];
    /// When its first piece came; 0 for a free place.
    int64_t since;
    uint16_t length;
    uint8_t data[BZ_EXTENDED_MOST];
} bz_fragmented;

typedef struct {
    bz_fragmented places[BZ_FRAGMENTED_MOST];
} bz_fragments;

/// A place among the reports of one event.
typedef struct {
    const uint8_t *_Nullable at;
    size_t left;
    /// Reports to come.
    uint8_t count;
    bool is_extended;
    /// CLOCK_BOOTTIME of the packet, in nanoseconds.
    int64_t time;
} bz_event_reader;

enum bz_event_step {
    /// No report is left.
    BZ_STEP_END,
    /// A report of interest was written.
    BZ_STEP_REPORT,
    /// A report of no interest was passed over.
    BZ_STEP_QUIET,
    /// A report was not what the specification promises.
    BZ_STEP_MALFORMED,
};

/// Puts the reader on the first report of a packet heard at `time`, which must outlive it. A packet of another kind has
/// none.
void bz_event_begin(bz_event_reader *_Nonnull reader, const uint8_t *_Nonnull packet, size_t length, int64_t time);
/// Reads the next report, and puts the pieces of a fragmented one together.
enum bz_event_step bz_event_next(bz_event_reader *_Nonnull reader, bz_fragments *_Nonnull fragments,
                                 bz_report *_Nonnull report);
