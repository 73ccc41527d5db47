// SPDX-License-Identifier: GPL-3.0-or-later
// The properties of an advertisement's object: one table of names, signatures and writers.
#pragma once
#include "bz_advertisement.h"

typedef struct {
    const char *_Nonnull name;
    const char *_Nonnull signature;
    bool (*_Nonnull is_present)(const bz_advertisement *_Nonnull);
    bool (*_Nonnull write)(const bz_advertisement *_Nonnull, bz_writer *_Nonnull);
} bz_property;

/// The property of this name that the advertisement has; NULL when it has none.
const bz_property *_Nullable bz_property_named(const bz_advertisement *_Nonnull advertisement,
                                               const char *_Nonnull name);
/// Writes a property's value as a variant.
bool bz_property_write(const bz_property *_Nonnull property, const bz_advertisement *_Nonnull advertisement,
                       bz_writer *_Nonnull writer);
/// Writes a{sv} of all properties present; an empty one for NULL.
bool bz_properties_write(const bz_advertisement *_Nullable advertisement, bz_writer *_Nonnull writer);
