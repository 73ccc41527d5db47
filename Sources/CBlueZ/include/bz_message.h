// SPDX-License-Identifier: GPL-3.0-or-later
// D-Bus messages: made, read and written value by value. A message belongs to one thread at a time.
#pragma once
#include "bz_base.h"

/// A D-Bus message; freed with bz_message_free.
typedef struct DBusMessage bz_message;

/// What a message is, with the numbers of the D-Bus specification.
enum bz_message_kind { BZ_CALL = 1, BZ_RETURN = 2, BZ_ERROR = 3, BZ_SIGNAL = 4 };

/// A method call; NULL when a name or path is not legal, or without memory.
bz_message *_Nullable bz_message_new_call(const char *_Nonnull destination, const char *_Nonnull path,
                                          const char *_Nonnull interface, const char *_Nonnull member);
/// A signal, to everybody when destination is NULL; NULL when a name or path is not legal, or without memory.
bz_message *_Nullable bz_message_new_signal(const char *_Nonnull path, const char *_Nonnull interface,
                                            const char *_Nonnull member, const char *_Nullable destination);
/// An empty answer to a method call; NULL without memory.
bz_message *_Nullable bz_message_new_return(bz_message *_Nonnull call);
/// An error answer; NULL when the name is not legal or the text is not UTF-8, or without memory.
bz_message *_Nullable bz_message_new_error(bz_message *_Nonnull call, const char *_Nonnull name,
                                           const char *_Nonnull text);
/// Ends the caller's hold on the message.
void bz_message_free(bz_message *_Nonnull message);

/// One of bz_message_kind.
int bz_message_get_kind(bz_message *_Nonnull message);
/// Whether the caller wants an answer.
bool bz_message_wants_answer(bz_message *_Nonnull message);
// The header's fields, valid as long as the message; NULL where it has none.
const char *_Nullable bz_message_sender(bz_message *_Nonnull message);
const char *_Nullable bz_message_path(bz_message *_Nonnull message);
const char *_Nullable bz_message_interface(bz_message *_Nonnull message);
const char *_Nullable bz_message_member(bz_message *_Nonnull message);
const char *_Nullable bz_message_error_name(bz_message *_Nonnull message);
/// The signature of all arguments, empty for none.
const char *_Nonnull bz_message_signature(bz_message *_Nonnull message);
/// The first argument when it is a file descriptor: a copy that is the caller's to close; else -1.
int bz_message_descriptor(bz_message *_Nonnull message);
/// The first argument when it is a string, else NULL.
const char *_Nullable bz_message_first_string(bz_message *_Nonnull message);

/// Whether libdbus would take the text as an object path, a bus name, or the signature of exactly one complete type.
bool bz_is_path(const char *_Nonnull text);
bool bz_is_bus_name(const char *_Nonnull text);
bool bz_is_single_signature(const char *_Nonnull text);

/// A place in a message's arguments or in a container. Plain memory, copied freely, valid as long as the message.
typedef struct {
    uintptr_t opaque[12];
} bz_reader;

/// Puts the reader on the first argument; false when there is none.
bool bz_reader_begin(bz_message *_Nonnull message, bz_reader *_Nonnull reader);
/// The D-Bus type code of the value here ('s', 'a', ...); 0 at the end.
int bz_reader_type(bz_reader *_Nonnull reader);
/// The type code of an array's elements; 0 when the value here is no array.
int bz_reader_element_type(bz_reader *_Nonnull reader);
/// On to the next value; false at the end.
bool bz_reader_next(bz_reader *_Nonnull reader);
/// Puts child on the first value inside the container here; false when the value here is no container.
bool bz_reader_enter(bz_reader *_Nonnull reader, bz_reader *_Nonnull child);
/// The text of a string, path or signature; NULL for any other type.
const char *_Nullable bz_reader_text(bz_reader *_Nonnull reader);
/// The bits of a boolean, number or double, widened with zeros; 0 for any other type.
uint64_t bz_reader_bits(bz_reader *_Nonnull reader);
/// The bytes of an array of bytes, and their number; NULL with 0 for none and for any other type.
const uint8_t *_Nullable bz_reader_bytes(bz_reader *_Nonnull reader, size_t *_Nonnull count);
/// Writes the signature of the value here, at most 255 characters, into text; false when it cannot be had.
bool bz_reader_signature(bz_reader *_Nonnull reader, char text[_Nonnull 256]);

/// A place where values are added to a message. After any false the message is good for nothing but freeing.
typedef struct {
    uintptr_t opaque[12];
} bz_writer;

/// Puts the writer behind the message's last argument.
void bz_writer_begin(bz_message *_Nonnull message, bz_writer *_Nonnull writer);
/// Adds a boolean, number or double of this type code, from its bits.
bool bz_write_bits(bz_writer *_Nonnull writer, int type, uint64_t bits);
/// Adds a string, path or signature of this type code; false when the text is not legal.
bool bz_write_text(bz_writer *_Nonnull writer, int type, const char *_Nonnull text);
/// Adds an array of bytes.
bool bz_write_bytes(bz_writer *_Nonnull writer, const uint8_t *_Nullable bytes, size_t count);
/// Opens a container: 'a' with the elements' signature, 'v' with the value's, 'r' and 'e' with NULL.
bool bz_writer_open(bz_writer *_Nonnull writer, int type, const char *_Nullable signature,
                    bz_writer *_Nonnull child);
/// Closes the container that child was opened for.
bool bz_writer_close(bz_writer *_Nonnull writer, bz_writer *_Nonnull child);
/// Gives up the container that child was opened for, and with it the message: nothing more may be added to it.
void bz_writer_abandon(bz_writer *_Nonnull writer, bz_writer *_Nonnull child);
