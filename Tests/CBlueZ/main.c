// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests.h"

int main(void) {
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"messages", test_messages},
        {"advertisements", test_advertisements},
        {"reports", test_reports},
        {"hostile reports", test_hostile_reports},
        {"fuzzed messages", test_fuzzed_messages},
        {"monitor", test_monitor},
        {"bus", test_bus},
        {"HCI events", test_hci_events},
        {"HCI socket", test_hci_socket},
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        tests[i].run();
        printf("ok: %s\n", tests[i].name);
    }
    dbus_shutdown();
    return 0;
}
