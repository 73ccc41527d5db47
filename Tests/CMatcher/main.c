// SPDX-License-Identifier: GPL-3.0-or-later
// All tests of the matcher's kernel: tests [ROUNDS [SEED]].
#include "tests.h"

int main(int count, char **words) {
    int rounds = count > 1 ? atoi(words[1]) : 1000;
    uint64_t seed = count > 2 ? strtoull(words[2], NULL, 10) : 20200506;
    for (int path = 0; path < MATCHER_PATHS; path++)
        if (matcher_path_works((matcher_path)path))
            printf("path %s%s\n", matcher_path_name((matcher_path)path), path == (int)matcher_best_path() ? ", the best here" : "");
    test_vectors();
    test_index();
    test_answers(seed, rounds);
    printf("%d checks of the matcher's kernel passed\n", checks);
}
