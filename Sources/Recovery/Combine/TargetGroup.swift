internal import Repository

/// A target and the disks of the moment that go to it: one, several that are combined, or a part of one that is divided.
struct TargetGroup: Sendable {
    /// Of the first disk, whose number the target goes by; of a further part of a divided one the part's (`PartNumber`).
    var assignment: DiskAssignment
    /// Numbers of the others, as they were named.
    var others: [UInt32]
    var facts: TargetFacts

    /// The disk of the moment.
    var disk: UInt32 { PartNumber.disk(assignment.source) }

    /// In the order in which targets were named.
    static func groups(
        _ mapping: [DiskAssignment], _ facts: [TargetFacts], combines: Bool
    ) -> [TargetGroup] {
        var parts: [UInt32: Int] = [:]
        var groups: [TargetGroup] = []
        for (assignment, facts) in zip(mapping, facts) {
            let known = groups.firstIndex { $0.assignment.target == assignment.target }
            if combines, let known {
                groups[known].others.append(assignment.source)
            } else {
                var assignment = assignment
                let part = parts[assignment.source, default: 0]
                parts[assignment.source] = part + 1
                assignment.source = PartNumber.part(part, of: assignment.source)
                groups.append(TargetGroup(assignment: assignment, others: [], facts: facts))
            }
        }
        return groups
    }
}
