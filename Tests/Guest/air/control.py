# SPDX-License-Identifier: GPL-3.0-or-later
"""The socket a test steers the air by: one JSON request a line, one JSON answer a line.

    {"op": "peer", "id": "phone", "address": "2A:00:00:00:00:01", "data": "0303564e…", "interval": 250, "rssi": -55}
                       also "pdu": "ADV_IND", "addressType": "public", "response": "…"; interval in milliseconds
    {"op": "unpeer", "id": "phone"}
    {"op": "peers", "peers": [{"id": …}, …]}            many at once; those with an "id" alone leave
    {"op": "rssi", "from": "c1", "to": "c0", "dbm": -70}       "*" is any station
    {"op": "plug", "name": "c2", "address": "00:1A:7D:00:00:03", "kind": "legacy"}     answers the adapter's index
    {"op": "unplug", "name": "c2"}
    {"op": "crowd", "id": "crowd", "count": 300, "rate": 4}   so many scripted peers, each sending so often a second
                       also "life": 10, the seconds until a peer leaves and another comes; answers nothing and logs no advert
    {"op": "uncrowd", "id": "crowd"}                           answers what they sent, as "state" does meanwhile
    {"op": "break", "name": "c0", "deaf": true}         hears nothing, though it scans, until it is reset
                       also "mute": true                answers no command
                       "refuse": {"LE_SET_SCAN_ENABLE on": 3}     the next three that switch it on fail; also "off"
                       "slow": {"LE_SET_SCAN_ENABLE on": 1.5}     from now on done and answered so many seconds late, until 0 is said
    {"op": "fail", "name": "c0"}                        reports a hardware error
    {"op": "state"}
"""

import asyncio
import json
import socket

from . import hci
from .crowd import Crowd
from .medium import ANYBODY
from .scanner import DuplicateFilter


class Control:
    def __init__(self, medium, peers, plug, kind="extended", duplicates=DuplicateFilter.DATA):
        """`plug` makes a controller from kind, name, address and filter, and returns what can be closed."""
        self._medium = medium
        self._peers = peers
        self._plug = plug
        self._kind = kind
        self._duplicates = duplicates
        self._plugged = {}
        self._crowds = {}

    def request(self, text):
        """Answers one line. A request nobody can make sense of is the caller's mistake and must not end the air."""
        try:
            request = json.loads(text)
            operation = {"peer": self.peer, "unpeer": self.unpeer, "peers": self.peers, "rssi": self.rssi, "plug": self.plug,
                         "unplug": self.unplug, "break": self.break_, "fail": self.fail, "crowd": self.crowd,
                         "uncrowd": self.uncrowd, "state": self.state}[request.pop("op")]
            return json.dumps({"ok": operation(**request)})
        except Exception as error:  # pylint: disable=broad-except
            return json.dumps({"error": f"{type(error).__name__}: {error}"})

    def peer(self, id, address, data, interval=250, rssi=None, pdu="ADV_NONCONN_IND", addressType="random", response=""):
        self._medium.log.write("peer", id=id, address=address, data=data, rssi=rssi)
        self._peers.set(id, address, data, interval / 1000, rssi, pdu, addressType, response)

    def unpeer(self, id):
        self._medium.log.write("unpeer", id=id)
        self._peers.remove(id)

    def peers(self, peers):
        for peer in peers:
            (self.peer if "address" in peer else self.unpeer)(**peer)

    def crowd(self, id, count, rate, life=None):
        if id in self._crowds:
            self.uncrowd(id)
        self._medium.log.write("crowd", id=id, count=count, rate=rate, life=life)
        self._crowds[id] = Crowd(self._medium, self._peers.scheduler, id, count, rate, life)

    def uncrowd(self, id):
        crowd = self._crowds.pop(id)
        crowd.stop()
        self._medium.log.write("uncrowd", id=id, **crowd.figures())
        return crowd.figures()

    def rssi(self, dbm, to=ANYBODY, **link):
        sender = link.pop("from", ANYBODY)
        if link:
            raise TypeError(f"no such field: {', '.join(link)}")
        self._medium.log.write("rssi", sender=sender, receiver=to, rssi=dbm)
        self._medium.set_rssi(sender, to, dbm)

    def plug(self, name=None, address=None, kind=None):
        number = next(number for number in range(100) if f"c{number}" not in self._plugged)
        name = name or f"c{number}"
        address = address or f"00:1A:7D:00:00:{number + 1:02X}"
        socket_of_controller = self._plug(kind or self._kind, name, address, self._duplicates)
        self._plugged[name] = socket_of_controller
        answer = {"name": name, "address": address, "hci": socket_of_controller.index}
        self._medium.log.write("plug", kind=kind or self._kind, **answer)
        return answer

    def unplug(self, name):
        self._medium.log.write("unplug", name=name)
        self._plugged.pop(name).close()

    def break_(self, name, deaf=None, mute=None, refuse=None, slow=None):
        controller = self._plugged[name].controller
        counts, delays = ({hci.switch(text): value for text, value in (wanted or {}).items()} for wanted in (refuse, slow))
        self._medium.log.write("break", name=name, deaf=deaf, mute=mute, refuse=refuse, slow=slow)
        if deaf is not None:
            controller.deaf = deaf
        if mute is not None:
            controller.mute = mute
        controller.refusals.update(counts)
        controller.delays.update(delays)

    def fail(self, name):
        self._medium.log.write("fail", name=name)
        self._plugged[name].controller.fail()

    def state(self):
        controllers = {}
        for name, plugged in self._plugged.items():
            controller = plugged.controller
            controllers[name] = {
                "hci": plugged.index,
                "kind": controller.kind,
                "scanning": controller.scanner.enabled,
                "adverts": [{"pdu": advert.pdu.name, "data": advert.data.hex(), "power": advert.power,
                             "interval": round(advert.interval * 1000)}
                            for advert in controller.adverts().values() if advert.enabled],
                "address": hci.address_text(controller.address),
                "refusals": {hci.switch_text(switch): count for switch, count in controller.refusals.items()},
            }
        return {"controllers": controllers, "peers": self._peers.names(),
                "crowds": {name: crowd.figures() for name, crowd in self._crowds.items()}}

    async def serve(self, path):
        async def client(reader, writer):
            while line := await reader.readline():
                writer.write((self.request(line) + "\n").encode())
                await writer.drain()
            writer.close()

        server = await asyncio.start_unix_server(client, path)
        await server.serve_forever()


def ask(path, **request):
    """A test's side: one request, its answer, an exception where the answer is an error."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(path)
        stream = connection.makefile("rw")
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        answer = json.loads(stream.readline())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["ok"]
