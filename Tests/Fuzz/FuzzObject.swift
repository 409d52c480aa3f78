/// A parser of bytes from outside, as the fuzzer sees it.
///
/// An input's first byte chooses the parser: its number in `all`, plus 128 when the header is to stay as it is. The rest
/// goes to `parse`, which returns quietly for whatever was refused in order, and traps when a promise is broken.
package struct FuzzObject: Sendable, CustomStringConvertible {
    package let name: String
    /// Inputs that are accepted, to start from.
    package let seeds: [[UInt8]]
    /// Parses bytes as they are; throws when they are refused.
    package func parse(_ bytes: [UInt8]) throws { try parse(bytes, false) }

    /// The second value: the header is to be put right first, for most damage would end there.
    private let parse: @Sendable ([UInt8], Bool) throws -> Void

    init(name: String, seeds: [[UInt8]], parse: @escaping @Sendable ([UInt8], Bool) throws -> Void) {
        self.name = name
        self.seeds = seeds
        self.parse = parse
    }

    package var description: String { name }

    /// Only ever appended to: kept cases name their parser by its number.
    package static let all: [FuzzObject] = objects + bodies + texts + tables + guests + registries + members

    /// Parses an input; false when it names no parser.
    package static func run(_ input: some Collection<UInt8>, only name: String? = nil) -> Bool {
        guard let first = input.first, Int(first & 0x7f) < all.count else { return false }
        let object = all[Int(first & 0x7f)]
        guard name == nil || name == object.name else { return false }
        // Refusals are what most inputs deserve; what must not happen traps.
        try? object.parse(Array(input.dropFirst()), first & 0x80 == 0)
        return true
    }

    /// The seeds with the byte that chooses the parser.
    package static func inputs(of name: String? = nil) -> [(name: String, bytes: [UInt8])] {
        all.enumerated().filter { name == nil || name == $1.name }.flatMap { number, object in
            object.seeds.enumerated().map { ("\(object.name)-\($0)", [UInt8(number)] + $1) }
        }
    }

    /// What a parser took must be what its encoder's bytes give.
    package static func same<Value: Equatable>(_ value: Value, _ again: () throws -> Value) {
        do {
            let other = try again()
            precondition(other == value, "\(value) became \(other)")
        } catch { preconditionFailure("\(value) was refused when read again: \(error)") }
    }
}
