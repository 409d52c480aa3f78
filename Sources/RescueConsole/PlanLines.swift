package import Recovery

/// The plan as the console shows it.
package enum PlanLines {
    /// Recovery's own text without what the next screen asks for.
    package static func lines(of plan: RestorePlan) -> [String] {
        plan.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .filter { !$0.hasPrefix("    confirm ") }
    }
}
