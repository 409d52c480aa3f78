import ArgumentParser
import Inventory
import Recovery
import RepositoryFormat

extension RestoreCommand {
    /// What one target says of the restore that did not end.
    struct Continued {
        let target: String
        let note: RestoreNote

        var assignment: DiskAssignment { DiskAssignment(source: note.source, target: target) }
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
        return notes
    }
}
