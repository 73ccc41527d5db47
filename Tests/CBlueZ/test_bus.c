// SPDX-License-Identifier: GPL-3.0-or-later
// The connection against a peer that is not a bus: it greets or does not, answers or does not, sends what it likes.
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

static char address[128];

static void put(int peer, DBusMessage *message, uint32_t serial) {
    char *bytes = NULL;
    int length = 0;
    dbus_message_set_serial(message, serial);
    CHECK(dbus_message_set_sender(message, "org.freedesktop.DBus") && dbus_message_marshal(message, &bytes, &length));
    CHECK(write(peer, bytes, (size_t)length) == length);
    dbus_free(bytes);
    dbus_message_unref(message);
}

static void put_text(int peer, const char *text) { CHECK(write(peer, text, strlen(text)) == (ssize_t)strlen(text)); }

/// SASL as a bus does it, up to BEGIN; 0 when the other side has gone.
static int authenticate(int peer) {
    char line[512] = "";
    size_t length = 0;
    while (length < sizeof line - 1 && read(peer, line + length, 1) == 1) {
        if (line[length++] != '\n') continue;
        line[length] = 0;
        if (strstr(line, "AUTH EXTERNAL ")) put_text(peer, "OK 1234deadbeef1234deadbeef1234dead\r\n");
        else if (strstr(line, "BEGIN")) return 1;
        else put_text(peer, strstr(line, "AUTH") ? "REJECTED EXTERNAL\r\n" : "ERROR\r\n");
        length = 0;
        memset(line, 0, sizeof line);
    }
    return 0;
}

/// The next message's serial, its content skipped; 0 at the end.
static uint32_t next_serial(int peer) {
    uint8_t head[16], rest[4096];
    size_t got = 0;
    for (ssize_t n; got < 16; got += (size_t)n)
        if ((n = read(peer, head + got, 16 - got)) <= 0) return 0;
    uint32_t body, serial, fields;
    memcpy(&body, head + 4, 4), memcpy(&serial, head + 8, 4), memcpy(&fields, head + 12, 4);
    size_t left = ((fields + 7) & ~7u) + body;
    while (left) {
        ssize_t n = read(peer, rest, left < sizeof rest ? left : sizeof rest);
        if (n <= 0) return 0;
        left -= (size_t)n;
    }
    return serial;
}

static void answer_text(int peer, uint32_t serial, const char *text) {
    DBusMessage *answer = dbus_message_new(DBUS_MESSAGE_TYPE_METHOD_RETURN);
    dbus_message_set_reply_serial(answer, serial);
    dbus_message_append_args(answer, 's', &text, DBUS_TYPE_INVALID);
    put(peer, answer, 1);
}

static void peer_silent(int peer) { pause(), (void)peer; }
static void peer_gone(int peer) { close(peer); }
static void peer_mute(int peer) { authenticate(peer) ? pause() : 0; }
static void peer_babble(int peer) {
    if (authenticate(peer)) put_text(peer, "this is no message at all, by no stretch of anybody's imagination");
    pause();
}
static void peer_odd_name(int peer) {
    if (authenticate(peer)) answer_text(peer, next_serial(peer), "not a unique name");
    pause();
}
static void peer_refuses(int peer) {
    if (!authenticate(peer)) return;
    DBusMessage *error = dbus_message_new(DBUS_MESSAGE_TYPE_ERROR);
    dbus_message_set_error_name(error, "a.b.Odd_Name9");
    dbus_message_set_reply_serial(error, next_serial(peer));
    put(peer, error, 1);
    pause();
}

/// Greets, then a flood: answers nobody waits for, calls of all kinds, signals; the call it gets it answers last.
static void peer_floods(int peer) {
    if (!authenticate(peer)) return;
    answer_text(peer, next_serial(peer), ":1.1");
    uint32_t serial = next_serial(peer);
    for (uint32_t i = 0; i < 500; i++) {
        answer_text(peer, 4000000000u - i, "nobody asked");
        put(peer, dbus_message_new_signal("/", "a.b", "C"), 10 + i);
        const char *member = i % 2 ? "Ping" : "GetMachineId";
        put(peer, dbus_message_new_method_call(NULL, "/", "org.freedesktop.DBus.Peer", member), 900 + i);
        put(peer, dbus_message_new_method_call(NULL, "/", "a.b", "C"), 2000 + i);
    }
    answer_text(peer, serial, "at last");
    while (next_serial(peer)) {}
}

/// Greets, then never answers.
static void peer_idles(int peer) {
    if (authenticate(peer)) answer_text(peer, next_serial(peer), ":1.1");
    while (next_serial(peer)) {}
}

static pid_t start(void (*behave)(int)) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "/tmp/cbluez-test-%d", getpid());
    snprintf(address, sizeof address, "unix:path=%s", name.sun_path);
    unlink(name.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&name, sizeof name) == 0 && listen(listener, 1) == 0);
    pid_t child = fork();
    if (child == 0) {
        int peer = accept(listener, NULL, NULL);
        char nul;
        if (read(peer, &nul, 1) == 1) behave(peer);
        _exit(0);
    }
    close(listener);
    return child;
}

static void end(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    unlink(address + strlen("unix:path="));
}

/// Turns the loop until an event comes.
static bz_event await(bz_bus *bus) {
    struct pollfd fds[BZ_MAX_FDS];
    bz_event event;
    while (!bz_bus_next(bus, &event)) {
        int count = bz_bus_poll(bus, fds, BZ_MAX_FDS);
        CHECK(poll(fds, (nfds_t)count, bz_bus_timeout(bus)) >= 0);
        bz_bus_process(bus, fds, count);
    }
    return event;
}

static void test_bad_greetings(void) {
    void (*const peers[])(int) = {peer_silent, peer_gone, peer_mute, peer_babble, peer_odd_name, peer_refuses};
    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
        pid_t child = start(peers[i]);
        bz_bus *bus = bz_bus_open(address, 300);
        CHECK(bus && !bz_bus_name(bus));
        CHECK(await(bus).kind == BZ_EVENT_DISCONNECTED);
        bz_event none;
        CHECK(!bz_bus_next(bus, &none) && !bz_bus_name(bus) && bz_bus_timeout(bus) == -1);
        bz_bus_close(bus);
        end(child);
    }
    CHECK(!bz_bus_open("unix:path=/nonexistent", 100) && !bz_bus_open("no address", 100));
}

static bool send_call(bz_bus *bus, uint64_t cookie, int limit_ms) {
    bz_message *call = bz_message_new_call("a.b", "/", "a.b", "C");
    bool sent = bz_bus_call(bus, call, cookie, limit_ms);
    bz_message_free(call);
    return sent;
}

static void test_flood(void) {
    pid_t child = start(peer_floods);
    bz_bus *bus = bz_bus_open(address, 5000);
    CHECK(await(bus).kind == BZ_EVENT_CONNECTED && strcmp(bz_bus_name(bus), ":1.1") == 0 && send_call(bus, 42, 20000));
    int calls = 0, signals = 0;
    for (bool isAnswered = false; !isAnswered;) {
        bz_event event = await(bus);
        calls += event.kind == BZ_EVENT_CALL;
        signals += event.kind == BZ_EVENT_SIGNAL;
        isAnswered = event.kind == BZ_EVENT_ANSWER;
        CHECK(event.message && (!isAnswered || event.cookie == 42));
        bz_message_free(event.message);
    }
    CHECK(calls == 500 && signals == 500);
    bz_bus_close(bus);
    end(child);
}

static void test_no_answers(void) {
    pid_t child = start(peer_idles);
    bz_bus *bus = bz_bus_open(address, 5000);
    CHECK(await(bus).kind == BZ_EVENT_CONNECTED);
    CHECK(send_call(bus, 1, 60) && send_call(bus, 2, 20) && send_call(bus, 3, 40) && send_call(bus, 4, -5));
    bz_bus_forget(bus, 3);
    uint64_t order[3] = {4, 2, 1};
    for (int i = 0; i < 3; i++) {
        bz_event event = await(bus);
        CHECK(event.kind == BZ_EVENT_TIMEOUT && event.cookie == order[i] && !event.message);
    }
    int sent = 0;
    while (send_call(bus, 5, 100000)) sent++;
    CHECK(sent == 4096);
    kill(child, SIGKILL);
    CHECK(await(bus).kind == BZ_EVENT_DISCONNECTED && !send_call(bus, 6, 1));
    bz_bus_close(bus);
    end(child);
}

void test_bus(void) {
    test_bad_greetings();
    test_flood();
    test_no_answers();
    CHECK(!bz_bus_open("", 100));
    int wake = bz_wake_new();
    bz_wake_clear(wake);
    bz_wake_signal(wake);
    struct pollfd fd = {.fd = wake, .events = POLLIN};
    CHECK(poll(&fd, 1, 0) == 1);
    bz_wake_clear(wake);
    CHECK(poll(&fd, 1, 0) == 0);
    close(wake);
}
