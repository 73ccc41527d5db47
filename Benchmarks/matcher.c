// SPDX-License-Identifier: GPL-3.0-or-later
// What the matcher's kernel costs: nanoseconds for each case key, by path, format and number of identifiers heard, and for
// each sighting while the index is built. Prints `name median minimum maximum`, then what else is worth knowing.
//
//   cc -O3 Benchmarks/matcher.c Sources/CMatcher/*.c -ISources/CMatcher/include -lcrypto -o matcher
//   ./matcher [KEYS [RUNS [NAME]]]     NAME: only what has it in its own
#include "CMatcher.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAYS = 14, MOST_RUNS = 99, FIRST_DAY = 18000 };

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t draw(void) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_size(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

static void print(const char *name, double *figures, int runs, const char *more) {
    qsort(figures, (size_t)runs, sizeof *figures, by_size);
    printf("%-44s %9.1f %9.1f %9.1f  %s\n", name, figures[runs / 2], figures[0], figures[runs - 1], more);
    fflush(stdout);
}

typedef struct {
    matcher_format format;
    uint32_t day, tolerance, first;
    uint32_t *counts;
    matcher_heard *heard;
    size_t heard_count;
} journal;

/// Sightings of distinct identifiers over two weeks, in time's order. A commuter's lie in 40 intervals of each day: the way to
/// work, the way home, and a break.
static journal journal_make(matcher_format format, size_t count, int commuter) {
    journal made = {.format = format, .day = format == MATCHER_BLUEZONE ? 96 : 144, .heard_count = count};
    made.tolerance = format == MATCHER_BLUEZONE ? 1 : 12;
    made.first = FIRST_DAY * made.day;
    uint32_t slots = DAYS * made.day;
    made.counts = calloc(slots + 2 * made.tolerance, sizeof *made.counts);
    made.heard = malloc((count + 1) * sizeof *made.heard);
    for (size_t at = 0; at < count; at++) {
        uint32_t slot = (uint32_t)((double)at / (double)count * slots);
        if (commuter) {
            uint32_t day = (uint32_t)((double)at / (double)count * DAYS), in_day = (uint32_t)(draw() >> 32) % 40;
            in_day = in_day < 16 ? 40 + in_day : in_day < 24 ? 72 + in_day - 16 : 102 + in_day - 24;
            slot = day * made.day + in_day * made.day / 144;
        }
        made.heard[at] = (matcher_heard){draw(), format == MATCHER_BLUEZONE ? draw() >> 32 : draw(), made.first + slot, 0};
        made.counts[slot + made.tolerance]++;
    }
    return made;
}

static matcher_index *build(const journal *journal) {
    matcher_index *index = matcher_index_new(
        journal->format, journal->first, DAYS * journal->day, journal->tolerance, journal->counts, draw());
    if (index == NULL || !matcher_index_add(index, journal->heard, journal->heard_count)) abort();
    return index;
}

static matcher_key *make_keys(size_t count, uint32_t day) {
    matcher_key *keys = malloc(count * sizeof *keys);
    for (size_t at = 0; at < count; at++) {
        for (int byte = 0; byte < 32; byte++) keys[at].bytes[byte] = (uint8_t)(draw() >> 56);
        keys[at].first_slot = (FIRST_DAY + (uint32_t)(draw() >> 32) % DAYS) * day;
        keys[at].from = 0;
        keys[at].to = (uint16_t)day;
    }
    return keys;
}

static void measure_compare(const journal *journal, const matcher_key *keys, size_t count, int runs, matcher_path path, const char *name) {
    static matcher_hit hits[2 * MATCHER_ROOM];
    matcher_index *index = build(journal);
    double figures[MOST_RUNS];
    matcher_cost cost = {0, 0, 0};
    size_t found = 0;
    for (int run = 0; run < runs; run++) {
        double begin = now();
        for (size_t done = 0, some; done < count; done += some) {
            size_t here;
            some = matcher_compare(index, path, keys + done, count - done, hits, 2 * MATCHER_ROOM, &here, &cost);
            if (some == 0) abort();
            found += here;
        }
        figures[run] = (now() - begin) / (double)count;
    }
    double all = (double)count * runs;
    char more[160];
    snprintf(more, sizeof more, "ns/key; %.1f derived, %.2f candidates a key, %zu hits, %.1f MiB", (double)cost.derived / all,
             (double)cost.candidates / all, found, (double)matcher_index_bytes(index) / (1 << 20));
    print(name, figures, runs, more);
    matcher_index_free(index);
}

static void measure_build(const journal *journal, int runs, const char *name) {
    double figures[MOST_RUNS];
    char more[80];
    for (int run = 0; run < runs; run++) {
        double begin = now();
        matcher_index *index = build(journal);
        figures[run] = (now() - begin) / (double)journal->heard_count;
        snprintf(more, sizeof more, "ns/sighting; %.1f MiB", (double)matcher_index_bytes(index) / (1 << 20));
        matcher_index_free(index);
    }
    print(name, figures, runs, more);
}

int main(int words, char **word) {
    size_t count = words > 1 ? strtoul(word[1], NULL, 10) : 100000;
    int runs = words > 2 ? atoi(word[2]) : 5;
    const char *only = words > 3 ? word[3] : "";
    static const struct { const char *name; size_t heard; int commuter; } journals[] = {
        {"10k", 10000, 0}, {"100k", 100000, 0}, {"1M", 1000000, 0}, {"10M", 10000000, 0}, {"commuter-100k", 100000, 1}};
    if (runs < 1 || runs > MOST_RUNS || count < 1) return 2;
    for (int format = MATCHER_BLUEZONE; format <= MATCHER_EXPOSURE_NOTIFICATION; format++) {
        const char *of = format == MATCHER_BLUEZONE ? "bluezone" : "exposure";
        matcher_key *keys = make_keys(count, format == MATCHER_BLUEZONE ? 96 : 144);
        for (unsigned at = 0; at < sizeof journals / sizeof *journals; at++) {
            char name[80];
            journal journal = {0};
            for (int path = -1; path < MATCHER_PATHS; path++) {
                if (path >= 0 && !matcher_path_works((matcher_path)path)) continue;
                snprintf(name, sizeof name, "%s/%s/%s", of, path < 0 ? "build" : matcher_path_name((matcher_path)path), journals[at].name);
                if (strstr(name, only) == NULL) continue;
                if (journal.heard == NULL) journal = journal_make((matcher_format)format, journals[at].heard, journals[at].commuter);
                if (path < 0) measure_build(&journal, runs, name);
                else measure_compare(&journal, keys, count, runs, (matcher_path)path, name);
            }
            free(journal.counts);
            free(journal.heard);
        }
        free(keys);
    }
}
