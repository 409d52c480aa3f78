import ArgumentParser
import Repository

extension TimeExpression {
    /// What --at takes, for the help of every command that has it.
    static let help =
        "TIME is ISO 8601 (without a zone it is UTC), \"latest\", an age such as 90s, 2h, 3d, 1w, or a position as "
        + "timelines list it: @EPOCH.SEQUENCE."

    /// Throws `ValidationError` in the words of an option.
    static func validated(_ text: String, option: String) throws -> TimeExpression {
        guard let expression = TimeExpression(text) else {
            throw ValidationError(
                "--\(option) \(text): give an ISO 8601 time, \"latest\", an age such as 2h, or @EPOCH.SEQUENCE.")
        }
        return expression
    }
}
