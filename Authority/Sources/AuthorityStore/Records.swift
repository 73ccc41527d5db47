// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import Beacon
package import Cases

/// A code as it is kept: hashed, with what it stands for, and without the person whom it is for.
package struct IssuedCode: Hashable, Sendable {
    package var uuid: String
    package var shortHash: [UInt8]
    package var longHash: [UInt8]
    package var confirmation: Confirmation
    /// When the short and the long form end to be good.
    package var shortExpires: Int64
    package var longExpires: Int64
    /// Which official's key issued it.
    package var issuer: String

    package init(
        uuid: String, shortHash: [UInt8], longHash: [UInt8], confirmation: Confirmation, shortExpires: Int64,
        longExpires: Int64, issuer: String
    ) {
        self.uuid = uuid
        self.shortHash = shortHash
        self.longHash = longHash
        self.confirmation = confirmation
        self.shortExpires = shortExpires
        self.longExpires = longExpires
        self.issuer = issuer
    }
}

/// A token to keep for a code.
package struct NewToken: Hashable, Sendable {
    package var hash: [UInt8]
    package var expires: Int64
    /// The number of the certificate that the token will be exchanged for, 16 random bytes.
    package var certificate: [UInt8]

    package init(hash: [UInt8], expires: Int64, certificate: [UInt8]) {
        self.hash = hash
        self.expires = expires
        self.certificate = certificate
    }
}

package enum ClaimOutcome: Hashable, Sendable {
    /// No such code, or one that is used up.
    case unknown
    case expired
    /// Not a type that the device takes; the code stays good.
    case otherType(TestType)
    case claimed(Confirmation)
}

package enum BindOutcome: Hashable, Sendable {
    case unknown
    case expired
    /// The token was used for other keys.
    case used
    case bound(Confirmation, certificate: [UInt8])
}

/// Keys to take in.
package struct NewPublish: Hashable, Sendable {
    package var certificate: [UInt8]
    /// When no certificate of this number can be good any more.
    package var certificateExpires: Int64
    package var keys: [CaseKey]
    /// The place, 0 to 63, of each of `keys` in the list that the certificate was made for.
    package var places: [Int]
    package var region: String
    /// Keys that the sender published before, by its revision token.
    package var known: Set<[UInt8]>

    package init(
        certificate: [UInt8], certificateExpires: Int64, keys: [CaseKey], places: [Int], region: String,
        known: Set<[UInt8]>
    ) {
        self.certificate = certificate
        self.certificateExpires = certificateExpires
        self.keys = keys
        self.places = places
        self.region = region
        self.known = known
    }
}

/// Which keys of a certificate's list are its sender's for certain, by their places: those that nobody had published before, and those
/// that a revision token named. A token for others would let anybody change what is known of keys that he read in an export.
package struct OwnedKeys: OptionSet, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The key at `place`; none for a place that no list has.
    package init(place: Int) { rawValue = (0..<64).contains(place) ? 1 << Int64(place) : 0 }
}

package enum PublishOutcome: Hashable, Sendable {
    /// So many keys are new, so many changed.
    case stored(inserted: Int, revised: Int, owned: OwnedKeys)
    /// The certificate was used before; nothing changed.
    case repeated(owned: OwnedKeys)
    case refused(RevisionFault)
}

/// A region that has exports of its own, and which keys go into them: each key into those of one region alone. Were it in two, in
/// the country's with other made-up keys around it, what stands in both would be real.
package struct ExportRegion: Hashable, Sendable {
    /// `VN`, `VN-04`.
    package var name: String
    /// The country, whose lists name the exports of all regions.
    package var country: String
    /// The regions within this one that have exports of their own; their keys are not this one's.
    package var apart: [String]

    package init(_ name: String, country: String, apart: [String] = []) {
        self.name = name
        self.country = country
        self.apart = apart
    }

    /// The regions whose lists name this one's exports.
    package var lists: [String] { name == country ? [name] : [name, country] }
}

/// A batch of keys of one format that is published at once in a region.
package struct ExportBatch: Sendable {
    /// Keys in a batch at most, unless its store was opened for fewer; the next batch has the others.
    package static let maximumKeys = 1 << 20

    package var number: Int64
    package var region: ExportRegion
    package var format: BeaconFormat
    /// The window of the batch; its end is later than that of any file in the country's list before.
    package var start: Int64
    package var end: Int64
    /// What its padding and order derive from.
    package var seed: [UInt8]
    /// How many keys its files have, whatever the settings have become since it was begun.
    package var sizes: ExportSizes
    package var keys: [CaseKey]
    package var revisedKeys: [CaseKey]
    /// Whether no other key of the region and format was due when it was begun. False where that is not known.
    package var isLast = false

    package init(
        number: Int64, region: ExportRegion, format: BeaconFormat, start: Int64, end: Int64, seed: [UInt8],
        sizes: ExportSizes, keys: [CaseKey], revisedKeys: [CaseKey]
    ) {
        self.number = number
        self.region = region
        self.format = format
        self.start = start
        self.end = end
        self.seed = seed
        self.sizes = sizes
        self.keys = keys
        self.revisedKeys = revisedKeys
    }
}

/// A file of a batch.
package struct ExportFile: Hashable, Sendable {
    /// Below the region's folder: `bz/1795216800-1795220400-00001.zip`.
    package var path: String
    package var format: BeaconFormat
    /// The end of its window.
    package var end: Int64

    package init(path: String, format: BeaconFormat, end: Int64) {
        self.path = path
        self.format = format
        self.end = end
    }
}
