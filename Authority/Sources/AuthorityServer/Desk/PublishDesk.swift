// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import Cases

/// Takes keys in from who has a certificate for them.
struct PublishDesk: Sendable {
    private let authority: Authority

    init(_ authority: Authority) { self.authority = authority }

    /// What a device sends.
    struct Offer: Sendable {
        var keys: [KeyOffer]
        var healthAuthorityID: String
        var certificate: String
        /// The device's key for the HMAC.
        var macKey: [UInt8]
        /// The onset that the device's owner told, for a certificate that says nothing of it.
        var onsetInterval: Int64?
        var revisionToken: String
    }

    struct Receipt: Hashable, Sendable {
        var inserted: Int
        var revisionToken: String
        /// Why some keys were left out; empty when none was.
        var dropped: [KeyFault]
    }

    func publish(_ offer: Offer, now: Timestamp) async throws -> Receipt {
        let claims = try claims(of: offer, now)
        guard let type = TestType(rawValue: claims.reportType), let number = [UInt8](base64: claims.jti),
            authority.settings.regions.contains(claims.region)
        else { throw PublishDesk.invalidCertificate("it is of another version of this server") }
        var before = RevisionToken()
        if !offer.revisionToken.isEmpty {
            guard let token = RevisionToken(sealed: offer.revisionToken, authority.secret) else {
                throw Refusal(400, "invalid_revision_token", "the revision token is not one of this server's")
            }
            before = token
        }
        let check = try check(offer, type, claims, now)
        // The same list gives the same places, in whatever order it comes: it is what the certificate is bound to.
        let list = offer.keys.map(\.key).sorted()
        let places = check.keys.map { key in list.firstIndex(of: key.key.bytes.base64) ?? 64 }
        let outcome = try await authority.store.publish(
            NewPublish(
                // Its token, which is no younger, makes more certificates of this number as long as it lives.
                certificate: number, certificateExpires: claims.exp &+ VerifyDesk.tokenLifetime, keys: check.keys,
                places: places, region: claims.region, known: before.known(among: check.keys, authority.secret)),
            now: now.seconds)
        let owned: OwnedKeys
        var inserted = 0
        switch outcome {
        case .stored(let new, let revised, let keys): (inserted, owned) = (new + revised, keys)
        case .repeated(let keys): owned = keys
        case .refused(let fault): throw Refusal(fault)
        }
        let own = zip(check.keys, places).filter { owned.isSuperset(of: OwnedKeys(place: $1)) && $1 < 64 }.map(\.0)
        let token = try before.adding(own, authority.secret).sealed(authority.secret)
        return Receipt(inserted: inserted, revisionToken: token, dropped: check.dropped)
    }

    private func claims(of offer: Offer, _ now: Timestamp) throws -> CertificateClaims {
        guard offer.healthAuthorityID == authority.settings.healthAuthorityID else {
            throw Refusal(401, "unknown_health_authority_id", "this server publishes for another health authority")
        }
        let claims: CertificateClaims
        do throws(CertificateFault) {
            claims = try authority.certificates.verify(offer.certificate, now: now.seconds)
        } catch {
            throw PublishDesk.invalidCertificate("\(error)")
        }
        guard let mac = [UInt8](base64: claims.tekmac), KeyMAC.isValid(mac, of: offer.keys, key: offer.macKey) else {
            throw PublishDesk.invalidCertificate("it was made for other keys")
        }
        return claims
    }

    private static func invalidCertificate(_ reason: String) -> Refusal {
        Refusal(401, "health_authority_verification_certificate_invalid", "the certificate is not taken: \(reason)")
    }

    private func check(
        _ offer: Offer, _ type: TestType, _ claims: CertificateClaims, _ now: Timestamp
    ) throws -> KeyCheck {
        do throws(KeyFault) {
            let check = try KeyCheck(
                offer.keys, testType: type, onset: onset(claims.symptomOnsetInterval ?? offer.onsetInterval, now),
                now: now)
            if check.keys.isEmpty, let fault = check.dropped.first { throw fault }
            return check
        } catch {
            throw Refusal(400, "bad_request", error.description)
        }
    }

    /// The day of an interval; nil for one that is no onset within the last 28 days.
    private func onset(_ interval: Int64?, _ now: Timestamp) -> UTCDay? {
        guard let interval, (0...Int64(UInt32.max)).contains(interval) else { return nil }
        let day = UTCDay(number: Int32(clamping: interval / 144))
        let oldest = now.day.number &- Int32(Confirmation.oldestDate) &- 1
        return (oldest...now.day.number &+ 1).contains(day.number) ? day : nil
    }
}

extension Refusal {
    init(_ fault: RevisionFault) {
        switch fault {
        case .otherKey: self.init(400, "bad_request", "a key was published before with another time")
        case .missingToken:
            self.init(400, "missing_revision_token", "a key was published before; its revision token is needed")
        }
    }
}
