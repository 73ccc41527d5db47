// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

/// What bluetoothd does with registered advertisements when the adapter becomes discoverable, or is so no more.
struct AdvertisementRefresh {
    /// How long it takes.
    var duration: Duration = .zero
    var isUnderWay = false
    /// How often one was withdrawn meanwhile.
    var withdrawals = 0
}

extension FakeBluetoothd {
    func takeToRefresh(_ duration: Duration) { refresh.duration = duration }

    func beginRefresh() {
        guard refresh.duration > .zero else { return }
        refresh.isUnderWay = true
        Task {
            try? await Task.sleep(for: refresh.duration)
            refresh.isUnderWay = false
        }
    }
}
