internal import Synchronization

/// Lets a test make system calls fail. Off unless a test installs a script; then every call through this room asks it.
package enum FaultScript {
    /// The errno with which `call` on `path` must fail, or nil to let it through.
    package typealias Script = @Sendable (_ call: String, _ path: String) -> Int32?

    private static let active = Atomic<Bool>(false)
    private static let scripts = Mutex<[Int: Script]>([:])

    static var isActive: Bool { active.load(ordering: .relaxed) }

    static func fault(call: String, path: String) -> Int32? {
        let current = scripts.withLock { $0.values.map { $0 } }
        // Each script is asked once a call: scripts count.
        for script in current {
            if let number = script(call, path) { return number }
        }
        return nil
    }

    /// Runs `body` with `script` in force in the whole process; a script tells its calls apart by path.
    package static func with<Result>(_ script: @escaping Script, _ body: () throws -> Result) rethrows -> Result {
        let key = scripts.withLock { scripts in
            let key = (scripts.keys.max() ?? 0) + 1
            scripts[key] = script
            active.store(true, ordering: .relaxed)
            return key
        }
        defer {
            scripts.withLock { scripts in
                scripts[key] = nil
                active.store(!scripts.isEmpty, ordering: .relaxed)
            }
        }
        return try body()
    }
}
