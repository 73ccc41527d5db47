// SPDX-License-Identifier: GPL-3.0-or-later
// A private connection to the message bus that lives in the caller's poll loop and never blocks:
//
//     count = bz_bus_poll(bus, fds, BZ_MAX_FDS); poll(fds, count, bz_bus_timeout(bus));
//     bz_bus_process(bus, fds, count); while (bz_bus_next(bus, &event)) ...
//
// All functions belong to one thread. After BZ_EVENT_DISCONNECTED the connection is good for closing only; the caller
// opens a new one when it sees fit.
#pragma once
#include <poll.h>

#include "bz_base.h"
#include "bz_message.h"

typedef struct bz_bus bz_bus;

/// As many descriptors as bz_bus_poll ever gives.
enum { BZ_MAX_FDS = 4 };

enum bz_event_kind {
    /// The bus has answered Hello: bz_bus_name is known and calls may be made.
    BZ_EVENT_CONNECTED,
    /// The bus is gone, has refused us or did not answer in time. Comes once; no call of before is answered any more.
    BZ_EVENT_DISCONNECTED,
    /// The answer (return or error) to the call with this cookie.
    BZ_EVENT_ANSWER,
    /// The call with this cookie was not answered in time. A later answer is dropped.
    BZ_EVENT_TIMEOUT,
    BZ_EVENT_SIGNAL,
    BZ_EVENT_CALL,
};

/// One thing that happened.
typedef struct {
    /// One of bz_event_kind.
    int kind;
    uint64_t cookie;
    /// For an answer, a signal and a call; the caller frees it.
    bz_message *_Nullable message;
} bz_event;

/// Connects to the bus at address, or to the system bus (DBUS_SYSTEM_BUS_ADDRESS is honoured) when it is NULL. NULL
/// when nothing listens there. Success means only that the greeting is under way; it may take greeting_ms.
bz_bus *_Nullable bz_bus_open(const char *_Nullable address, int greeting_ms);
/// Ends the connection.
void bz_bus_close(bz_bus *_Nonnull bus);

/// Our unique name; NULL before BZ_EVENT_CONNECTED.
const char *_Nullable bz_bus_name(const bz_bus *_Nonnull bus);

/// Fills in what to poll for and answers how many entries that are.
int bz_bus_poll(const bz_bus *_Nonnull bus, struct pollfd *_Nonnull fds, int capacity);
/// Milliseconds until bz_bus_next has something to say without any descriptor being ready; -1 for never.
int bz_bus_timeout(const bz_bus *_Nonnull bus);
/// Reads and writes what poll said is ready.
void bz_bus_process(bz_bus *_Nonnull bus, const struct pollfd *_Nonnull fds, int count);
/// The next thing that happened; false when there is none. Ping and GetMachineId are answered here.
bool bz_bus_next(bz_bus *_Nonnull bus, bz_event *_Nonnull event);

/// Queues a message. False without memory, when disconnected, or when more than 8 MiB wait for a bus that does not
/// read.
bool bz_bus_send(bz_bus *_Nonnull bus, bz_message *_Nonnull message);
/// Queues a call whose answer comes as an event with this cookie (not 0), or as BZ_EVENT_TIMEOUT after limit_ms.
/// False as bz_bus_send, and when 4096 calls are under way.
bool bz_bus_call(bz_bus *_Nonnull bus, bz_message *_Nonnull call, uint64_t cookie, int limit_ms);
/// Forgets a call; its answer will be dropped.
void bz_bus_forget(bz_bus *_Nonnull bus, uint64_t cookie);
