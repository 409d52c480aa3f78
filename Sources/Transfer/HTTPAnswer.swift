/// What a server answers to an upload.
package struct HTTPAnswer: Hashable, Sendable {
    /// 200, 201 or 204.
    package let status: Int
    package let body: [UInt8]
}
