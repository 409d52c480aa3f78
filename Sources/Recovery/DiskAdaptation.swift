/// What was changed on one disk to fit it to its target.
struct DiskAdaptation: Sendable {
    var patches: [DiskPatch] = []
    /// Those parts of them that lie beyond the source's end: the only bytes there that are not zero.
    var beyond: [DiskPatch] = []
    var warnings: [String] = []
}
