internal import BlockDevices
internal import FoundationEssentials
internal import LinuxSystem

extension VirtualMachine {
    /// The running QEMU processes.
    static func processes(in tree: KernelTree) -> [VirtualMachine] {
        // Without proc there is nothing to see.
        let processes = ((try? Files.names(in: tree.proc)) ?? []).filter { UInt32($0) != nil }
        return processes.compactMap { process in
            // A process may end at any moment.
            guard let bytes = try? Files.contents(of: "\(tree.proc)/\(process)/cmdline") else { return nil }
            let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return qemu(arguments, process: process)
        }
    }

    /// From the command line of QEMU; nil for any other program. A machine without a name is called by its process.
    static func qemu(_ arguments: [String], process: String) -> VirtualMachine? {
        guard let program = arguments.first.map(Files.lastComponent(of:)),
            program.hasPrefix("qemu-system-") || program == "kvm" || program == "qemu-kvm"
        else { return nil }
        var machine = VirtualMachine(name: "process \(process)", manager: .qemu, isRunning: true)
        for (option, value) in zip(arguments, arguments.dropFirst()) where option.hasPrefix("-") {
            switch option.drop(while: { $0 == "-" }) {
            case "name": machine.name = parameter("guest", in: value) ?? firstWord(value)
            case "uuid": machine.uuid = value
            case "drive":
                guard parameter("media", in: value) != "cdrom", parameter("if", in: value) != "pflash" else { break }
                add(parameter("file", in: value), named: parameter("id", in: value), to: &machine)
            case "blockdev":
                if let device = BlockDeviceOption(json: value) {
                    add(device.filename, named: device.nodeName, to: &machine)
                } else {
                    add(parameter("filename", in: value), named: parameter("node-name", in: value), to: &machine)
                }
            case "hda", "hdb", "hdc", "hdd": add(value, named: String(option.dropFirst()), to: &machine)
            default: break
            }
        }
        return machine
    }

    private static func add(_ source: String?, named name: String?, to machine: inout VirtualMachine) {
        guard let source, !source.isEmpty else { return }
        machine.disks.append(Disk(name: name ?? "disk\(machine.disks.count)", source: source))
    }

    /// The value of "key=" in "a,key=value,b"; a doubled comma stands for one inside a value.
    private static func parameter(_ key: String, in text: String) -> String? {
        pieces(text).first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    private static func firstWord(_ text: String) -> String { pieces(text).first ?? text }

    private static func pieces(_ text: String) -> [String] {
        var found = [""]
        var rest = text[...]
        while let character = rest.popFirst() {
            if character != "," {
                found[found.count - 1].append(character)
            } else if rest.first == "," {
                rest.removeFirst()
                found[found.count - 1].append(",")
            } else {
                found.append("")
            }
        }
        return found
    }
}

/// `-blockdev` as libvirt passes it: a JSON object. Only those that open a file or device have a name of it.
private struct BlockDeviceOption: Decodable {
    var filename: String?
    var nodeName: String?

    private enum CodingKeys: String, CodingKey {
        case filename
        case nodeName = "node-name"
    }

    init?(json: String) {
        // The other form of the option is no JSON.
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = value
    }
}
