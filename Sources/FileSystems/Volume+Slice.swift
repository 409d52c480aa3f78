extension Volume {
    /// A part of this volume as a volume of its own; nil when the part leaves it or is empty.
    func slice(_ range: Range<UInt64>, description: String, content: Content) -> Volume? {
        guard !range.isEmpty, range.upperBound <= sizeInBytes else { return nil }
        let parts = runs.compactMap { run -> Run? in
            let part = range.clamped(to: run.volumeRange)
            guard !part.isEmpty else { return nil }
            return Run(
                volumeOffset: part.lowerBound - range.lowerBound, disk: run.disk,
                diskOffset: run.diskOffset + (part.lowerBound - run.volumeOffset), length: UInt64(part.count))
        }
        return Volume(description: description, content: content, runs: parts)
    }

    /// The same bytes under another name.
    func renamed(_ description: String, _ content: Content) -> Volume {
        Volume(description: description, content: content, runs: runs, logicalName: logicalName)
    }
}
