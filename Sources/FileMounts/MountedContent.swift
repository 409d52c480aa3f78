package import Buffers

/// What is behind a `FileMount`. Called from the mount's one thread, one call at a time; may block.
///
/// An error becomes `EIO` for the program that reads or writes the file: whoever has to say why keeps it.
package protocol MountedContent: AnyObject, Sendable {
    var sizeInBytes: UInt64 { get }
    /// Fills the whole slice from `offset`; the range lies inside the content.
    func read(into slice: BufferSlice, at offset: UInt64) throws
    /// Takes the whole slice at `offset`; the range lies inside the content.
    func write(_ slice: BufferSlice, at offset: UInt64) throws
}
