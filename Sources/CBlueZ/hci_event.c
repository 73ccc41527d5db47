// SPDX-License-Identifier: GPL-3.0-or-later
#include "hci_event.h"

#include <string.h>

#include "advertising_data.h"

enum { EVENT_PACKET = 0x04, LE_META_EVENT = 0x3E, ADVERTISING_REPORT = 0x02, EXTENDED_REPORT = 0x0D };
/// Bytes of a report without its data.
enum { LEGACY_HEAD = 9, EXTENDED_HEAD = 24, LEGACY_DATA_MOST = 31 };
/// Bits of an extended report's event type.
enum { LEGACY_PDU = 1 << 4, DATA_STATUS = 3 << 5, MORE_TO_COME = 1 << 5 };
enum { NO_RSSI = 127, STRONGEST = 20 };
/// The last piece of an advertisement comes within milliseconds of its first: what waits longer has lost it.
static const int64_t PATIENCE = 1000000000;

void bz_event_begin(bz_event_reader *reader, const uint8_t *packet, size_t length, int64_t time) {
    *reader = (bz_event_reader){.time = time};
    if (length < 5 || packet[0] != EVENT_PACKET || packet[1] != LE_META_EVENT) return;
    if (packet[3] != ADVERTISING_REPORT && packet[3] != EXTENDED_REPORT) return;
    // The event says its own length; bytes behind that belong to nobody.
    size_t said = packet[2], there = length - 3;
    reader->at = packet + 5;
    reader->left = (said < there ? said : there) < 2 ? 0 : (said < there ? said : there) - 2;
    reader->count = packet[4];
    reader->is_extended = packet[3] == EXTENDED_REPORT;
}

/// Nothing behind a report whose length is a lie can be trusted.
static enum bz_event_step give_up(bz_event_reader *reader) {
    reader->count = 0;
    return BZ_STEP_MALFORMED;
}

static void read_address(uint8_t type, const uint8_t *bytes, bz_report *report) {
    // 2 and 3 are identities that the controller resolved; 0xFF is nobody's.
    report->address_type = type > 3 ? BZ_ADDRESS_UNKNOWN : type & 1 ? BZ_ADDRESS_RANDOM : BZ_ADDRESS_PUBLIC;
    for (int i = 0; i < 6; i++) report->address[i] = bytes[5 - i];
}

static enum bz_event_step finish(const uint8_t *data, size_t count, uint8_t rssi, bz_report *report) {
    report->rssi = (int8_t)rssi;
    if (!bz_advertising_data_read(data, count, report)) return BZ_STEP_MALFORMED;
    if (!bz_report_is_of_interest(report) || report->rssi == NO_RSSI) return BZ_STEP_QUIET;
    return report->rssi == -128 || report->rssi > STRONGEST ? BZ_STEP_MALFORMED : BZ_STEP_REPORT;
}

static enum bz_event_step read_legacy(bz_event_reader *reader, bz_report *report) {
    if (reader->left < LEGACY_HEAD + 1) return give_up(reader);
    const uint8_t *at = reader->at;
    size_t count = at[8];
    if (count > reader->left - LEGACY_HEAD - 1) return give_up(reader);
    reader->at += LEGACY_HEAD + count + 1;
    reader->left -= LEGACY_HEAD + count + 1;
    read_address(at[1], at + 2, report);
    if (count > LEGACY_DATA_MOST) return BZ_STEP_MALFORMED;
    return finish(at + LEGACY_HEAD, count, at[LEGACY_HEAD + count], report);
}

static bz_fragmented *fragmented(bz_fragments *fragments, const uint8_t key[8], int64_t time) {
    bz_fragmented *found = NULL, *oldest = fragments->places;
    for (int i = 0; i < BZ_FRAGMENTED_MOST; i++) {
        bz_fragmented *place = &fragments->places[i];
        // A piece that comes after one that never will begins anew.
        if (place->since && time - place->since > PATIENCE) place->since = 0;
        if (place->since && memcmp(place->key, key, sizeof place->key) == 0) found = place;
        if (place->since < oldest->since) oldest = place;
    }
    if (found) return found;
    oldest->since = time > 0 ? time : 1;
    oldest->length = 0;
    memcpy(oldest->key, key, sizeof oldest->key);
    return oldest;
}

static bool is_waiting(const bz_fragments *fragments, const uint8_t key[8]) {
    for (int i = 0; i < BZ_FRAGMENTED_MOST; i++) {
        const bz_fragmented *place = &fragments->places[i];
        if (place->since && memcmp(place->key, key, sizeof place->key) == 0) return true;
    }
    return false;
}

/// A piece of an extended advertisement, or all of one.
static enum bz_event_step join(const uint8_t *head, const bz_event_reader *reader, bz_fragments *fragments,
                               bz_report *report) {
    size_t count = head[EXTENDED_HEAD - 1];
    const uint8_t *data = head + EXTENDED_HEAD;
    bool is_last = (head[0] & DATA_STATUS) != MORE_TO_COME;
    uint8_t key[8] = {head[2]};
    memcpy(key + 1, head + 3, 6);
    key[7] = head[11];
    if (is_last && !is_waiting(fragments, key)) return finish(data, count, head[13], report);
    bz_fragmented *whole = fragmented(fragments, key, reader->time);
    if (count > (size_t)(BZ_EXTENDED_MOST - whole->length)) {
        whole->since = 0;
        return BZ_STEP_MALFORMED;
    }
    memcpy(whole->data + whole->length, data, count);
    whole->length = (uint16_t)(whole->length + count);
    if (!is_last) return BZ_STEP_QUIET;
    // What the controller itself cut short (status 2) is read as far as it came.
    whole->since = 0;
    return finish(whole->data, whole->length, head[13], report);
}

static enum bz_event_step read_extended(bz_event_reader *reader, bz_fragments *fragments, bz_report *report) {
    if (reader->left < EXTENDED_HEAD) return give_up(reader);
    const uint8_t *head = reader->at;
    size_t count = head[EXTENDED_HEAD - 1];
    if (count > reader->left - EXTENDED_HEAD) return give_up(reader);
    reader->at += EXTENDED_HEAD + count;
    reader->left -= EXTENDED_HEAD + count;
    read_address(head[2], head + 3, report);
    report->power = (int8_t)head[12];
    if (!(head[0] & LEGACY_PDU)) return join(head, reader, fragments, report);
    if (count > LEGACY_DATA_MOST) return BZ_STEP_MALFORMED;
    return finish(head + EXTENDED_HEAD, count, head[13], report);
}

enum bz_event_step bz_event_next(bz_event_reader *reader, bz_fragments *fragments, bz_report *report) {
    if (reader->count == 0) return BZ_STEP_END;
    reader->count--;
    memset(report, 0, sizeof *report);
    report->power = BZ_REPORT_NO_POWER;
    report->time = reader->time;
    return reader->is_extended ? read_extended(reader, fragments, report) : read_legacy(reader, report);
}
