internal import CLinuxShim
internal import Glibc

/// Owner of `posix_spawn_file_actions_t` and attributes: what a child starts with.
struct SpawnActions: ~Copyable {
    private let actions: UnsafeMutablePointer<posix_spawn_file_actions_t>
    private let attributes: UnsafeMutablePointer<posix_spawnattr_t>

    init() throws(SystemCallError) {
        actions = .allocate(capacity: 1)
        attributes = .allocate(capacity: 1)
        posix_spawn_file_actions_init(actions)
        posix_spawnattr_init(attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(attributes, &signals)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(attributes, &signals)
        posix_spawnattr_setpgroup(attributes, 0)
        posix_spawnattr_setflags(
            attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    deinit {
        posix_spawn_file_actions_destroy(actions)
        posix_spawnattr_destroy(attributes)
        actions.deallocate()
        attributes.deallocate()
    }

    func open(_ path: String, writing: Bool, as target: Int32) throws(SystemCallError) {
        let flags = writing ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY
        try check(
            "posix_spawn_file_actions_addopen", path,
            posix_spawn_file_actions_addopen(actions, target, path, flags, 0o644))
    }

    func duplicate(number: Int32, path: String, as target: Int32) throws(SystemCallError) {
        try check(
            "posix_spawn_file_actions_adddup2", path, posix_spawn_file_actions_adddup2(actions, number, target))
    }

    func direct(_ output: ChildProcess.Output, to target: Int32) throws(SystemCallError) {
        switch output {
        case .discard: try open("/dev/null", writing: true, as: target)
        case .file(let path): try open(path, writing: true, as: target)
        case .inherit: break
        }
    }

    func spawn(_ arguments: [String], environment: [String: String]?) throws(SystemCallError) -> Int32 {
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?]? = environment.map { $0.map { strdup("\($0)=\($1)") } + [nil] }
        defer {
            for text in argv + (envp ?? []) { free(text) }
        }
        var processID: pid_t = 0
        let number =
            if envp != nil {
                envp?.withUnsafeMutableBufferPointer {
                    posix_spawnp(&processID, arguments[0], actions, attributes, &argv, $0.baseAddress)
                } ?? EINVAL
            } else {
                posix_spawnp(&processID, arguments[0], actions, attributes, &argv, environ)
            }
        try check("posix_spawn", arguments[0], number)
        return processID
    }

    private func check(_ call: String, _ path: String, _ number: Int32) throws(SystemCallError) {
        guard number == 0 else { throw SystemCallError(call: call, number: number, path: path) }
    }
}
