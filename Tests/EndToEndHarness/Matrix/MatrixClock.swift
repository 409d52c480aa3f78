import Foundation

/// The time that a cell may take: every wait of it gets what is left.
struct MatrixClock {
    private let started = Date()
    private let capInSeconds: Double

    init(capInSeconds: Double) {
        self.capInSeconds = capInSeconds
    }

    var seconds: Int { Int(Date().timeIntervalSince(started)) }

    /// What is left, but no more than `limit`.
    ///
    /// - Throws: when nothing is left.
    func left(atMost limit: Double = .infinity) throws -> Double {
        let rest = capInSeconds - Date().timeIntervalSince(started)
        guard rest > 0 else { throw HarnessError("The cell's \(Int(capInSeconds)) s are over") }
        return min(rest, limit)
    }
}
