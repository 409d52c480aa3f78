internal import BlockDevices
internal import Inventory

/// The disks of an adaptation, confirmed like targets of a restore: what writes to a disk asks which one it is.
package struct AdaptationTargets: Sendable {
    private let access: TargetAccess
    private let facts: [TargetFacts]

    /// Looks at the disks and changes nothing. Throws `refused` for what is no disk, is in use, or is the rescue medium.
    package init(_ paths: [String], repositoryAt location: String?, access: TargetAccess? = nil) throws(RecoveryError) {
        let access = access ?? .machine(repositoryAt: location ?? "")
        self.access = access
        facts = paths.map { access.look($0) }
        for target in facts {
            switch target.kind {
            case .device, .file: break
            case .absent: throw Self.refusal(.noSuchTarget, target, "there is no such file or device")
            case .unusable(let why): throw Self.refusal(.notADisk, target, why)
            }
            if target.isRescueMedium {
                throw Self.refusal(.targetIsRescueMedium, target, "this machine was started from it")
            }
            if target.holdsRepository || target.isInsideRepository {
                throw Self.refusal(.targetHoldsRepository, target, "it holds the repository")
            }
            if !target.use.isFree { throw Self.refusal(.targetInUse, target, "it is in use: \(target.use)") }
        }
    }

    /// Throws `refused` unless each disk is named by one of `typed`.
    package func confirm(_ typed: [String]) throws(RecoveryError) {
        for target in facts
        where !typed.contains(where: { target.identity.matches(confirmation: $0, among: access.rivals(target)) == .yes }
        ) {
            throw Self.refusal(
                .wrongConfirmation, target,
                (typed.isEmpty ? "it was not confirmed" : "nothing that was typed names it")
                    + ". To confirm it, \(target.confirmation)")
        }
    }

    private static func refusal(_ reason: Refusal.Reason, _ target: TargetFacts, _ why: String) -> RecoveryError {
        RecoveryError(Refusal(reason, "Cannot adapt the system on \(target.displayName): \(why). Nothing was written."))
    }
}
