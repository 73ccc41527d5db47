# SPDX-License-Identifier: GPL-3.0-or-later
"""python3 -m air: plugs emulated controllers into this machine's kernel and keeps the air between them going."""

import argparse
import asyncio

from .airlog import AirLog
from .control import Control
from .medium import Medium
from .peers import Peers
from .scanner import DuplicateFilter
from .vhci import KINDS, Socket


def arguments():
    parser = argparse.ArgumentParser(prog="air", description=__doc__)
    parser.add_argument("--controllers", type=int, default=2, help="how many to plug at once")
    parser.add_argument("--kind", choices=sorted(KINDS), default="extended", help="generation of the controllers")
    parser.add_argument("--duplicates", choices=[kind.value for kind in DuplicateFilter], default="data",
                        help="what their duplicate filter goes by")
    parser.add_argument("--socket", default="/run/air.sock", help="where tests steer the air")
    parser.add_argument("--log", help="file for the log of the air")
    return parser.parse_args()


async def run(options):
    stream = open(options.log, "a", encoding="ascii") if options.log else None
    loop = asyncio.get_running_loop()
    medium = Medium(AirLog(stream))

    def plug(kind, name, address, duplicates):
        return Socket(loop, medium, kind, name, address, duplicates)

    control = Control(medium, Peers(medium, loop), plug, options.kind, DuplicateFilter(options.duplicates))
    for _ in range(options.controllers):
        control.plug()
    await control.serve(options.socket)


if __name__ == "__main__":
    asyncio.run(run(arguments()))
