# SPDX-License-Identifier: GPL-3.0-or-later
"""Over the whole run: nothing on the air and nothing in the system's journal tells who the device is or whom it met."""

from . import daemon, machine
from .beacon import ANOTHER_ID
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import addresses_across_slots, exposed, linked_addresses


def run(steps, bench, _identity):
    packets = bench.log.packets(OURS)
    found = exposed(packets, PUBLIC_ADDRESSES[OURS])
    steps.check(packets and not found, f"{len(packets)} packets of the whole run: every advert under a non-resolvable private "
                "address, no scan request under a public one", found[:2], final=bool(found))
    # What another program advertised on the same adapter may share an address with ours where there are no advertising sets.
    adverts = [record for record in bench.log.adverts(OURS) if ANOTHER_ID not in record["data"]]
    linked = linked_addresses(adverts, bench.kind)
    steps.check(not linked, "no address links what must not be linked in the whole run", linked, final=True)
    followed = addresses_across_slots(adverts)
    steps.check(not followed, "no address with two identifiers of one format in the whole run", followed, final=True)
    pdus = {record["pdu"] for record in packets if record["event"] == "advert"}
    steps.check(pdus == {"ADV_NONCONN_IND"}, "nothing of ours was ever connectable", pdus)

    said = machine.run("journalctl", "--boot", "--no-pager", "--output=export", f"_SYSTEMD_UNIT={daemon.UNIT}").lower()
    secrets = set(daemon.keys().values())
    secrets |= {identifier for (beacon_format, day), key in daemon.keys().items()
                for identifier in daemon.derive(beacon_format, key, day)["identifiers"]}
    secrets |= {sighting["id"] for sighting in daemon.sightings()}
    told = [secret for secret in secrets if secret in said]
    steps.check(said and not told, f"none of {len(secrets)} keys and identifiers in the system's journal", len(told))
