// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the guest a laptop: a mains adapter and a battery. They go by one byte, the scratch register of the second serial port,
// which a program in the guest writes through /dev/port: 0 plugged in, 1 running on battery. The kernel is not told; it asks.
DefinitionBlock ("", "SSDT", 1, "BLUEZN", "LAPTOP", 1)
{
    Scope (\_SB)
    {
        OperationRegion (SCRA, SystemIO, 0x2FF, 1)
        Field (SCRA, ByteAcc, NoLock, Preserve)
        {
            UNPL, 8
        }

        Device (ACAD)
        {
            Name (_HID, "ACPI0003")
            Name (_PCL, Package () { \_SB })
            Method (_PSR)
            {
                Return (LEqual (UNPL, 0))
            }
        }

        Device (BAT0)
        {
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, 1)
            Name (_PCL, Package () { \_SB })
            Method (_STA)
            {
                Return (0x1F)
            }
            // mWh and mV; rechargeable
            Name (_BIF, Package () { 0, 50000, 50000, 1, 12000, 5000, 1000, 100, 100, "Model", "1", "LION", "Bench" })
            Name (STAT, Package () { 0, 0, 40000, 12000 })
            Method (_BST, 0, Serialized)
            {
                // Discharging at 10 W, or neither that nor charging.
                If (LEqual (UNPL, 0))
                {
                    STAT [0] = 0
                    STAT [1] = 0
                }
                Else
                {
                    STAT [0] = 1
                    STAT [1] = 10000
                }
                Return (STAT)
            }
        }
    }
}
