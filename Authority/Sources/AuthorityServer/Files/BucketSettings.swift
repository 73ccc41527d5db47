// SPDX-License-Identifier: GPL-3.0-or-later

/// A bucket of an S3-compatible store, as `settings.json` names it.
package struct BucketSettings: Hashable, Sendable, Codable {
    /// `https://s3.ap-southeast-1.amazonaws.com`, without a path.
    package var endpoint: String
    package var bucket: String
    /// What the store calls its place; signatures have it in them.
    package var region: String
    /// What stands before `v1/` in the files' names, without slashes at its ends.
    package var prefix: String?

    package init(endpoint: String, bucket: String, region: String = "us-east-1", prefix: String? = nil) {
        self.endpoint = endpoint
        self.bucket = bucket
        self.region = region
        self.prefix = prefix
    }

    /// What is wrong with it, in words; nil when nothing is.
    var objection: String? {
        guard let (isSecret, host) = place, isPlain(host, "-.:[]"), !host.isEmpty else {
            return "bucket.endpoint is https:// and a host, without a path"
        }
        let name = host.split(separator: ":").first ?? ""
        guard isSecret || ["127.0.0.1", "localhost"].contains(name) else {
            return "bucket.endpoint begins with https://; only this machine's own may do without"
        }
        guard isPlain(bucket, "-."), isPlain(region, "-"), !bucket.isEmpty, !region.isEmpty else {
            return "bucket.bucket and bucket.region have letters, digits, hyphens, the former dots too"
        }
        let parts = (prefix ?? "v1").split(separator: "/", omittingEmptySubsequences: false)
        let isGood = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && isPlain(String($0), "-._") }
        return isGood ? nil : "bucket.prefix has letters, digits, - . _ and slashes within"
    }

    /// Whether requests are encrypted, and the host with its port.
    var place: (isSecret: Bool, host: String)? {
        for (scheme, isSecret) in [("https://", true), ("http://", false)] where endpoint.hasPrefix(scheme) {
            return (isSecret, String(endpoint.dropFirst(scheme.count)))
        }
        return nil
    }

    /// A file's path in the store, with the bucket in it, which every store understands.
    func path(_ file: String) -> String {
        (["", bucket] + (prefix.map { [$0] } ?? []) + [file]).joined(separator: "/")
    }

    private func isPlain(_ text: String, _ more: String) -> Bool {
        text.utf8.count <= 200
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || more.utf8.contains($0)
            }
    }
}
