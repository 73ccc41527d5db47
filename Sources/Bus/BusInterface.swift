// SPDX-License-Identifier: GPL-3.0-or-later
// What a served object offers, said as values: Bus answers Get, GetAll, Set, Introspect and Ping from them.

/// A name and the signature of one complete type.
package struct BusArgument: Hashable, Sendable {
    package var name: String
    package var signature: String

    package init(_ name: String, _ signature: String) {
        self.name = name
        self.signature = signature
    }
}

/// A method call that came over the bus.
package struct BusRequest: Hashable, Sendable {
    /// The caller's unique name; `Bus.credentials(of:)` says who that is.
    package var sender: String
    package var path: String
    package var interface: String
    package var member: String
    /// Their signatures are those of the method's inputs: anything else is refused before the handler is asked.
    package var arguments: [BusValue]
}

/// An error to answer a call with.
package struct BusFailure: Error, Hashable, Sendable {
    /// A D-Bus error name, `org.bluezone1.Error.Busy` or one of `BusErrorName`.
    package var name: String
    /// A sentence for a person.
    package var message: String

    package init(_ name: String, _ message: String) {
        self.name = name
        self.message = message
    }
}

/// A method: what goes in, what comes out, and who does it.
package struct BusMethod: Sendable {
    /// Answers one call. Calls run side by side, each in a child task of `serve`.
    package typealias Handler = @Sendable (BusRequest) async throws(BusFailure) -> [BusValue]

    package var name: String
    package var inputs: [BusArgument]
    package var outputs: [BusArgument]
    package var handler: Handler

    package init(
        _ name: String, inputs: [BusArgument] = [], outputs: [BusArgument] = [], handler: @escaping Handler
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.handler = handler
    }
}

/// A property that others may read.
package struct BusProperty: Sendable {
    package var name: String
    package var signature: String
    /// Whether its changes are told by PropertiesChanged (the server emits it with `emitPropertiesChanged`).
    package var emitsChanges: Bool
    /// The value now, of the signature above and not wrapped in a variant.
    package var read: @Sendable () async -> BusValue

    package init(
        _ name: String, _ signature: String, emitsChanges: Bool = true, read: @escaping @Sendable () async -> BusValue
    ) {
        self.name = name
        self.signature = signature
        self.emitsChanges = emitsChanges
        self.read = read
    }
}

/// A signal that the interface promises, for Introspect.
package struct BusSignalDescription: Hashable, Sendable {
    package var name: String
    package var arguments: [BusArgument]

    package init(_ name: String, _ arguments: [BusArgument] = []) {
        self.name = name
        self.arguments = arguments
    }
}

/// One interface of a served object.
package struct BusInterface: Sendable {
    package var name: String
    package var methods: [BusMethod]
    package var properties: [BusProperty]
    package var signals: [BusSignalDescription]

    package init(
        _ name: String, methods: [BusMethod] = [], properties: [BusProperty] = [], signals: [BusSignalDescription] = []
    ) {
        self.name = name
        self.methods = methods
        self.properties = properties
        self.signals = signals
    }
}

/// Who a connection on the bus belongs to, as the kernel told the bus.
package struct BusCredentials: Hashable, Sendable {
    package var userID: UInt32
    /// All groups of the process; nil when the bus does not say.
    package var groupIDs: [UInt32]?
    package var processID: UInt32?

    package init(userID: UInt32, groupIDs: [UInt32]? = nil, processID: UInt32? = nil) {
        self.userID = userID
        self.groupIDs = groupIDs
        self.processID = processID
    }
}
