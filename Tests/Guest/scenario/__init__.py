# SPDX-License-Identifier: GPL-3.0-or-later
"""What is tried in the guest, and the tools to see it from outside the daemon.

    steps      results in words              machine    the guest: services, clock, adapters      bench   all of it, brought up
    airlog     the log of the air, read      btsnoop    btmon's trace, read                       daemon  bluezoned seen from outside
    beacon     both formats on the air       oracle     both formats derived (aes: one block)     phone   a scripted phone
    self_test  the bench alone               the rest   one subject a file, in the order of test_bluez
"""
