import Foundation
import Testing

/// `swift format lint --strict` with the root's `.swift-format`.
@Suite struct LintTests {
    @Test("all Swift code is formatted as the house does it")
    func lint() throws {
        let outcome = try Tool.swift([
            "format", "lint", "--strict", "--parallel", "-r", "Sources", "Tests", "Package.swift",
        ])
        #expect(outcome.status == 0, "\(outcome.text)")
    }

    @Test(
        "code that is badly formatted, forces an unwrap or forces an error away is refused",
        arguments: [
            ("let a=1\n", "Spacing"), ("let a = [1].first!\n", "NeverForceUnwrap"),
            ("let a = try! String(contentsOfFile: \"\")\n", "NeverUseForceTry"), ("var a: Int!\n", "Implicitly"),
            ("/* a */\nlet a = 1\n", "NoBlockComments"), ("let bad_name = 1\n", "AlwaysUseLowerCamelCase"),
            ("func f() {\n  f()\n}\n", "Indentation"),
            ("let a = [\(String(repeating: "1, ", count: 60))1]\n", "LineLength"),
        ])
    func control(text: String, rule: String) throws {
        let outcome = try lint(text)
        #expect(outcome.status != 0)
        #expect(outcome.text.contains(rule), "\(outcome.text)")
    }

    @Test("the same way of asking accepts code that is right")
    func positiveControl() throws {
        let outcome = try lint("let a = 1\n")
        #expect(outcome.status == 0, "\(outcome.text)")
    }

    private func lint(_ text: String) throws -> Tool.Outcome {
        let file = FileManager.default.temporaryDirectory.appending(path: "lifeboat-lint-\(UUID().uuidString).swift")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let configuration = Tree.root.appending(path: ".swift-format").path
        return try Tool.swift(["format", "lint", "--strict", "--configuration", configuration, file.path])
    }
}
