/// What a named processor model of QEMU and libvirt stands for, as far as a processor can lack it.
struct ProcessorModel: Hashable {
    enum Vendor: String, Hashable { case intel = "Intel", amd = "AMD" }

    /// nil for models that are nobody's: kvm64, x86-64-v2.
    var vendor: Vendor?
    /// With the kernel's names. Those by which generations differ; the rest comes with them.
    var flags: Set<String>

    /// nil for a model that is not known here: nothing is said of it.
    init?(_ name: String) {
        // "Skylake-Server-noTSX-IBRS", "EPYC-Rome-v2": suffixes take something away or add mitigations.
        let parts = name.split(separator: "-").map(String.init)
        let stem = parts.filter { part in
            !["noTSX", "IBRS", "IBPB"].contains(part) && !(part.first == "v" && part.dropFirst().allSatisfy(\.isNumber))
        }.joined(separator: "-")
        let generic = ["x86-64-v2": 3, "x86-64-v2-AES": 4, "x86-64-v3": 8, "x86-64-v4": 9]
        if let level = generic[name] {
            self.init(vendor: nil, flags: Self.levels(level))
        } else if let place = Self.intel.firstIndex(where: { $0.name == stem }) {
            self.init(vendor: .intel, flags: Self.intel[...place].filter { $0.isInherited || $0.name == stem }.union)
            // Microcode has taken TSX away from processors that had it.
            if ["Haswell", "Broadwell", "Skylake-Client", "Skylake-Server", "Cascadelake-Server"].contains(stem),
                !name.contains("noTSX"), parts.last.map({ $0.first == "v" }) == false
            {
                flags.formUnion(["hle", "rtm"])
            }
        } else if let place = Self.amd.firstIndex(where: { $0.name == stem }) {
            self.init(vendor: .amd, flags: Self.amd[...place].filter { $0.isInherited || $0.name == stem }.union)
        } else {
            return nil
        }
    }

    private init(vendor: Vendor?, flags: Set<String>) {
        self.vendor = vendor
        self.flags = flags
    }

    /// Flags of the first steps up: v2 has three, with AES four, v3 eight, v4 all. Proxmox has AES in the last two.
    private static func levels(_ count: Int) -> Set<String> {
        let steps: [Set<String>] = [
            ["ssse3"], ["sse4_1", "cx16"], ["sse4_2", "popcnt"], ["aes"], ["avx"], ["f16c"], ["avx2", "fma", "movbe"],
            ["bmi1", "bmi2"], ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
        ]
        return steps.prefix(count).reduce(into: Set<String>()) { $0.formUnion($1) }
    }

    fileprivate struct Generation {
        var name: String
        /// What came with it.
        var flags: Set<String>
        /// Whether what comes later has it, too.
        var isInherited = true
    }

    private static let intel: [Generation] = [
        Generation(name: "Conroe", flags: ["ssse3"]),
        Generation(name: "Penryn", flags: ["sse4_1", "cx16"]),
        Generation(name: "Nehalem", flags: ["sse4_2", "popcnt"]),
        Generation(name: "Westmere", flags: ["aes"]),
        Generation(name: "SandyBridge", flags: ["avx", "xsave"]),
        Generation(name: "IvyBridge", flags: ["f16c", "rdrand", "fsgsbase"]),
        Generation(name: "Haswell", flags: ["avx2", "bmi1", "bmi2", "fma", "movbe", "invpcid"]),
        Generation(name: "Broadwell", flags: ["adx", "rdseed", "smap"]),
        Generation(name: "Skylake-Client", flags: ["xsavec"]),
        Generation(name: "Skylake-Server", flags: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "clwb"]),
        Generation(name: "Cascadelake-Server", flags: ["avx512_vnni"]),
        Generation(name: "Cooperlake", flags: ["avx512_bf16"], isInherited: false),
        Generation(name: "Icelake-Server", flags: ["avx512vbmi", "avx512_vbmi2", "vaes", "gfni"]),
        Generation(name: "SapphireRapids", flags: ["avx512_bf16", "avx512_fp16", "amx_tile"]),
        Generation(name: "GraniteRapids", flags: []),
    ]

    private static let amd: [Generation] = [
        Generation(name: "Opteron_G1", flags: []),
        Generation(name: "Opteron_G2", flags: ["cx16"]),
        Generation(name: "Opteron_G3", flags: ["popcnt", "abm", "sse4a"]),
        Generation(name: "Opteron_G4", flags: ["ssse3", "sse4_1", "sse4_2", "aes", "avx"]),
        // FMA4, XOP and TBM of these ended with them.
        Generation(name: "Opteron_G5", flags: ["f16c", "fma", "fma4", "xop", "tbm"], isInherited: false),
        Generation(
            name: "EPYC",
            flags: ["f16c", "fma", "avx2", "bmi1", "bmi2", "movbe", "adx", "rdseed", "smap", "sha_ni", "clflushopt"]),
        Generation(name: "Dhyana", flags: [], isInherited: false),
        Generation(name: "EPYC-Rome", flags: ["clwb", "rdpid", "wbnoinvd"]),
        Generation(name: "EPYC-Milan", flags: ["invpcid", "pku", "vaes", "vpclmulqdq"]),
        Generation(name: "EPYC-Genoa", flags: ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16", "gfni"]),
    ]
}

extension Collection where Element == ProcessorModel.Generation {
    fileprivate var union: Set<String> { reduce(into: []) { $0.formUnion($1.flags) } }
}

/// libvirt's and QEMU's names of processor features.
enum ProcessorFeature {
    /// The kernel's name in /proc/cpuinfo for a feature that a guest has only where the processor has it; nil for what KVM
    /// makes itself (x2apic, hypervisor, tsc-deadline …), and for names that are not known here: nothing is said of them.
    static func flag(_ name: String) -> String? {
        let flag = aliases[name] ?? name.replacing(".", with: "_").replacing("-", with: "_")
        return real.contains(flag) ? flag : nil
    }

    private static let aliases = [
        "pclmuldq": "pclmulqdq", "avx512vbmi2": "avx512_vbmi2", "avx512vnni": "avx512_vnni",
        "avx512-vpopcntdq": "avx512_vpopcntdq", "avx512bitalg": "avx512_bitalg", "sha-ni": "sha_ni", "sse4.1": "sse4_1",
        "sse4.2": "sse4_2",
    ]

    private static let real: Set<String> = [
        "3dnow", "3dnowext", "abm", "adx", "aes", "amx_tile", "avx", "avx2", "avx512f", "avx512bw", "avx512cd",
        "avx512dq", "avx512vl", "avx512vbmi", "avx512_vbmi2", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq",
        "avx512_bf16", "avx512_fp16", "bmi1", "bmi2", "clflushopt", "clwb", "cx16", "erms", "f16c", "fma", "fma4",
        "fsgsbase", "gfni", "hle", "invpcid", "la57", "lahf_lm", "lm", "movbe", "nx", "pcid", "pclmulqdq", "pdpe1gb",
        "pku", "popcnt", "rdpid", "rdrand", "rdseed", "rdtscp", "rtm", "sha_ni", "smap", "smep", "sse4_1", "sse4_2",
        "sse4a", "ssse3", "svm", "tbm", "vaes", "vmx", "vpclmulqdq", "xop", "xsave", "xsavec", "xsaveopt",
    ]
}
