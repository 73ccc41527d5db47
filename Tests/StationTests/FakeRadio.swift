// SPDX-License-Identifier: GPL-3.0-or-later

import Radio

/// A radio that does as it is told and writes it down, and whose events the test makes up.
actor FakeRadio: Radio {
    /// A plan that was handed over for doing.
    struct Applied: Hashable {
        var plan: RadioPlan
        var isRenewing: Bool
    }

    nonisolated let events: AsyncStream<RadioEvent>
    private nonisolated let sink: AsyncStream<RadioEvent>.Continuation
    /// Every plan so far, those that were refused among them.
    private(set) var plans: [Applied] = []
    private var refusals: [RadioError] = []
    private var isStuck = false
    private var isWaiting = false

    init() {
        (events, sink) = AsyncStream.makeStream()
    }

    nonisolated var lostEvents: Int { 0 }

    func run() async {}

    func apply(_ plan: RadioPlan, renewing: Bool) async throws(RadioError) {
        plans.append(Applied(plan: plan, isRenewing: renewing))
        while isStuck { try? await Task.sleep(for: .milliseconds(1)) }
        if isWaiting {
            while isWaiting { try? await Task.sleep(for: .milliseconds(1)) }
            throw .overtaken
        }
        if !refusals.isEmpty { throw refusals.removeFirst() }
    }

    func hurry(_ isUrgent: Bool) async { if isUrgent { isWaiting = false } }

    nonisolated func emit(_ event: RadioEvent) { sink.yield(event) }

    /// The next plans are answered with these, one each.
    func refuse(_ errors: RadioError...) { refusals += errors }

    /// While stuck, a plan is neither done nor refused.
    func setStuck(_ stuck: Bool) { isStuck = stuck }

    /// The next plan waits until a newer one is to come.
    func waitForNewer() { isWaiting = true }
}
