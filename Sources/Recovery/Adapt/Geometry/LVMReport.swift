internal import RepositoryFormat

/// What `lvm pvs` and `lvm lvs` say of the volume groups on restored disks (lvmreport(7), JSON, bytes).
package struct LVMReport: Hashable, Sendable {
    package struct PhysicalVolume: Hashable, Sendable {
        /// The device by which lvm was shown it.
        var device: String
        /// Empty when it belongs to no group.
        var group: String
        var deviceSize: UInt64
        /// Its extents together.
        var size: UInt64
        /// Where its first extent begins.
        var start: UInt64
        var extentSize: UInt64
        var freeInGroup: UInt64
        var missingInGroup: UInt64

        /// What of the device is no extent and could be some.
        var unused: UInt64 { deviceSize - min(deviceSize, start + size) }
    }

    package struct LogicalVolume: Hashable, Sendable {
        /// "vg0/root".
        var name: String
        var size: UInt64
        /// "linear".
        var layout: String
        /// "public" for one that nothing else is built on.
        var role: String
    }

    static let physicalFields = "pv_name,vg_name,dev_size,pv_size,pe_start,vg_extent_size,vg_free,vg_missing_pv_count"
    static let logicalFields = "lv_full_name,lv_size,lv_layout,lv_role"
    static let options = ["--reportformat", "json", "--units", "b", "--nosuffix", "--all"]

    private(set) var physical: [PhysicalVolume]
    private(set) var logical: [LogicalVolume]

    /// Throws `failed` when either text is not such a report.
    package init(physical: [UInt8], logical: [UInt8]) throws(RecoveryError) {
        let found = try Self.rows(physical).compactMap(\.pv).flatMap(\.self)
        let volumes = try Self.rows(logical).compactMap(\.lv).flatMap(\.self)
        self.physical = try found.filter { $0["vg_name"]?.isEmpty == false }.map { row throws(RecoveryError) in
            PhysicalVolume(
                device: try Self.text("pv_name", row), group: try Self.text("vg_name", row),
                deviceSize: try Self.number("dev_size", row), size: try Self.number("pv_size", row),
                start: try Self.number("pe_start", row), extentSize: max(1, try Self.number("vg_extent_size", row)),
                freeInGroup: try Self.number("vg_free", row),
                missingInGroup: try Self.number("vg_missing_pv_count", row))
        }
        self.logical = try volumes.map { row throws(RecoveryError) in
            LogicalVolume(
                name: try Self.text("lv_full_name", row), size: try Self.number("lv_size", row),
                layout: try Self.text("lv_layout", row), role: try Self.text("lv_role", row))
        }
    }

    private struct Rows: Decodable {
        var pv: [[String: String]]?
        var lv: [[String: String]]?
    }

    private struct Whole: Decodable { var report: [Rows] }

    private static func rows(_ bytes: [UInt8]) throws(RecoveryError) -> [Rows] {
        do throws(FormatError) {
            let whole: Whole = try decodeJSON(bytes, subject: "lvm's report")
            return whole.report
        } catch { throw RecoveryError(.failed, "What lvm says is not understood.", cause: error) }
    }

    private static func text(_ field: String, _ row: [String: String]) throws(RecoveryError) -> String {
        guard let text = row[field] else {
            throw RecoveryError(.failed, "What lvm says is not understood: it lacks \(field).")
        }
        return text
    }

    private static func number(_ field: String, _ row: [String: String]) throws(RecoveryError) -> UInt64 {
        guard let number = UInt64(try text(field, row)), number < 1 << 60 else {
            throw RecoveryError(.failed, "What lvm says is not understood: \(field) is \"\(row[field] ?? "")\".")
        }
        return number
    }
}
