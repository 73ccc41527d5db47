// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

/// What bluetoothd shall broadcast: at most one service UUID, and service data of it or manufacturer data.
package struct BlueZAdvertisement: Hashable, Sendable {
    /// The object's path, a fresh one for each registration.
    package var path: String
    /// The 16-bit service UUID; 0 for an advertisement that says nothing.
    package var service: UInt16
    /// Service data of `service`.
    package var serviceData: [UInt8] = []
    /// The company number that `manufacturerData` belongs to.
    package var company: UInt16 = 0
    package var manufacturerData: [UInt8] = []
    /// Milliseconds between two sendings, 20 ... 10 485. Phones send Exposure Notification every 250 ms, within the 200 to
    /// 270 ms that its specification recommends (exposure-notification-facts 2.2).
    package var interval: ClosedRange<UInt16> = 250...250

    package init(path: String, service: UInt16) {
        self.path = path
        self.service = service
    }

    /// Throws `.invalid` when the path is not legal or the whole does not fit a legacy advertisement of 31 bytes.
    func flattened() throws(BusError) -> bz_advertisement {
        var flat = bz_advertisement()
        guard unsafe bz_advertisement_init(&flat, path, service, interval.lowerBound, interval.upperBound) else {
            throw .invalid("an advertisement at \(path) every \(interval) ms")
        }
        if !serviceData.isEmpty {
            guard unsafe bz_advertisement_set_service_data(&flat, serviceData, serviceData.count) else {
                throw .invalid("\(serviceData.count) bytes of service data in one advertisement")
            }
        }
        if !manufacturerData.isEmpty {
            let count = manufacturerData.count
            guard unsafe bz_advertisement_set_manufacturer_data(&flat, company, manufacturerData, count) else {
                throw .invalid("\(count) bytes of manufacturer data in one advertisement")
            }
        }
        return flat
    }
}
