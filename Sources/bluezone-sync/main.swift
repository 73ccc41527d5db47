// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Sync

exit(SyncProgram.run(Array(CommandLine.arguments.dropFirst())))
