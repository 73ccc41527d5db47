// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Testing

@testable import AuthorityServer

struct BucketTests {
    /// The example of the documentation, "Example: PUT Object", for the examples' keys.
    @Test func `a signature is the one of the documentation's example`() {
        let signature = SignatureV4(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1")
        let headers = signature.headers(
            "PUT", host: "examplebucket.s3.amazonaws.com", path: "/test%24file.text",
            headers: [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            content: Array("Welcome to Amazon S3.".utf8), now: Timestamp(seconds: 1_369_353_600))
        #expect(
            headers.first { $0.name == "authorization" }?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
                + "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func `a date has all its digits`() {
        #expect(SignatureV4.date(Timestamp(seconds: 1_369_353_600 + 3 * 3600 + 4 * 60 + 59)) == "20130524T030459Z")
    }

    @Test(arguments: [
        ("https://s3.example.org", "cases", "eu-1", nil, true), ("https://[::1]:9000", "cases", "eu-1", "a/b_c", true),
        ("http://127.0.0.1:9000", "cases", "eu-1", nil, true), ("http://s3.example.org", "cases", "eu-1", nil, false),
        ("http://127.0.0.1.example.org", "cases", "eu-1", nil, false), ("ftp://x", "cases", "eu-1", nil, false),
        ("https://", "cases", "eu-1", nil, false), ("https://x/y", "cases", "eu-1", nil, false),
        ("https://x\r\nHost: y", "cases", "eu-1", nil, false), ("https://a@x", "cases", "eu-1", nil, false),
        ("https://x", "", "eu-1", nil, false), ("https://x", "a/../b", "eu-1", nil, false),
        ("https://x", "cases", "", nil, false), ("https://x", "cases", "eu-1", "/a", false),
        ("https://x", "cases", "eu-1", "a/", false), ("https://x", "cases", "eu-1", "a/../b", false),
        ("https://x", "cases", "eu-1", "", false), ("https://x", "cases", "eu-1", "a b", false),
    ])
    func `a bucket's address is plain`(
        endpoint: String, bucket: String, region: String, prefix: String?, isGood: Bool
    ) {
        let settings = BucketSettings(endpoint: endpoint, bucket: bucket, region: region, prefix: prefix)
        #expect((settings.objection == nil) == isGood)
        var all = AuthoritySettings()
        all.bucket = settings
        #expect((all.objection == nil) == isGood)
    }
}
