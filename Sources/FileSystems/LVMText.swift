/// A value of LVM2's text metadata: the tree that `vgcfgbackup` writes, and that each metadata area holds.
package indirect enum LVMText: Equatable, Sendable {
    case number(Int64)
    case string(String)
    case array([LVMText])
    case section([String: LVMText])

    subscript(key: String) -> LVMText? {
        if case .section(let members) = self { members[key] } else { nil }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var array: [LVMText]? { if case .array(let values) = self { values } else { nil } }
    var section: [String: LVMText]? { if case .section(let members) = self { members } else { nil } }

    /// A number that is not negative.
    var count: UInt64? { if case .number(let value) = self, value >= 0 { UInt64(value) } else { nil } }

    /// Every string in this value and below it.
    package var strings: [String] {
        switch self {
        case .number: []
        case .string(let value): [value]
        case .array(let values): values.flatMap(\.strings)
        case .section(let members): members.values.flatMap(\.strings)
        }
    }
}
