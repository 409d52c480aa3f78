import Recovery
import Registry
import RegistryTesting

/// Windows' registry on a restored disk, and its boot configuration, which is one as well.
extension FuzzObject {
    static let registries: [FuzzObject] = [
        FuzzObject(name: "registry", seeds: [Seeds.registry]) { bytes, repairs in
            let hive = try RegistryHive(repairs ? Seeds.withHiveChecksum(bytes) : bytes, name: "SYSTEM")
            let path = ["ControlSet001", "Services", "stornvme"]
            for path in [["Select"], ["ControlSet001", "Services"], path] {
                guard let key = try hive.key(path) else { continue }
                _ = try hive.names(below: key)
                for name in ["Default", "Start", "ImagePath"] {
                    let value = try hive.value(name, of: key)
                    _ = (value?.number, value?.text, value?.list)
                }
            }
            let edit = try hive.edit("Start", of: path, to: 0)
            precondition(edit.offset >= 4_096 && edit.offset + 4 <= UInt64(bytes.count), "an edit outside the hive")
        },
        FuzzObject(name: "boot-configuration", seeds: [Seeds.configuration]) { bytes, repairs in
            _ = try BootConfiguration(repairs ? Seeds.withHiveChecksum(bytes) : bytes, name: "BCD")
        },
        FuzzObject(name: "boot-device", seeds: [Seeds.bootDevice(style: 0), Seeds.bootDevice(style: 1)]) { bytes, _ in
            _ = BootConfigurationDevice(bytes)
        },
    ]
}

extension Seeds {
    static let registry: [UInt8] = {
        var image = HiveImage()
        image.root[["Select"]].set("Default", 1)
        image.root[["ControlSet001", "Services", "stornvme"]].set("Start", 3)
        image.root[["ControlSet001", "Services", "stornvme"]].set("ImagePath", #"System32\drivers\stornvme.sys"#)
        return image.bytes
    }()

    static let configuration: [UInt8] = {
        var image = HiveImage()
        image.root[["Objects", "{9dea862c-5cdd-4e70-acc1-f32b344d4795}", "Elements", "23000003"]].set("Element", "{a}")
        image.root[["Objects", "{a}", "Elements", "12000002"]].set("Element", #"\Windows\system32\winload.efi"#)
        for element in ["11000001", "21000001"] {
            image.root[["Objects", "{a}", "Elements", element]].set("Element", bootDevice(style: 0))
        }
        return image.bytes
    }()

    static func bootDevice(style: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 88)
        (bytes[16], bytes[24], bytes[52]) = (6, 0x48, style)
        for place in [32, 40, 56] { bytes[place] = 7 }
        return bytes
    }

    /// The first block's checksum, put right.
    static func withHiveChecksum(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 512 else { return bytes }
        var bytes = bytes
        for lane in 0..<4 { bytes[508 + lane] = stride(from: lane, to: 508, by: 4).reduce(0) { $0 ^ bytes[$1] } }
        return bytes
    }
}
