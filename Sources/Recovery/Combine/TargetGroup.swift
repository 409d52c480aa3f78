internal import Repository

/// A target and the disks of the moment that go to it: one, or several that are combined.
struct TargetGroup: Sendable {
    /// Of the first disk, whose number the target goes by.
    var assignment: DiskAssignment
    /// Numbers of the others, as they were named.
    var others: [UInt32]
    var facts: TargetFacts

    /// In the order in which targets were named.
    static func groups(
        _ mapping: [DiskAssignment], _ facts: [TargetFacts], combines: Bool
    ) -> [TargetGroup] {
        var groups: [TargetGroup] = []
        for (assignment, facts) in zip(mapping, facts) {
            let known = groups.firstIndex { $0.assignment.target == assignment.target }
            if combines, let known {
                groups[known].others.append(assignment.source)
            } else {
                groups.append(TargetGroup(assignment: assignment, others: [], facts: facts))
            }
        }
        return groups
    }
}
