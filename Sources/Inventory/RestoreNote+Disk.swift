internal import Buffers
internal import LinuxSystem
package import RepositoryFormat

extension RestoreNote {
    /// The note at the start of a device or an image file; nil when there is none that can be used. Reads 4096 bytes.
    package static func read(at path: String) -> RestoreNote? {
        let buffer = AlignedBuffer(capacity: byteCount).all
        // Whoever uses the disk says what is wrong with it.
        guard let file = try? FileDescriptor(path), (try? file.readFully(into: buffer, at: 0)) != nil else {
            return nil
        }
        // A torn note is none; neither is one that a newer program understands.
        return try? decode(buffer.withBytes { Array($0) })
    }
}
