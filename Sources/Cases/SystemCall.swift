// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// Runs `body` and turns the kernel's refusal into an error of this target.
func system<Answer: ~Copyable>(_ body: () throws(SystemError) -> Answer) throws(CaseError) -> Answer {
    do {
        return try body()
    } catch {
        throw .system(error)
    }
}
