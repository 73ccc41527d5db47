// SPDX-License-Identifier: GPL-3.0-or-later
// What our own code costs, measured from inside: `bluezone-bench SUBJECT FOLDER` prints lines `name median minimum maximum unit`.
// The folder is made when missing and used for what a subject has to read.

internal import Platform

let subjects: [String: (String) throws -> Void] = [
    "cases": measureCases, "journal": measureJournal, "listening": measureListening,
    "passive": measurePassiveScanning, "reading": measureReadingIPhones, "scan": measureScanning,
    "turns": measureScanningBesideTurns,
]

let arguments = CommandLine.arguments
guard arguments.count == 3, let measure = subjects[arguments[1]] else {
    print("usage: bluezone-bench \(subjects.keys.sorted().joined(separator: "|")) FOLDER")
    exitProgram(2)
}
Memory.keepLittle()
try Folder.make(arguments[2])
try measure(arguments[2])
