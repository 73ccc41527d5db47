// SPDX-License-Identifier: GPL-3.0-or-later

import CDBus
import Testing

@testable import Bus

/// D-Bus 1.16 hands a descriptor of the caller's process over with its credentials, and others may follow.
@Suite struct DescriptorTests {
    @Test func `what stands beside a file descriptor is read`() throws {
        let message = try Message(
            destination: "org.example", path: "/", interface: "org.example.A", member: "B", arguments: [.uint32(7)])
        try Self.append(descriptor: 0, to: message)
        let after = try Message(
            destination: "org.example", path: "/", interface: "org.example.A", member: "B", arguments: [])
        #expect(try message.arguments() == [.uint32(7), .dictionary(key: "s", value: "v", Self.read)])
        #expect(try after.arguments() == [])
    }

    @Test func `a bag with a descriptor in it still answers for its other entries`() throws {
        let bag = BusValue.dictionary(key: "s", value: "v", Self.read)
        #expect(bag["UnixUserID"]?.integer == 1000)
        #expect(bag["ProcessFD"] == .descriptor)
        #expect(bag["ProcessFD"]?.integer == nil)
    }

    @Test func `a descriptor cannot be sent`() {
        #expect(throws: BusError.invalid("a file descriptor")) {
            try Message(
                destination: "org.example", path: "/", interface: "org.example.A", member: "B",
                arguments: [.variant(.descriptor)])
        }
    }

    private static let read = [
        BusEntry(.string("ProcessFD"), .variant(.descriptor)), BusEntry(.string("UnixUserID"), .variant(.uint32(1000))),
    ]

    private static func code(_ type: TypeCode) -> Int32 { Int32(type.rawValue) }

    /// Adds `a{sv}` with a descriptor, which libdbus duplicates, before a number.
    private static func append(descriptor: Int32, to message: Message) throws {
        var (root, bag) = (DBusMessageIter(), DBusMessageIter())
        dbus_message_iter_init_append(message.raw, &root)
        try #require(dbus_message_iter_open_container(&root, code(.array), "{sv}", &bag) != 0)
        var (number, copy) = (UInt32(1000), descriptor)
        try append("ProcessFD", "h", .descriptor, &copy, to: &bag)
        try append("UnixUserID", "u", .uint32, &number, to: &bag)
        try #require(dbus_message_iter_close_container(&root, &bag) != 0)
    }

    private static func append(
        _ key: String, _ signature: String, _ type: TypeCode, _ value: UnsafeMutableRawPointer,
        to bag: inout DBusMessageIter
    ) throws {
        var (entry, variant) = (DBusMessageIter(), DBusMessageIter())
        try #require(dbus_message_iter_open_container(&bag, code(.entry), nil, &entry) != 0)
        try key.withCString { text in
            var text: UnsafePointer<CChar>? = text
            try #require(dbus_message_iter_append_basic(&entry, code(.string), &text) != 0)
        }
        try #require(dbus_message_iter_open_container(&entry, code(.variant), signature, &variant) != 0)
        try #require(dbus_message_iter_append_basic(&variant, code(type), value) != 0)
        try #require(dbus_message_iter_close_container(&entry, &variant) != 0)
        try #require(dbus_message_iter_close_container(&bag, &entry) != 0)
    }
}
