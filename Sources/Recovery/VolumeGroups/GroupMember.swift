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
    /// Why it cannot be made smaller although its kind can.
    var obstacle: String?
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

    var isMeasured: Bool { least != nil || obstacle != nil }

    mutating func measured(_ bytes: UInt64, of extent: UInt64) {
        least = min(volume.extents, (max(bytes, 1) + extent - 1) / extent)
    }

    /// In extents.
    func minimum(_ effort: FitEffort) -> UInt64 {
        guard let least, content.gives(for: effort) else { return volume.extents }
        return least
    }
}
