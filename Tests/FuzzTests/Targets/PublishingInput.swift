// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

@testable import Publishing

/// What a server answers, what comes over the socket, and the job on disk.
enum PublishingInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        if let value = JSONValue(bytes) {
            try demand(JSONValue(Array(value.spelled.utf8)) == value, "JSON is written as it was read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let request = PublishRequest(text: text) {
            try demand(PublishRequest(text: request.text) == request, "a request is written as it was read")
        }
        if let report = PublishReport(text: text) {
            try demand(PublishReport(text: report.text) == report, "a report is written as it was read")
        }
        guard let job = PublishJob(text: text) else { return }
        try demand(PublishJob(text: job.text) == job, "a job is written as it was read")
        try demand(PublishReport(text: job.report.text) == job.report, "how a job stands can be told")
        for key in job.keys {
            try demand(JSONValue(Array(key.json.spelled.utf8)) == key.json, "a key is JSON")
            try demand(key.end > key.day.start && key.end <= key.day.end, "a key ends within its day")
        }
        try demand(KeyCertificate.code(over: job.keys, secret: job.secret).count == 32, "keys have a code")
    }

    static func seeds() throws -> [Seed] {
        let day = UTCDay(number: 20_777)
        let keys: [PublishedKey] = BeaconFormat.allCases.compactMap { format in
            DailyKey(format: format, bytes: [UInt8](repeating: 0x5D, count: format.keyLength))
                .flatMap { PublishedKey(day: day, key: $0, slots: 3..<49) }
        }
        guard let code = PublishCode("12345678") else { return [] }
        var job = PublishJob(
            agreed: Timestamp(seconds: 1_795_216_800), keys: keys, secret: Array(0..<32), code: nil)
        (job.token, job.level, job.onset) = ("a.b", "F1", day)
        job.certificate = PublishJob.Certificate(text: "c.d", given: job.agreed)
        job.trouble = PublishTrouble(.passing, "network", "the server cannot be reached")
        let answer =
            #"{"token":"a.b","testtype":"likely","symptomDate":"2026-11-18","padding":"\u00e9\ud83d\ude00","n":[-1,0.5e3]}"#
        return [
            Seed("answer", Array(answer.utf8)), Seed("job", Array(job.text.utf8)),
            Seed("report", Array(job.report.text.utf8)),
            Seed("publish", Array(PublishRequest.publish(code: code, keys: keys).text.utf8)),
            Seed("go-on", Array(PublishRequest.goOn(code: code).text.utf8)),
            Seed("ask", Array(PublishRequest.ask.text.utf8)),
        ]
    }
}
