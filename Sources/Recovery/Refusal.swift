/// Why a plan will not be carried out. Nothing was written.
package struct Refusal: Hashable, Codable, Sendable {
    package struct Reason: Hashable, Codable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        package init(from decoder: any Decoder) throws {
            name = try decoder.singleValueContainer().decode(String.self)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }

        package static let unknownDisk = Reason("unknown-disk")
        package static let diskNotMapped = Reason("disk-not-mapped")
        package static let sameSourceTwice = Reason("same-source-twice")
        package static let sameTargetTwice = Reason("same-target-twice")
        package static let cannotCombine = Reason("cannot-combine")
        package static let cannotSplit = Reason("cannot-split")
        package static let noSuchTarget = Reason("no-such-target")
        package static let notADisk = Reason("not-a-disk")
        package static let targetTooSmall = Reason("target-too-small")
        package static let noRoom = Reason("no-room")
        package static let targetIsSource = Reason("target-is-source")
        package static let targetInUse = Reason("target-in-use")
        package static let targetHoldsRepository = Reason("target-holds-repository")
        package static let targetIsRescueMedium = Reason("target-is-rescue-medium")
        package static let targetChanged = Reason("target-changed")
        package static let sectorSizes = Reason("sector-sizes")
        package static let writeProtected = Reason("write-protected")
        package static let wrongConfirmation = Reason("wrong-confirmation")
        package static let notInterrupted = Reason("not-interrupted")
    }

    package var reason: Reason
    /// Complete: object, why, sizes, that nothing was written, what to do.
    package var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
