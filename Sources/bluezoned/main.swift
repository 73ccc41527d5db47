// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Station

exit(await StationProgram.run(arguments: Array(CommandLine.arguments.dropFirst())))
