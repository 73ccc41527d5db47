// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control
internal import Logging
internal import Radio
package import Settings

extension Station {
    /// The machine was plugged in or unplugged; nil when nobody can say any more.
    package func take(onBattery: Bool?) async {
        guard onBattery != isOnBattery else { return }
        isOnBattery = onBattery
        guard settings.scan.profile == .automatic else { return }
        followPattern()
        await wake(.tick)
    }

    /// Listens as the settings and the power supply say from now on.
    func followPattern() {
        let pattern = ScanPattern(settings.scan, isOnBattery: isOnBattery)
        guard pattern != schedule.pattern else { return }
        logger.notice("listening as profile \(listeningProfile.rawValue) says")
        schedule.follow(pattern, at: clock.now.boot)
    }

    /// Notes whether the radio listens now, as far as it said.
    func measureListening(_ order: Order, _ error: RadioError?) {
        let now = clock.now.boot
        switch error {
        case nil, .noSlot:
            guard order.plan.isScanning else { return listening.stop(at: now) }
            listening.start(at: now, limit: schedule.pattern.window + .seconds(1))
        case .notReady, .deaf: listening.stop(at: now)
        case .refused: break
        }
    }

    /// The profile in force, for the status.
    var listeningProfile: StationStatus.ScanProfile {
        if settings.scan.window != nil || settings.scan.pause != nil { return .custom }
        return switch settings.scan.profile.resolved(isOnBattery: isOnBattery) {
        case .battery: .battery
        case .balanced, .automatic: .balanced
        case .continuous: .continuous
        }
    }
}

extension ScanPattern {
    /// The pattern that the settings ask for on a machine that runs on battery, or not, or nobody can say.
    package init(_ scan: Settings.Scan, isOnBattery: Bool?) {
        switch scan.profile.resolved(isOnBattery: isOnBattery) {
        case .battery: self = .battery
        case .balanced, .automatic: self = .balanced
        case .continuous: self = .continuous
        }
        if let window = scan.window {
            self.window = window
            // A window as long as a turn needs no second one.
            if window >= spacing { (windows, spacing) = (1, window) }
        }
        if let pause = scan.pause { self = .plain(window: window, pause: pause) }
    }
}

extension ScanProfile {
    /// The profile itself, never `automatic`.
    func resolved(isOnBattery: Bool?) -> ScanProfile {
        self == .automatic ? (isOnBattery == true ? .battery : .balanced) : self
    }
}
