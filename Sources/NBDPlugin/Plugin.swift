public import CNBDKit
internal import Glibc
internal import Repository

/// The way in for nbdkit (nbdkit-plugin(3), NBDKIT_REGISTER_PLUGIN): gives the table of callbacks, once.
@_cdecl("plugin_init")
public func pluginInit() -> UnsafeMutablePointer<nbdkit_plugin> {
    let plugin = UnsafeMutablePointer<nbdkit_plugin>.allocate(capacity: 1)
    plugin.initialize(to: nbdkit_plugin())
    plugin.pointee._struct_size = UInt64(MemoryLayout<nbdkit_plugin>.size)
    plugin.pointee._api_version = NBDKIT_API_VERSION
    plugin.pointee._thread_model = threadModel
    describe(&plugin.pointee)
    setUp(&plugin.pointee)
    list(&plugin.pointee)
    serve(&plugin.pointee)
    return plugin
}

/// Several requests of a connection at once, where nbdkit bears that: before 1.34 a client that hangs up while several
/// answers are on their way ends the whole server (nbdkit-release-notes-1.34(1), "Security"). Connections are served at
/// once in any case, and the next frames of each are fetched ahead.
private let threadModel =
    NBDKIT_VERSION_MAJOR == 1 && NBDKIT_VERSION_MINOR < 34
    ? NBDKIT_THREAD_MODEL_SERIALIZE_REQUESTS : NBDKIT_THREAD_MODEL_PARALLEL

/// Names stay valid for as long as the process lives.
private func describe(_ plugin: inout nbdkit_plugin) {
    plugin.name = Text.forever("lifeboat")
    plugin.longname = Text.forever("A disk of any moment of a host, from a Lifeboat repository")
    plugin.config_help = Text.forever(Parameters.help)
    plugin.magic_config_key = Text.forever("repository")
}

/// From the start of nbdkit to its end, in this order.
private func setUp(_ plugin: inout nbdkit_plugin) {
    plugin.config = { key, value in
        guard let key, let value else { return -1 }
        return answer { try Service.shared.set(String(cString: key), String(cString: value)) }
    }
    plugin.config_complete = { answer { try Service.shared.checkParameters() } }
    plugin.get_ready = { answer { try Service.shared.open() } }
    // Threads would not survive the fork of nbdkit without -f.
    plugin.after_fork = { answer { try Service.shared.start() } }
    plugin.cleanup = { Service.shared.stop() }
}

private func list(_ plugin: inout nbdkit_plugin) {
    plugin.list_exports = { _, _, exports in
        for export in Service.shared.exports {
            guard nbdkit_add_export(exports, export.name, export.description) == 0 else { return -1 }
        }
        return 0
    }
    plugin.default_export = { _, _ in
        Service.shared.defaultExport.flatMap { nbdkit_strdup_intern($0) }.map { UnsafePointer($0) }
    }
    plugin.export_description = { handle in
        nbdkit_strdup_intern(Export.of(handle).description).map { UnsafePointer($0) }
    }
    plugin.open = { _ in
        var export: Export?
        let name = nbdkit_export_name().map { String(cString: $0) } ?? ""
        let status = answer { export = try Service.shared.export(named: name) }
        guard status == 0, let export else { return nil }
        return Unmanaged.passRetained(export).toOpaque()
    }
    plugin.close = { handle in
        if let handle { Unmanaged<Export>.fromOpaque(handle).release() }
    }
}

/// Requests: on any thread of nbdkit, many at once.
private func serve(_ plugin: inout nbdkit_plugin) {
    plugin.get_size = { Int64(Export.of($0).sizeInBytes) }
    plugin.block_size = { _, minimum, preferred, maximum in
        minimum?.pointee = 1
        preferred?.pointee = 4096
        maximum?.pointee = 32 << 20
        return 0
    }
    // Nothing changes, so that all connections see the same.
    plugin.can_multi_conn = { _ in 1 }
    plugin.is_rotational = { _ in 0 }
    plugin.can_extents = { _ in 1 }
    plugin.can_cache = { _ in NBDKIT_CACHE_NATIVE }
    plugin.pread = { handle, buffer, count, offset, _ in
        let room = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
        return answer { try Export.of(handle).read(into: room, at: offset) }
    }
    plugin.extents = { handle, count, offset, flags, extents in
        answer {
            let most = flags & UInt32(NBDKIT_FLAG_REQ_ONE) != 0 ? 1 : 0
            for run in try Export.of(handle).runs(in: offset..<offset + UInt64(count), most: most) {
                let type = run.isZero ? NBDKIT_EXTENT_HOLE | NBDKIT_EXTENT_ZERO : 0
                let length = run.range.upperBound - run.range.lowerBound
                guard nbdkit_add_extent(extents, run.range.lowerBound, length, UInt32(type)) == 0 else {
                    throw SaidAlready()
                }
            }
        }
    }
    plugin.cache = { handle, count, offset, _ in
        Export.of(handle).prefetch(offset..<offset + UInt64(count))
        return 0
    }
}

/// nbdkit printed the reason itself.
private struct SaidAlready: Error {}

/// 0, or -1 after the error was said on standard error and, for a request, becomes EIO.
private func answer(_ body: () throws -> Void) -> Int32 {
    do {
        try body()
        return 0
    } catch {
        if !(error is SaidAlready) { nbdkit_error_text(Text.said(error)) }
        nbdkit_set_error(EIO)
        return -1
    }
}
