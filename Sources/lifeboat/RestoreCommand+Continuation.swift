import ArgumentParser
import Inventory
import Recovery
import RepositoryFormat

extension RestoreCommand {
    /// What one target says of the restore that did not end.
    struct Continued {
        let target: String
        let note: RestoreNote

        /// Several where disks were put onto one.
        var assignments: [DiskAssignment] {
            note.combined.map { DiskAssignment(source: $0, target: target) }
        }
    }

    func validateContinuation() throws {
        guard !continued.isEmpty else {
            if host == nil { throw ValidationError("HOST is needed.") }
            return
        }
        guard host == nil, disks.isEmpty, time == "latest" else {
            throw ValidationError(
                "--continue takes host, moment and disks from the targets: leave out HOST, --at and --disk.")
        }
    }

    /// Throws where a target says nothing, or something else than another.
    func notes() throws(RecoveryError) -> [Continued] {
        var notes: [Continued] = []
        for target in continued {
            guard let note = RestoreNote.read(at: target) else {
                throw RecoveryError(
                    Refusal(
                        .notInterrupted,
                        "Cannot continue on \(target): no restore was interrupted there that this program can continue. Nothing "
                            + "was written. Give HOST and --disk."))
            }
            if let first = notes.first, !first.note.isOfSameRestore(as: note) {
                throw RecoveryError(
                    Refusal(
                        .notInterrupted,
                        "Cannot continue on \(first.target) and \(target) together: one was restored from \(first.note.host), the "
                            + "other from \(note.host), or from another moment. Nothing was written. Continue one, then the other."
                    ))
            }
            notes.append(Continued(target: target, note: note))
        }
        for part in notes where notes.filter({ $0.note.source == part.note.source }).count < part.note.parts.count {
            let note = part.note
            throw RecoveryError(
                Refusal(
                    .notInterrupted,
                    "Cannot continue on \(part.target) alone: disk \(note.source) of \(note.host) is divided among "
                        + "\(note.parts.count) targets, \(Self.names(note)). Nothing was written. Name all of them with --continue; "
                        + "where one is complete already, restore \(note.host) --at @\(note.position.epoch).\(note.position.sequence) "
                        + "--split with a --disk for each."
                ))
        }
        return notes.sorted { ($0.note.source, $0.note.part ?? 0) < ($1.note.source, $1.note.part ?? 0) }
    }

    private static func names(_ note: RestoreNote) -> String {
        note.parts.map { $0.target ?? "one without a serial number" }.joined(separator: " and ")
    }
}
