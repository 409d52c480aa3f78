import Foundation

/// What a machine shows on its screen, read from pictures by tesseract(1).
package struct VGAScreen {
    private let machine: Machine
    private let picture: String

    /// - Parameter picture: where the newest picture stays.
    package init(_ machine: Machine, picture: String) {
        self.machine = machine
        self.picture = picture
    }

    /// Waits until all these words stand on the screen, whatever the blanks between them; returns all that stands there.
    @discardableResult
    package func wait(for words: String..., within seconds: Double = 120) throws -> String {
        try wait(for: words, within: seconds)
    }

    @discardableResult
    func wait(for words: [String], within seconds: Double) throws -> String {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            let text = try read()
            let plain = Self.plain(text)
            if words.allSatisfy({ plain.contains(Self.plain($0)) }) { return text }
            guard Date() < deadline else {
                throw HarnessError("The screen (\(picture)) does not say \(words), but:\n\(text)")
            }
            usleep(500_000)
        }
    }

    private func read() throws -> String {
        try machine.monitor.screenshot(to: picture)
        return try Command("tesseract", picture, "-", "--psm", "6", "--dpi", "70").run()
    }

    private static func plain(_ text: String) -> String { text.lowercased().filter { !$0.isWhitespace } }
}
