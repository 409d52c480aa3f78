// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: the language rules of the house (docs/architecture.md, "Shape").
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// Tests are compiled without optimization, which takes half the time; but for those that compute a lot themselves.
func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], isOptimized: Bool = false
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude,
        swiftSettings: house + (isOptimized ? [] : [.unsafeFlags(["-Onone"])]))
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// Floor 0: memory, and one C target per system library.
let floor0: [Target] = [
    room("Buffers"),
    system("CBlkid", pkgConfig: "blkid", apt: "libblkid-dev"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
    system("CExt2fs", pkgConfig: "ext2fs", apt: "libext2fs-dev"),
    system("CNBD", pkgConfig: "libnbd", apt: "libnbd-dev"),
    system("CNBDKit", pkgConfig: "nbdkit", apt: "nbdkit-plugin-dev"),
    system("CLMDB", pkgConfig: "lmdb", apt: "liblmdb-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("CLZMA", pkgConfig: "liblzma", apt: "liblzma-dev"),
    system("CNcurses", pkgConfig: "ncursesw", apt: "libncurses-dev"),
    system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
    system("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    system("CHivex", pkgConfig: "hivex", apt: "libhivex-dev"),
    system("CFuse", pkgConfig: "fuse3", apt: "libfuse3-dev"),
    .target(name: "CLinuxShim", path: "Sources/C/CLinuxShim"),
    // toml++ is a library of headers for C++.
    .target(name: "CTOML", path: "Sources/C/CTOML"),
]

// Floor 1: one owner per system library, the one door to the kernel, and the format.
let floor1: [Target] = [
    room("LinuxSystem", ["CLinuxShim", "Buffers"]),
    room("Digests", ["CCrypto", "CXXHash", "Buffers"]),
    room("Zstd", ["CZstd", "Buffers"]),
    room("Transfer", ["CCurl", "Buffers"]),
    room("BlockDevices", ["CBlkid", "Buffers", "LinuxSystem"]),
    room("FileSystems", ["CExt2fs", "Buffers", "BlockDevices", "LinuxSystem", "Digests"]),
    room("DiskImages", ["CNBD", "Buffers", "BlockDevices", "LinuxSystem"]),
    room("RepositoryFormat", ["Digests"]),
    room("FileMounts", ["CFuse", "Buffers", "LinuxSystem"]),
    room("Archives", ["CZlib", "CLZMA", "CLZ4", "Zstd", "LinuxSystem"]),
    room("KeyValueStore", ["CLMDB"]),
    room("TerminalScreen", ["CNcurses"]),
    room("Networking"),
    room("Answers", ["CTOML", "Networking"]),
    room("Certificates", ["CCrypto"]),
    room("Markup", ["CExpat"]),
    room("SQLite", ["CSQLite"]),
    room("Registry", ["CHivex", "LinuxSystem"]),
    room("Progress"),
]

// Floor 2: what a machine is, and what a repository is.
let floor2: [Target] = [
    room("Inventory", ["BlockDevices", "RepositoryFormat", "LinuxSystem", "Buffers", "Markup"]),
    room("Repository", ["RepositoryFormat", "Digests", "Zstd", "Transfer", "LinuxSystem", "Buffers", log]),
]

// Floor 3: the two directions, the server, the screens.
let floor3: [Target] = [
    room(
        "Capture",
        [
            "Repository", "RepositoryFormat", "Inventory", "BlockDevices", "FileSystems", "LinuxSystem", "Digests",
            "Zstd", "Buffers", log,
        ]),
    room(
        "Recovery",
        [
            "Repository", "RepositoryFormat", "Inventory", "BlockDevices", "FileSystems", "Archives", "Markup",
            "SQLite", "Registry", "FileMounts", "Networking", "LinuxSystem", "Digests", "Buffers", "Progress", log,
        ]),
    room(
        "RepositoryServer",
        [
            "Repository", "RepositoryFormat", "Digests", "Zstd", "Buffers", "LinuxSystem", "KeyValueStore",
            "Certificates", log, .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdTLS", package: "hummingbird"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]),
    room("Drills", ["Recovery", "Repository", "RepositoryFormat", "Inventory", "LinuxSystem"]),
    room(
        "RescueConsole",
        [
            "Recovery", "Repository", "RepositoryFormat", "Inventory", "BlockDevices", "Progress", "TerminalScreen",
            "Answers", "Networking",
        ]),
]

// Floor 4: thin programs.
let floor4: [Target] = [
    .executableTarget(
        name: "lifeboat",
        dependencies: [
            "Capture", "Recovery", "Repository", "RepositoryFormat", "RepositoryServer", "Drills", "Inventory",
            "BlockDevices", "DiskImages", "LinuxSystem", "Progress", "Answers", log, arguments,
        ],
        swiftSettings: house),
    .executableTarget(
        name: "lifeboat-rescue",
        dependencies: [
            "RescueConsole", "Recovery", "Capture", "Repository", "RepositoryFormat", "Inventory", "BlockDevices",
            "LinuxSystem", "Progress", "TerminalScreen", "Answers", "Networking",
        ],
        swiftSettings: house,
        // crypt(3): the one-time password of SSH.
        linkerSettings: [.linkedLibrary("crypt")]),
    .target(
        name: "NBDPlugin", dependencies: ["CNBDKit", "Repository", "RepositoryFormat", "LinuxSystem"],
        swiftSettings: house,
        // nbdkit closes its plugins at the end; Swift's runtime cannot be unloaded (dlopen(3), RTLD_NODELETE).
        linkerSettings: [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "nodelete"])]),
]

let allTests: [Target] = [
    tests("Tidy"),
    tests("RepositoryFormat", ["RepositoryFormat", "Digests"], isOptimized: true),
    tests(
        "Repository",
        ["RepositoryTesting", "Repository", "RepositoryFormat", "Digests", "Zstd", "Buffers", "LinuxSystem"],
        isOptimized: true),
    tests(
        "Timeline", ["RepositoryTesting", "Repository", "RepositoryFormat", "Digests", "Buffers", "LinuxSystem"],
        isOptimized: true),
    tests(
        "Capture", ["Capture", "Repository", "RepositoryFormat", "BlockDevices", "Buffers", "Digests"],
        isOptimized: true),
    tests(
        "Recovery",
        [
            "Recovery", "Capture", "Repository", "RepositoryFormat", "Inventory", "BlockDevices", "Archives",
            "CSQLite", "RegistryTesting", "RepositoryTesting", "Registry", "LinuxSystem", "Buffers", "Digests",
        ]),
    tests("Drills", ["Drills"]),
    tests("Transfer", ["Transfer", "Repository", "Buffers"]),
    tests("LinuxSystem", ["LinuxSystem", "Buffers"]),
    tests("BlockDevices", ["BlockDevices", "Buffers", "LinuxSystem"]),
    tests("FileSystems", ["FileSystems", "BlockDevices", "Buffers", "LinuxSystem"], isOptimized: true),
    tests("Archives", ["Archives", "LinuxSystem"], isOptimized: true),
    tests("Registry", ["Registry", "RegistryTesting", "LinuxSystem"], isOptimized: true),
    // Hives, made from the description of their format.
    .target(name: "RegistryTesting", path: "Tests/RegistryTesting", swiftSettings: house),
    tests("Answers", ["Answers"]),
    tests("Networking", ["Networking"]),
    tests("FileMounts", ["FileMounts", "LinuxSystem", "Buffers"]),
    tests("DiskImages", ["DiskImages", "BlockDevices", "Buffers", "LinuxSystem"]),
    tests("Inventory", ["Inventory", "BlockDevices", "LinuxSystem"]),
    tests("RepositoryServer", ["RepositoryServer", "RepositoryFormat", "Digests", "Zstd", "ProgramHarness"]),
    tests(
        "RescueConsole",
        [
            "RescueConsole", "Repository", "RepositoryFormat", "Inventory", "BlockDevices", "TerminalScreen",
            "Answers", "Digests", "ProgramHarness",
        ],
        exclude: ["Golden"]),
    tests("CommandLine", ["ProgramHarness"], isOptimized: true),
    // Stores, disks and captures that several targets test with.
    .target(
        name: "RepositoryTesting",
        dependencies: ["Repository", "RepositoryFormat", "Digests", "Zstd", "Buffers", "LinuxSystem"],
        path: "Tests/RepositoryTesting", swiftSettings: house),
    // The parsers of outside bytes as libFuzzer and a test see them (docs/testing.md).
    .target(
        name: "Fuzzing",
        dependencies: [
            "Recovery", "Repository", "RepositoryFormat", "Inventory", "FileSystems", "BlockDevices", "Transfer",
            "Digests", "Zstd", "Buffers", "Markup", "Registry", "RegistryTesting",
        ],
        path: "Tests/Fuzz", exclude: ["Cases"], swiftSettings: house),
    tests("Fuzzing", ["Fuzzing"], isOptimized: true),
    // Runs the built program and judges what it did: no product code.
    .target(name: "ProgramHarness", path: "Tests/ProgramHarness", swiftSettings: house),
    // Writes journals as an agent would, for tests of the programs.
    .executableTarget(
        name: "lifeboat-feeder",
        dependencies: ["Repository", "RepositoryFormat", "LinuxSystem", "Buffers", "ProgramHarness"],
        path: "Tests/JournalFeeder", swiftSettings: house),
    // Emulated machines, judges and the story that the demo tells: no product code.
    .target(name: "EndToEndHarness", path: "Tests/EndToEndHarness", swiftSettings: house),
    .executableTarget(
        name: "lifeboat-demo", dependencies: ["EndToEndHarness"], path: "Tests/LifeboatDemo", swiftSettings: house),
    .executableTarget(
        name: "lifeboat-pictures", dependencies: ["EndToEndHarness"], path: "Tests/ConsolePictures",
        swiftSettings: house),
    tests("EndToEnd", ["EndToEndHarness"]),
    // A month of writes through the real writer, for scripts/bench-month: no product code.
    .executableTarget(
        name: "lifeboat-month",
        dependencies: ["Repository", "RepositoryFormat", "LinuxSystem", "Digests", "Buffers"],
        path: "Tests/SyntheticMonth", swiftSettings: house),
    // A map of 10^8 extents and a disk that is not there, for scripts/bench-memory: no product code.
    .executableTarget(
        name: "lifeboat-extents",
        dependencies: [
            "Recovery", "Inventory", "Repository", "RepositoryFormat", "BlockDevices", "LinuxSystem", "Digests",
            "Buffers",
        ],
        path: "Tests/SyntheticMap", swiftSettings: house),
]

let package = Package(
    name: "lifeboat",
    products: [
        .executable(name: "lifeboat", targets: ["lifeboat"]),
        .executable(name: "lifeboat-rescue", targets: ["lifeboat-rescue"]),
        // nbdkit loads it: `lifeboat attach` and `export` look for it beside the program and in ../lib/lifeboat.
        .library(name: "lifeboat-nbdkit", type: .dynamic, targets: ["NBDPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        // Both come with Hummingbird; named because the server bounds how long it takes to end, and ends connections itself.
        .package(url: "https://github.com/apple/swift-nio", from: "2.83.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: floor0 + floor1 + floor2 + floor3 + floor4 + allTests,
    cxxLanguageStandard: .cxx17
)
