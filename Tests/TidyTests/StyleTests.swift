import Testing

@Suite struct StyleTests {
    @Test("no file is too long, and long ones only get shorter")
    func lengths() throws {
        let files = try Tree.files(["Sources", "Tests", "Package.swift"])
        #expect(files.count > 60)
        expectNone(files.compactMap { StyleRules.length(of: $0.path, lines: $0.lines.count) })
        let paths = Set(files.map(\.path))
        #expect(StyleRules.longFiles.keys.filter { !paths.contains($0) } == [])
    }

    @Test("a long file, a file beyond its entry, and an entry that is too high are seen")
    func lengthControl() {
        #expect(StyleRules.length(of: "a", lines: 401) != nil)
        #expect(StyleRules.length(of: "a", lines: 400) == nil)
        #expect(StyleRules.length(of: "a", lines: 500, accepted: ["a": 500]) == nil)
        #expect(StyleRules.length(of: "a", lines: 501, accepted: ["a": 500]) != nil)
        #expect(StyleRules.length(of: "a", lines: 499, accepted: ["a": 500]) != nil)
        #expect(StyleRules.length(of: "a", lines: 601, accepted: ["a": 601]) != nil)
    }

    @Test("every lost error and every switched-off check says why")
    func explained() throws {
        expectNone(try Tree.files(["Sources"]).flatMap { StyleRules.unexplained(in: $0) })
    }

    @Test(
        "what gives something up without a comment is seen",
        arguments: [
            "try? close()", "final class A: @unchecked Sendable {", "nonisolated(unsafe) var a = 1",
            "// why\n\ntry? close()", "let a = \"// no comment\"; try? close()",
            "// too far\nlet a = 1\nlet b = 2\nlet c = 3\ntry? close()",
        ])
    func explainedControl(text: String) {
        #expect(StyleRules.unexplained(in: source(text)).count == 1)
    }

    @Test(
        "what says why, or only speaks of it, passes",
        arguments: [
            "let a: MenuEntry? = nil",
            "// why\ntry? close()", "try? close()  // why", "let a = \"try? this\"", "// never write try? here",
            "// why\n@frozen\nfinal class A: @unchecked Sendable {", "let a = \"\"\"\n    try? this\n    \"\"\"",
        ])
    func explainedPasses(text: String) {
        #expect(StyleRules.unexplained(in: source(text)) == [])
    }

    @Test("no error is forced away and no lint rule is switched off in Sources")
    func forced() throws {
        expectNone(try Tree.files(["Sources"]).flatMap { StyleRules.forced(in: $0) })
        #expect(StyleRules.forced(in: source("try! close()")).count == 1)
        #expect(StyleRules.forced(in: source("// swift-format-ignore\nlet a = 1")).count == 1)
        #expect(StyleRules.forced(in: source("let a = \"try! this\"")) == [])
    }

    @Test("only the programs and the rescue console know a terminal")
    func terminal() throws {
        expectNone(try Tree.files(["Sources"]).flatMap { StyleRules.terminal(in: $0) })
        #expect(StyleRules.terminal(in: source("if a { print(\"x\") }")).count == 1)
        #expect(StyleRules.terminal(in: source("isatty(STDIN_FILENO)")).count == 1)
        #expect(StyleRules.terminal(in: source("printer.print(1) // print(2)")) == [])
        #expect(StyleRules.terminal(in: .init(path: "Sources/lifeboat/X.swift", text: "print(1)")) == [])
    }

    @Test("every script says at its top what it is for and can be run")
    func scripts() throws {
        let files = try Tree.files(["scripts", "image", ".ci"], where: { _ in true })
        let objections = files.compactMap {
            StyleRules.script($0.path, $0.text, isExecutable: Tree.isExecutable($0.path))
        }
        expectNone(objections)
        // What lies directly in scripts/ is for people: nothing but commands.
        let commands = files.filter { $0.path.hasPrefix("scripts/") && $0.path.split(separator: "/").count == 2 }
        #expect(commands.count > 2)
        #expect(commands.filter { !Tree.isExecutable($0.path) }.map(\.path) == [])
    }

    @Test(
        "a script that keeps silent or cannot be run is seen",
        arguments: [
            ("#!/bin/sh\nset -e\n# Restores everything there is.\n", true), ("#!/bin/sh\n", true), ("", true),
            ("#!/bin/sh\n#\n", true), ("#!/bin/sh\n# Restores everything there is.\n", false),
            ("# Restores everything there is.\n", true), ("# shellcheck shell=sh\nset -e\n", false),
        ])
    func scriptControl(text: String, isExecutable: Bool) {
        #expect(StyleRules.script("scripts/x", text, isExecutable: isExecutable) != nil)
    }

    private func source(_ text: String) -> Tree.File { .init(path: "Sources/Transfer/X.swift", text: text) }
}
