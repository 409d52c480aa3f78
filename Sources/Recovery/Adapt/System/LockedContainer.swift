/// A LUKS container on restored disks that is still closed.
package struct LockedContainer: Hashable, Sendable {
    /// "partition 3 of /dev/sda".
    package var description: String
    package var uuid: String
    /// What its key slots say of themselves; nil of LUKS1, which says nothing.
    package var slots: KeySlots?

    package init(description: String, uuid: String, slots: KeySlots? = nil) {
        self.description = description
        self.uuid = uuid
        self.slots = slots
    }

    /// "partition 3 of /dev/sda (LUKS 0b3c…)".
    package var name: String { "\(description) (LUKS \(uuid))" }
}
