/// One step towards settings.
package enum NetworkAction: Hashable, Sendable {
    /// `ip` with these arguments; it must succeed.
    case run([String])
    /// `ip` with these arguments, to take away what need not be there.
    case attempt([String])
    /// `ip` with these arguments, unless the interface is there when it ends (the driver of bonds makes one by itself).
    case create(String, [String])
    /// A text to a file in the interface's directory of /sys/class/net.
    case write(String, interface: String, file: String)
    /// No DHCP client asks on this interface from now on, and what one had brought is forgotten.
    case keepDHCPAway(String)
    /// A DHCP client asks on this interface as soon as it has a link.
    case letDHCP(String)
    /// What name servers came with the interface.
    case nameServers([String], search: [String], interface: String)
}
