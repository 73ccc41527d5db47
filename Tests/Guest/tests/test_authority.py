# SPDX-License-Identifier: GPL-3.0-or-later
"""What the subject `authority` reads out of the kernel's and the loader's words."""

import unittest

from scenario import authority

CONFINED = """\
Name:\tbluezone-author
Uid:\t997\t997\t997\t997
CapInh:\t0000000000000000
CapPrm:\t0000000000000000
CapEff:\t0000000000000000
CapBnd:\t0000000000000000
CapAmb:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t28
"""


class Reading(unittest.TestCase):
    def test_a_confined_process_is_told_from_one_that_is_not(self):
        self.assertEqual(authority.loose(CONFINED), {})
        for line, name in (("CapBnd:\t000001ffffffffff", "CapBnd"), ("NoNewPrivs:\t0", "NoNewPrivs"), ("Seccomp:\t0", "Seccomp"),
                           ("CapEff:\t0000000000000400", "CapEff")):
            text = CONFINED.replace(f"{name}:\t{authority.field(CONFINED, name)}", line)
            self.assertEqual(list(authority.loose(text)), [name])
            self.assertEqual(authority.loose(CONFINED.replace(f"{name}:", "Other:")), {name: ""})

    def test_libraries_in_somebody_s_home_folder_are_found(self):
        text = ("\tlinux-vdso.so.1 (0x00007ffc)\n\tlibswiftCore.so => /root/.local/swift/usr/lib/swift/linux/libswiftCore.so (0x00007f)\n"
                "\tlibFoundation.so => /root/.local/swift/usr/lib/swift/linux/libFoundation.so (0x00007f)\n"
                "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)\n\tlibgone.so => not found\n")
        self.assertEqual(authority.hidden_folders(text), ["/root/.local/swift/usr/lib/swift/linux"])
        self.assertEqual(authority.hidden_folders(text.replace("/root/.local", "/opt")), [])


if __name__ == "__main__":
    unittest.main()
