// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// How a publication stands, for its owner: nothing of it is secret.
package struct PublishReport: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Nothing was agreed, or it is all over.
        case none
        /// Agreed; goes on by itself as soon as it can.
        case waiting
        /// Agreed; the code is no good, and another one goes on with the same keys.
        case codeNeeded = "code-needed"
        /// Agreed; the server will not have it, and trying again is of no use.
        case refused
        /// The server has the keys.
        case done
        /// Another program is at work on it.
        case busy
        /// No server is configured.
        case unconfigured
    }

    /// Keys of one day and format.
    package struct Content: Hashable, Sendable {
        package var day: UTCDay
        package var format: BeaconFormat
        package var keys: Int
    }

    package var state: State
    /// The server's word for what went wrong, `code_expired`, or `network`; empty for nothing.
    package var word: String
    /// What went wrong in a sentence, the server's or ours; empty for nothing.
    package var sentence: String
    /// What the authority says that the owner is: F0 or F1; empty as long as it has not said.
    package var level: String
    /// The level of who is no case and no contact: what was published by mistake is taken back.
    package static let takenBack = "none"
    package var contents: [Content]
    /// When the last of the keys can be seen by others; nil for no keys.
    package var visible: Timestamp?

    package init(
        _ state: State, word: String = "", sentence: String = "", level: String = "", contents: [Content] = [],
        visible: Timestamp? = nil
    ) {
        (self.state, self.word, self.sentence, self.level) = (state, word, sentence, level)
        (self.contents, self.visible) = (contents, visible)
    }

    private static let heading = "bluezone-published 1"

    package var text: String {
        var fields = Fields()
        fields.add("state", state.rawValue)
        fields.add("word", word)
        fields.add("sentence", sentence)
        fields.add("level", level)
        for content in contents { fields.add("content", "\(content.format) \(content.day) \(content.keys)") }
        fields.add("visible", visible.map { String($0.seconds) })
        return fields.text(heading: PublishReport.heading)
    }

    /// The report that `text` spells; nil for anything else.
    package init?(text: String) {
        guard let fields = Fields(text, heading: PublishReport.heading),
            let state = fields["state"].flatMap(State.init)
        else { return nil }
        let contents = fields.all("content").map { Content($0) }
        guard !contents.contains(nil) else { return nil }
        self.init(
            state, word: fields["word"] ?? "", sentence: fields["sentence"] ?? "", level: fields["level"] ?? "",
            contents: contents.compactMap { $0 },
            visible: fields["visible"].flatMap { Int64($0) }.map { Timestamp(seconds: $0) })
    }
}

extension PublishReport.Content {
    fileprivate init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3, let format = BeaconFormat(name: words[0]), let day = UTCDay(words[1]),
            let keys = Int(words[2]), keys > 0
        else { return nil }
        self.init(day: day, format: format, keys: keys)
    }

    /// The days and formats of these keys, the oldest day first.
    package static func of(_ keys: [PublishedKey]) -> [PublishReport.Content] {
        var contents: [PublishReport.Content] = []
        for key in keys.sorted(by: { ($0.day, $0.key.format.rawValue) < ($1.day, $1.key.format.rawValue) }) {
            if let last = contents.last, (last.day, last.format) == (key.day, key.key.format) {
                contents[contents.count - 1].keys += 1
            } else {
                contents.append(PublishReport.Content(day: key.day, format: key.key.format, keys: 1))
            }
        }
        return contents
    }
}
