package import BlockDevices
package import Buffers
internal import LinuxSystem
internal import Synchronization

/// A disk inside an image file that `qemu-nbd` reads, with a few connections so that several threads can read at once.
package final class ImageSource: BlockSource {
    package let name: String
    package let geometry: DiskGeometry
    package let format: ImageFormat
    /// The files that were opened: the image itself, then what it is based on.
    package let files: [String]

    /// Enough for the reader threads of a capture; each costs a socket and a buffer in QEMU.
    private static let connectionCount = 4
    /// QEMU opens an image in well under a second; a network file system may take its time.
    private static let patienceInNanoseconds: UInt64 = 30_000_000_000

    private let connections: [ImageConnection]
    private let turn = Atomic<UInt>(0)
    private let server: ImageServer

    /// Starts the server and connects. Throws as `DiskImages.open` says.
    init(_ path: String, format: ImageFormat) throws(BlockDeviceError) {
        let absolutePath: String
        do throws(SystemCallError) { absolutePath = try Files.realPath(path) } catch {
            throw BlockDeviceError("Cannot read \(path)", error)
        }
        files = try QemuImage(path, absolutePath: absolutePath, format: format).layers.map(\.filename)
        var server = try ImageServer(
            path, absolutePath: absolutePath, format: format, connections: Self.connectionCount)
        var connections: [ImageConnection] = []
        for _ in 0..<Self.connectionCount { connections.append(try Self.connect(path, &server)) }
        geometry = DiskGeometry(sizeInBytes: connections[0].sizeInBytes)
        self.connections = connections
        self.server = server
        name = path
        self.format = format
    }

    /// Connects as soon as the server listens, or throws what it said when it ended.
    private static func connect(
        _ path: String, _ server: inout ImageServer
    ) throws(BlockDeviceError) -> ImageConnection {
        let start = Clocks.monotonicNanoseconds
        while true {
            do throws(ImageConnection.Failure) { return try ImageConnection(socket: server.socket) } catch {
                let failure: String?
                do throws(SystemCallError) { failure = try server.failure() } catch {
                    throw BlockDeviceError("Cannot wait for the server of \(path)", error)
                }
                if let failure { throw QemuImage.error(path, failure) }
                guard Clocks.monotonicNanoseconds - start < patienceInNanoseconds else {
                    throw BlockDeviceError(
                        .inputOutput, "Cannot read \(path): qemu-nbd did not answer within 30 seconds: \(error.message)"
                    )
                }
                Clocks.sleep(nanoseconds: 5_000_000)
            }
        }
    }

    package func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= geometry.sizeInBytes, UInt64(slice.count) <= geometry.sizeInBytes - offset else {
            throw BlockDeviceError(
                .outOfBounds,
                "Cannot read \(slice.count) bytes at \(offset) of \(name): it holds \(geometry.sizeInBytes) bytes.")
        }
        do throws(ImageConnection.Failure) {
            try connection.read(into: slice, at: offset)
        } catch {
            throw BlockDeviceError(
                .inputOutput, "Cannot read \(slice.count) bytes at \(offset) of \(name): \(error.message).")
        }
    }

    package func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? {
        guard range.upperBound <= geometry.sizeInBytes else {
            throw BlockDeviceError(
                .outOfBounds, "Cannot look for data at \(range) of \(name): it holds \(geometry.sizeInBytes) bytes.")
        }
        do throws(ImageConnection.Failure) { return try connection.nextData(in: range) } catch {
            throw BlockDeviceError(.inputOutput, "Cannot look for data at \(range) of \(name): \(error.message).")
        }
    }

    /// Each call takes the next one, so that as many requests as there are connections are under way at once.
    private var connection: ImageConnection {
        connections[Int(turn.wrappingAdd(1, ordering: .relaxed).oldValue % UInt(connections.count))]
    }
}
