// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus

extension DeviceReport {
    /// Whether its identifier is only to be had by asking for it.
    var onlyHandsOver: Bool { handsOver && beacons()?.isEmpty == true }

    /// The beacons that a report carries: Exposure Notification by its service data whether or not the UUID is listed,
    /// Bluezone by its listed UUID and the manufacturer data beside it. Nil where the bytes are not those of the format.
    package func beacons() -> [BeaconPayload]? {
        var beacons: [BeaconPayload] = []
        var isMalformed = false
        func take(_ format: BeaconFormat, _ bytes: Span<UInt8>) {
            guard bytes.count > 0 else { return }
            if let beacon = BeaconPayload(format: format, serviceBytes: bytes) {
                beacons.append(beacon)
            } else {
                isMalformed = true
            }
        }
        withServiceData { take(.exposureNotification, $0) }
        if listsBluezone { withManufacturerData { take(.bluezone, $0) } }
        return isMalformed && beacons.isEmpty ? nil : beacons
    }
}

extension BlueZAdvertisement {
    /// The advertisement of a beacon: its service UUID listed, and its bytes as the format wants them.
    init(_ beacon: BeaconPayload, path: String) {
        switch beacon.identifier.format {
        case .bluezone:
            self.init(path: path, service: BeaconNumbers.bluezoneService)
            company = BeaconNumbers.bluezoneCompany
            manufacturerData = beacon.serviceBytes
        case .exposureNotification:
            self.init(path: path, service: BeaconNumbers.exposureNotificationService)
            serviceData = beacon.serviceBytes
        }
    }
}
