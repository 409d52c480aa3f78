import Answers
import Inventory
import LinuxSystem
import Repository
import RepositoryFormat
import RescueConsole

/// Fetches the answer file that the boot parameters name, and looks whether it is for this machine.
struct AnswerSource {
    /// No answer file is longer.
    private static let limit = 1 << 20
    /// The network may still be coming up.
    private static let patienceInNanoseconds: UInt64 = 120_000_000_000

    /// A path, or a URL with {serial}, {uuid} or {mac} for what this machine has.
    let location: String
    let product: Product?
    let interfaces: [NetworkInterface]

    init(_ location: String) {
        self.location = location
        product = Product.current
        interfaces = NetworkInterface.all().filter { $0.kind == .physical }
    }

    /// Blocks, up to two minutes while nothing answers.
    func answers(access: RepositoryAccess) -> Result<AnswerFile, UnattendedResult> {
        let text: String
        switch read(access) {
        case .success(let found): text = found
        case .failure(let result): return .failure(result)
        }
        let answers: AnswerFile
        do throws(AnswerError) { answers = try AnswerFile(toml: text) } catch {
            return .failure(UnattendedResult(.badAnswers, "The answer file \(location) cannot be used: \(error)."))
        }
        if let why = otherMachine(answers.machine) { return .failure(UnattendedResult(.otherMachine, why)) }
        return .success(answers)
    }

    private func read(_ access: RepositoryAccess) -> Result<String, UnattendedResult> {
        if location.hasPrefix("/") {
            do {
                return .success(String(decoding: try Files.contents(of: location, limit: Self.limit), as: UTF8.self))
            } catch {
                return .failure(UnattendedResult(.noAnswers, "The answer file cannot be read: \(error)."))
            }
        }
        let urls = names.map(Self.parts)
        guard !urls.isEmpty, urls.allSatisfy({ $0 != nil }) else {
            return .failure(
                UnattendedResult(
                    .noAnswers,
                    "\"\(location)\" is neither a path from / nor an http address of a file (small letters, digits, \".\", \"-\"), or this machine lacks what it asks for."
                ))
        }
        var why = ""
        var isThere = false
        let end = Clocks.monotonicNanoseconds + Self.patienceInNanoseconds
        repeat {
            isThere = true
            for case let (folder, name)? in urls {
                do {
                    return .success(try Self.fetch(name, from: folder, access))
                } catch {
                    why = "\(error)"
                    if (error as? StoreError)?.code != .notFound { isThere = false }
                }
            }
            // A server that answers, and has none, will not have one later.
            if !isThere { Clocks.sleep(nanoseconds: 2_000_000_000) }
        } while !isThere && Clocks.monotonicNanoseconds < end
        return .failure(UnattendedResult(.noAnswers, "The answer file \(location) cannot be fetched: \(why)"))
    }

    private static func fetch(_ name: String, from folder: String, _ access: RepositoryAccess) throws -> String {
        let store = try StoreLocation.open(folder, access: access)
        return String(decoding: try store.read(name, limit: limit), as: UTF8.self)
    }

    /// The location with what stands for it; one for each card where it asks for an address.
    private var names: [String] {
        var text = location
        for (word, value) in [("{serial}", product?.serial), ("{uuid}", product?.uuid)] {
            guard text.contains(word) else { continue }
            guard let value else { return [] }
            text = text.replacing(word, with: Self.named(value))
        }
        guard text.contains("{mac}") else { return [text] }
        return interfaces.compactMap(\.macAddress).map { text.replacing("{mac}", with: Self.named($0)) }
    }

    /// As the name of a file: small letters; what is neither letter, digit nor "." becomes "-".
    private static func named(_ text: String) -> String {
        String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }

    /// Folder and file of a URL.
    private static func parts(_ url: String) -> (folder: String, name: String)? {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), let slash = url.lastIndex(of: "/") else {
            return nil
        }
        let (folder, name) = (String(url[...slash]), String(url[url.index(after: slash)...]))
        return ObjectName.isSafe(name) && !folder.hasSuffix("//") ? (folder, name) : nil
    }

    /// Why the file is for another machine; nil when it is not.
    private func otherMachine(_ wanted: AnswerFile.Machine) -> String? {
        func differs(_ wanted: String?, _ found: String?) -> Bool {
            wanted.map { $0.lowercased() != found?.lowercased() } ?? false
        }
        if differs(wanted.serial, product?.serial) {
            return
                "The answer file is for serial \(wanted.serial ?? ""); this machine has \(product?.serial ?? "none")."
        }
        if differs(wanted.uuid, product?.uuid) {
            return "The answer file is for UUID \(wanted.uuid ?? ""); this machine has \(product?.uuid ?? "none")."
        }
        let addresses = interfaces.compactMap { $0.macAddress?.lowercased() }
        if let mac = wanted.mac, !addresses.contains(mac.lowercased()) {
            return
                "The answer file is for a card with address \(mac); this machine has \(addresses.joined(separator: ", "))."
        }
        return nil
    }
}
