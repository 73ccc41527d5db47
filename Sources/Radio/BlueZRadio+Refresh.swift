// SPDX-License-Identifier: GPL-3.0-or-later
// When an adapter becomes discoverable, or is so no more, bluetoothd hands every registered advertisement to the kernel
// anew, with flags that fit, one after the other. Before 5.73 it forgets that it waits for the kernel's answers: they come
// for an advertisement that was withdrawn meanwhile too, and bluetoothd crashes over it (its change c01c40498; seen in the
// guest with 5.66). What is on the air then stays there, under the public address.

internal import Bus

extension BlueZRadio {
    /// Takes note of when bluetoothd has done so, after it told these properties of an adapter.
    func noteRefresh(of path: String, _ properties: BusValue) {
        // PowerState came with 5.73.
        guard path == tracker.path, tracker.adapter?.powerState == nil, properties["Discoverable"] != nil else {
            return
        }
        refreshEnd = .now + patience.refreshTime
    }

    /// Waits until bluetoothd has done so, if it is at it. Works in a cancelled task.
    func letRefreshEnd() async {
        guard let end = refreshEnd, end > .now else { return }
        await Task { try? await Task.sleep(until: end) }.value
    }
}
