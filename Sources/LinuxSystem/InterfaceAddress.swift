internal import Glibc

/// An address of a network interface of this machine.
package struct InterfaceAddress: Hashable, Sendable {
    package var interface: String
    /// "192.0.2.7" or "2001:db8::7".
    package var address: String
    package var prefixLength: Int

    /// All IPv4 and IPv6 addresses in use (`getifaddrs(3)`), in the kernel's order.
    package static func all() throws(SystemCallError) -> [InterfaceAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        _ = try kernel("getifaddrs", "interfaces") { answer(getifaddrs(&list)) }
        defer { freeifaddrs(list) }
        var found: [InterfaceAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let name = entry.pointee.ifa_name, let address = entry.pointee.ifa_addr,
                let text = numeric(address), let mask = entry.pointee.ifa_netmask
            else { continue }
            found.append(
                InterfaceAddress(
                    interface: String(cString: name), address: text, prefixLength: bits(in: mask, like: address)))
        }
        return found
    }

    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let length: Int
        switch Int32(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var buffer = [CChar](repeating: 0, count: 128)
        guard getnameinfo(address, socklen_t(length), &buffer, 128, nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        // A link-local address is followed by its interface, which is known anyway.
        return String(String(terminated: buffer).prefix { $0 != "%" })
    }

    /// Ones in a netmask. Its own family field is not always set.
    private static func bits(
        in mask: UnsafeMutablePointer<sockaddr>, like address: UnsafeMutablePointer<sockaddr>
    ) -> Int {
        let isVersion4 = Int32(address.pointee.sa_family) == AF_INET
        let (offset, count) = isVersion4 ? (4, 4) : (8, 16)
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(mask) + offset, count: count)
            .reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
