/// A logical volume of a group that is to lie on a smaller physical volume.
struct GroupMember {
    let volume: VolumeGroupText.LogicalVolume
    /// "vg0/root".
    let name: String
    let content: FitContent
    /// On the disk.
    let places: DiskPlaces
    var shrinker: (any PartitionShrinker)?
    var isShrunk = false
    /// Extents that it needs at least; nil until somebody asked.
    private var least: UInt64?

    init(volume: VolumeGroupText.LogicalVolume, name: String, content: FitContent, places: DiskPlaces) {
        self.volume = volume
        self.name = name
        self.content = content
        self.places = places
    }

    /// "vg0/root (ext4)".
    var title: String { "\(name) (\(content))" }

    /// Whether no more is to be found out. What an xfs holds is not looked at before that is needed.
    func isMeasured(copying: Bool) -> Bool {
        !content.canShrink || least != nil || (content == .xfs && !copying)
    }

    mutating func measured(_ bytes: UInt64, of extent: UInt64) {
        least = min(volume.extents, (max(bytes, 1) + extent - 1) / extent)
    }

    /// In extents.
    func minimum(copying: Bool) -> UInt64 {
        guard let least, copying || content != .xfs else { return volume.extents }
        return least
    }
}
