// SPDX-License-Identifier: GPL-3.0-or-later
// The connection. Messages are popped rather than dispatched: no callbacks, and who calls whom stays plain. libdbus's
// timeouts serve only its own pending calls, which are not used; calls.c keeps the deadlines.
#include "bz_bus.h"

#include <dbus/dbus.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

/// More than any bluetoothd says at once; beyond it libdbus ends the connection.
static const long LARGEST_MESSAGE = 16 << 20;
static const long MOST_WAITING = 8 << 20;
static const char *const SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket";
enum { MAX_WATCHES = 8, GREETING = 0 };

struct bz_bus {
    DBusConnection *connection;
    DBusWatch *watches[MAX_WATCHES];
    bz_calls calls;
    bool is_greeted;
    bool is_over;
};

static dbus_bool_t add_watch(DBusWatch *watch, void *context) {
    bz_bus *bus = context;
    for (int i = 0; i < MAX_WATCHES; i++) {
        if (bus->watches[i]) continue;
        bus->watches[i] = watch;
        return TRUE;
    }
    return FALSE;
}

static void remove_watch(DBusWatch *watch, void *context) {
    bz_bus *bus = context;
    for (int i = 0; i < MAX_WATCHES; i++)
        if (bus->watches[i] == watch) bus->watches[i] = NULL;
}

static bool greet(bz_bus *bus, int limit_ms) {
    bz_message *hello = bz_message_new_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "Hello");
    if (!hello) return false;
    bool sent = bz_bus_call(bus, hello, GREETING, limit_ms);
    bz_message_free(hello);
    return sent;
}

bz_bus *bz_bus_open(const char *address, int greeting_ms) {
    const char *system = getenv("DBUS_SYSTEM_BUS_ADDRESS");
    if (!address) address = system && *system ? system : SYSTEM_BUS;
    bz_bus *bus = calloc(1, sizeof *bus);
    if (!bus) return NULL;
    DBusError error = DBUS_ERROR_INIT;
    bus->connection = dbus_connection_open_private(address, &error);
    dbus_error_free(&error);
    if (!bus->connection) {
        free(bus);
        return NULL;
    }
    dbus_connection_set_exit_on_disconnect(bus->connection, FALSE);
    dbus_connection_set_max_message_size(bus->connection, LARGEST_MESSAGE);
    if (!dbus_connection_set_watch_functions(bus->connection, add_watch, remove_watch, NULL, bus, NULL) ||
        !greet(bus, greeting_ms)) {
        bz_bus_close(bus);
        return NULL;
    }
    return bus;
}

void bz_bus_close(bz_bus *bus) {
    dbus_connection_set_watch_functions(bus->connection, NULL, NULL, NULL, NULL, NULL);
    dbus_connection_close(bus->connection);
    dbus_connection_unref(bus->connection);
    free(bus->calls.entries);
    free(bus);
}

const char *bz_bus_name(const bz_bus *bus) {
    return bus->is_greeted ? dbus_bus_get_unique_name(bus->connection) : NULL;
}

int bz_bus_poll(const bz_bus *bus, struct pollfd *fds, int capacity) {
    int count = 0;
    for (int i = 0; i < MAX_WATCHES; i++) {
        DBusWatch *watch = bus->watches[i];
        if (!watch || !dbus_watch_get_enabled(watch)) continue;
        int fd = dbus_watch_get_unix_fd(watch), place = 0;
        while (place < count && fds[place].fd != fd) place++;
        if (place == count) {
            if (count == capacity) continue;
            fds[count++] = (struct pollfd){.fd = fd};
        }
        unsigned flags = dbus_watch_get_flags(watch);
        if (flags & DBUS_WATCH_READABLE) fds[place].events |= POLLIN;
        if (flags & DBUS_WATCH_WRITABLE) fds[place].events |= POLLOUT;
    }
    return count;
}

int bz_bus_timeout(const bz_bus *bus) {
    if (bus->is_over) return -1;
    if (dbus_connection_get_dispatch_status(bus->connection) == DBUS_DISPATCH_DATA_REMAINS) return 0;
    return bz_calls_timeout(&bus->calls);
}

void bz_bus_process(bz_bus *bus, const struct pollfd *fds, int count) {
    for (int i = 0; i < count; i++) {
        unsigned flags = 0;
        if (fds[i].revents & POLLIN) flags |= DBUS_WATCH_READABLE;
        if (fds[i].revents & POLLOUT) flags |= DBUS_WATCH_WRITABLE;
        if (fds[i].revents & POLLERR) flags |= DBUS_WATCH_ERROR;
        if (fds[i].revents & POLLHUP) flags |= DBUS_WATCH_HANGUP;
        // Handling a watch may remove it or others: each place is read anew.
        for (int w = 0; flags && w < MAX_WATCHES; w++) {
            DBusWatch *watch = bus->watches[w];
            if (!watch || dbus_watch_get_unix_fd(watch) != fds[i].fd || !dbus_watch_get_enabled(watch)) continue;
            unsigned wanted = dbus_watch_get_flags(watch) | DBUS_WATCH_ERROR | DBUS_WATCH_HANGUP;
            if (flags & wanted) dbus_watch_handle(watch, flags & wanted);
        }
    }
}

/// Answers what every peer must (org.freedesktop.DBus.Peer); true when the message was such a call.
static bool answer_peer(bz_bus *bus, DBusMessage *message) {
    DBusMessage *answer = NULL;
    if (dbus_message_is_method_call(message, DBUS_INTERFACE_PEER, "Ping")) {
        answer = bz_message_new_return(message);
    } else if (dbus_message_is_method_call(message, DBUS_INTERFACE_PEER, "GetMachineId")) {
        char *id = dbus_try_get_local_machine_id(NULL);
        answer = id ? bz_message_new_return(message)
                    : bz_message_new_error(message, DBUS_ERROR_FAILED, "this machine has no id");
        if (answer && id) dbus_message_append_args(answer, DBUS_TYPE_STRING, &id, DBUS_TYPE_INVALID);
        dbus_free(id);
    } else {
        return false;
    }
    if (answer) {
        if (bz_message_wants_answer(message)) bz_bus_send(bus, answer);
        dbus_message_unref(answer);
    }
    return true;
}

/// The bus's answer to Hello.
static int greeted(bz_bus *bus, DBusMessage *answer) {
    const char *name = bz_message_first_string(answer);
    bool is_good = dbus_message_get_type(answer) == DBUS_MESSAGE_TYPE_METHOD_RETURN && name && name[0] == ':' &&
                   dbus_bus_set_unique_name(bus->connection, name);
    dbus_message_unref(answer);
    bus->is_greeted = is_good;
    bus->is_over = !is_good;
    return is_good ? BZ_EVENT_CONNECTED : BZ_EVENT_DISCONNECTED;
}

/// Turns a message into an event; false when it is of no concern and was freed.
static bool sort(bz_bus *bus, DBusMessage *message, bz_event *event) {
    int type = dbus_message_get_type(message);
    *event = (bz_event){.message = message};
    if (type == DBUS_MESSAGE_TYPE_METHOD_RETURN || type == DBUS_MESSAGE_TYPE_ERROR) {
        event->kind = BZ_EVENT_ANSWER;
        if (bz_calls_take(&bus->calls, dbus_message_get_reply_serial(message), &event->cookie)) {
            if (event->cookie != GREETING) return true;
            *event = (bz_event){.kind = greeted(bus, message)};
            return true;
        }
    } else if (dbus_message_is_signal(message, DBUS_INTERFACE_LOCAL, "Disconnected")) {
        dbus_message_unref(message);
        bus->is_over = true;
        *event = (bz_event){.kind = BZ_EVENT_DISCONNECTED};
        return true;
    } else if (bus->is_greeted && type == DBUS_MESSAGE_TYPE_SIGNAL) {
        event->kind = BZ_EVENT_SIGNAL;
        return true;
    } else if (bus->is_greeted && type == DBUS_MESSAGE_TYPE_METHOD_CALL && !answer_peer(bus, message)) {
        event->kind = BZ_EVENT_CALL;
        return true;
    }
    dbus_message_unref(message);
    return false;
}

bool bz_bus_next(bz_bus *bus, bz_event *event) {
    DBusMessage *message;
    if (bus->is_over) return false;
    while ((message = dbus_connection_pop_message(bus->connection)))
        if (sort(bus, message, event)) return true;
    *event = (bz_event){.kind = BZ_EVENT_TIMEOUT};
    if (!bz_calls_take_late(&bus->calls, &event->cookie)) return false;
    if (event->cookie == GREETING) {
        bus->is_over = true;
        event->kind = BZ_EVENT_DISCONNECTED;
    }
    return true;
}

bool bz_bus_send(bz_bus *bus, bz_message *message) {
    if (bus->is_over || dbus_connection_get_outgoing_size(bus->connection) > MOST_WAITING) return false;
    return dbus_connection_send(bus->connection, message, NULL);
}

bool bz_bus_call(bz_bus *bus, bz_message *call, uint64_t cookie, int limit_ms) {
    dbus_uint32_t serial = 0;
    if (bus->is_over || dbus_connection_get_outgoing_size(bus->connection) > MOST_WAITING) return false;
    if (!bz_calls_reserve(&bus->calls) || !dbus_connection_send(bus->connection, call, &serial)) return false;
    bz_calls_add(&bus->calls, serial, cookie, limit_ms);
    return true;
}

void bz_bus_forget(bz_bus *bus, uint64_t cookie) { bz_calls_forget(&bus->calls, cookie); }
