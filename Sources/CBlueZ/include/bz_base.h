// SPDX-License-Identifier: GPL-3.0-or-later
// What every header of the shim needs: nullability under clang, nothing under other compilers.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif
