// SPDX-License-Identifier: GPL-3.0-or-later
// Published numbers: what Google and Apple print for v1.2, and what the published Bluezone app derives.
#include "tests.h"

typedef struct {
    matcher_format format;
    const char *key;
    uint32_t first;
    uint16_t number;
    const char *identifier;
} vector;

static const char exposure_key[] = "75c734c6dd1a782de7a965da5eb93125";
static const char bluezone_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static const vector vectors[] = {
    {MATCHER_EXPOSURE_NOTIFICATION, exposure_key, 2642976, 0, "8be6cd371c5c891604bfbe49df845096"},
    {MATCHER_EXPOSURE_NOTIFICATION, exposure_key, 2642976, 1, "3c9a1de5dd6b02afa7fded7b570b3e56"},
    {MATCHER_EXPOSURE_NOTIFICATION, exposure_key, 2642976, 143, "f431b62ecf443102ce4ed0407de54bd4"},
    {MATCHER_BLUEZONE, bluezone_key, 1728000, 0, "130cea6472130c185d8643df"},
    {MATCHER_BLUEZONE, bluezone_key, 1728000, 10, "104b3999777e6c97b2bd81c5"},
    {MATCHER_BLUEZONE, bluezone_key, 1728000, 95, "0ae9ab99c50104e835045abf"},
};

static void read_hex(const char *text, uint8_t *bytes) {
    unsigned byte;
    for (; sscanf(text, "%2x", &byte) == 1; text += 2) *bytes++ = (uint8_t)byte;
}

static void check_vector(const vector *vector, matcher_path path) {
    uint8_t bytes[16] = {0};
    matcher_key key = {.first_slot = vector->first, .to = vector->format == MATCHER_BLUEZONE ? 96 : 144};
    matcher_heard heard = {.slot = vector->first + vector->number};
    read_hex(vector->key, key.bytes);
    read_hex(vector->identifier, bytes);
    memcpy(&heard.low, bytes, 8);
    memcpy(&heard.high, bytes + 8, 8);

    uint32_t counts[1] = {1};
    matcher_index *index = matcher_index_new(vector->format, heard.slot, 1, 0, counts, 42);
    CHECK(index != NULL && matcher_index_add(index, &heard, 1));
    matcher_hit *hits = malloc(MATCHER_ROOM * sizeof *hits);
    size_t count;
    matcher_cost cost = {0, 0, 0};
    CHECK(matcher_compare(index, path, &key, 1, hits, MATCHER_ROOM, &count, &cost) == 1);
    CHECK(count == 1 && hits[0].low == heard.low && hits[0].high == heard.high && hits[0].slot == heard.slot && hits[0].key == 0);
    CHECK(cost.keys == 1 && cost.candidates >= 1);
    free(hits);
    matcher_index_free(index);
}

void test_vectors(void) {
    for (int path = 0; path < MATCHER_PATHS; path++) {
        if (!matcher_path_works((matcher_path)path)) continue;
        for (unsigned at = 0; at < sizeof vectors / sizeof *vectors; at++) {
            snprintf(situation, sizeof situation, "vector %u on %s", at, matcher_path_name((matcher_path)path));
            check_vector(&vectors[at], (matcher_path)path);
        }
    }
}
