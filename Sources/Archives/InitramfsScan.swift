internal import LinuxSystem

/// What an initramfs holds: the names of all its files, whatever its parts are packed with.
package struct InitramfsScan: Sendable {
    /// One archive or compressed stream after another, as the kernel unpacks them.
    package struct Part: Hashable, Sendable {
        package var compression: Compression
        package var offset: UInt64
    }

    package var parts: [Part] = []
    /// Names of everything but directories, without a leading "/"; a later part's file replaces an earlier one's.
    package var files: Set<String> = []
    package var sizeInBytes: UInt64 = 0
    /// What the last part unpacks to, in bytes, when nothing but the file's end ends it (lz4): what is added goes on with it.
    package private(set) var openEnd: UInt64?
    /// Contents of the files that were asked for, as the last part has them.
    package var contents: [String: [UInt8]] = [:]

    /// A whole initramfs is read; more is no initramfs.
    private static let limit: UInt64 = 2 << 30
    /// Unpacked it lies in memory at every start of the system.
    private static let unpackedLimit: UInt64 = 8 << 30

    /// Reads the initramfs in the file `path`, and keeps the content of files that `wanted` names, up to 16 MiB each. Throws `damaged`, `unsupported` (a compression that cannot be opened),
    /// `inputOutput`.
    package init(_ path: String, wanted: @escaping (String) -> Bool = { _ in false }) throws(ArchiveError) {
        do {
            try scan(path, wanted)
        } catch let error as ArchiveError {
            throw error
        } catch { throw ArchiveError(.inputOutput, "\(error)") }
    }

    private mutating func scan(_ path: String, _ wanted: @escaping (String) -> Bool) throws {
        let file = try FileDescriptor(path)
        sizeInBytes = try Files.status(path)?.sizeInBytes ?? 0
        guard sizeInBytes <= Self.limit else {
            throw ArchiveError(.damaged, "\(sizeInBytes) bytes are too many for an initramfs")
        }
        var window = FileWindow(file, sizeInBytes: sizeInBytes)
        while try window.skipZeros() {
            let start = try window.peek(8)
            guard let compression = Compression(start: start) else {
                throw ArchiveError(.damaged, "what begins \(window.offset) bytes in is no archive")
            }
            parts.append(Part(compression: compression, offset: window.offset))
            var reader = CpioReader(wanted: wanted)
            if compression == .none {
                try readPlain(&window, &reader)
            } else {
                try readPacked(&window, &reader, try compression.decoder())
            }
            contents.merge(reader.contents) { $1 }
            guard reader.isComplete else {
                throw ArchiveError(
                    .damaged, "the part that begins \(parts[parts.count - 1].offset) bytes in is cut off")
            }
        }
    }

    private mutating func note(_ entry: CpioReader.Entry) {
        if entry.mode & 0o170000 != 0o040000 { files.insert(entry.name) }
    }

    private mutating func readPlain(_ window: inout FileWindow, _ reader: inout CpioReader) throws {
        while !reader.isStopped, try window.fill() {
            let taken = try window.withBytes { bytes in try reader.push(bytes) { note($0) } }
            window.drop(taken)
        }
    }

    private mutating func readPacked(
        _ window: inout FileWindow, _ reader: inout CpioReader, _ decoder: any StreamDecoder
    ) throws {
        var unpacked: UInt64 = 0
        while try window.fill() {
            let (taken, isComplete) = try window.withBytes { bytes in
                try decoder.push(bytes) { plain in
                    unpacked += UInt64(plain.count)
                    guard unpacked <= Self.unpackedLimit else {
                        throw ArchiveError(.damaged, "it unpacks to more than \(Self.unpackedLimit) bytes")
                    }
                    guard try reader.push(plain, { note($0) }) == plain.count else {
                        throw ArchiveError(.damaged, "a packed part holds something else than cpio archives")
                    }
                }
            }
            window.drop(taken)
            if isComplete { return }
            guard taken > 0 else { break }
        }
        if decoder.mayEnd {
            openEnd = unpacked
            return
        }
        throw ArchiveError(.damaged, "a packed part is cut off")
    }
}
