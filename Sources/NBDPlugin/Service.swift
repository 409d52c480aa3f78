internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// The one moment that this process serves: parameters first, then the view.
final class Service: Sendable {
    static let shared = Service()

    private struct State {
        var parameters = Parameters()
        var reader: ViewReader?
        var exports: [Export] = []
    }

    private let state = Mutex(State())

    /// Disks as exports, by number.
    var exports: [Export] { state.withLock { $0.exports } }

    /// What a client gets that names no export: disk 0, or the only one that is served.
    var defaultExport: String? { exports.first?.name }

    func set(_ key: String, _ value: String) throws(RepositoryError) {
        try state.withLock { state throws(RepositoryError) in try state.parameters.set(key, value) }
    }

    func checkParameters() throws(RepositoryError) { try state.withLock { $0.parameters }.check() }

    /// Opens the moment. Nothing is served where that fails.
    func open() throws(RepositoryError) {
        let parameters = state.withLock { $0.parameters }
        guard let location = parameters.repository, let host = parameters.host else { return try parameters.check() }
        let repository = try Repository.open(try StoreLocation.open(location))
        let timeline = try repository.timeline(of: host)
        let moment = try timeline.moment(at: parameters.time, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        let disks = view.root.disks.filter { parameters.disk == nil || $0.number == parameters.disk }
            .sorted { $0.number < $1.number }
        guard !disks.isEmpty else {
            let known = view.root.disks.map { "\($0.number)" }.joined(separator: ", ")
            throw RepositoryError(
                .badInput,
                "\(host) has no disk \(parameters.disk.map { "\($0)" } ?? "") at "
                    + "\(Timestamp.text(ofNanoseconds: moment.time)): it has \(known).")
        }
        let reader = ViewReader(view, options: ViewReaderOptions(cacheBytes: parameters.cacheInMiB << 20))
        state.withLock { state in
            state.reader = reader
            state.exports = disks.map { Export($0, reader) }
        }
    }

    /// From here on there are threads, and somebody's machine may be running on this.
    func start() throws {
        guard let reader = state.withLock({ $0.reader }) else { return }
        (reader.view.repository.store as? HTTPStore)?.setPatience(HTTPStore.restorePatience)
        try reader.startReadAhead()
    }

    func stop() { state.withLock { $0.reader }?.stopReadAhead() }

    func export(named name: String) throws(RepositoryError) -> Export {
        let exports = exports
        if let export = name.isEmpty ? exports.first : exports.first(where: { $0.name == name }) { return export }
        let known = exports.map(\.name).joined(separator: ", ")
        throw RepositoryError(.badInput, "There is no export \"\(name)\": there is \(known), each a disk's number.")
    }
}
