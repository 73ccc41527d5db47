// SPDX-License-Identifier: GPL-3.0-or-later

/// The XML by which an object describes itself (D-Bus specification, "Introspection Data Format").
enum Introspection {
    static func text(_ interfaces: [BusInterface], children: [String] = []) -> String {
        var lines = [
            #"<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN""#,
            #" "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">"#, "<node>",
        ]
        for interface in interfaces { lines += describe(interface) }
        if !interfaces.isEmpty { lines += standard }
        for child in children { lines.append(#"  <node name="\#(child)"/>"#) }
        lines.append("</node>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func describe(_ interface: BusInterface) -> [String] {
        var lines = [#"  <interface name="\#(interface.name)">"#]
        for method in interface.methods {
            lines.append(#"    <method name="\#(method.name)">"#)
            lines += method.inputs.map { argument($0, #" direction="in""#) }
            lines += method.outputs.map { argument($0, #" direction="out""#) }
            lines.append("    </method>")
        }
        for signal in interface.signals {
            lines.append(#"    <signal name="\#(signal.name)">"#)
            lines += signal.arguments.map { argument($0, "") }
            lines.append("    </signal>")
        }
        for property in interface.properties { lines += describe(property) }
        return lines + ["  </interface>"]
    }

    private static func describe(_ property: BusProperty) -> [String] {
        let head = #"    <property name="\#(property.name)" type="\#(property.signature)" access="read""#
        if property.emitsChanges { return [head + "/>"] }
        let name = "org.freedesktop.DBus.Property.EmitsChangedSignal"
        return [head + ">", #"      <annotation name="\#(name)" value="false"/>"#, "    </property>"]
    }

    private static func argument(_ argument: BusArgument, _ direction: String) -> String {
        #"      <arg name="\#(argument.name)" type="\#(argument.signature)"\#(direction)/>"#
    }

    private static let standard = [
        #"  <interface name="org.freedesktop.DBus.Introspectable">"#,
        #"    <method name="Introspect"><arg name="xml" type="s" direction="out"/></method>"#, "  </interface>",
        #"  <interface name="org.freedesktop.DBus.Properties">"#,
        #"    <method name="Get"><arg name="interface" type="s" direction="in"/>"#
            + #"<arg name="name" type="s" direction="in"/><arg name="value" type="v" direction="out"/></method>"#,
        #"    <method name="GetAll"><arg name="interface" type="s" direction="in"/>"#
            + #"<arg name="properties" type="a{sv}" direction="out"/></method>"#,
        #"    <signal name="PropertiesChanged"><arg name="interface" type="s"/>"#
            + #"<arg name="changed" type="a{sv}"/><arg name="invalidated" type="as"/></signal>"#, "  </interface>",
    ]
}
