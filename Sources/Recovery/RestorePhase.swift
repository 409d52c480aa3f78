/// What a running restore is doing.
package enum RestorePhase: Int, Codable, Sendable, CaseIterable {
    /// Nothing is written yet: packs, targets.
    case preparing
    case writing
    /// All data is there; zeros are still being written.
    case zeroing
    /// Boot sectors and partition tables, last of all.
    case finishing
    case verifying
    case done

    package var text: String {
        switch self {
        case .preparing: "Preparing"
        case .writing: "Writing"
        case .zeroing: "Zeroing"
        case .finishing: "Finishing"
        case .verifying: "Verifying"
        case .done: "Done"
        }
    }
}
