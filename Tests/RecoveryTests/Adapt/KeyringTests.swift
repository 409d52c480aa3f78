import Recovery
import Testing

@Suite("Passphrases of LUKS containers")
struct KeyringTests {
    private static let first = LockedContainer(description: "partition 2 of /dev/sda", uuid: "1111")
    private static let second = LockedContainer(description: "partition 3 of /dev/sda", uuid: "2222")

    /// Who is asked, in its order, and what is answered.
    private final class Person {
        var questions: [String] = []
        var answers: [String?]
        init(_ answers: [String?]) { self.answers = answers }

        func keyring(knowing: [String] = []) -> Keyring {
            Keyring(knowing.map { Array($0.utf8) }) { [self] container, isRepeated throws(RecoveryError) in
                questions.append("\(container.uuid)\(isRepeated ? " again" : "")")
                guard !answers.isEmpty else { throw RecoveryError(.interrupted, "The operator left.") }
                return answers.removeFirst().map { Array($0.utf8) }
            }
        }
    }

    private static func open(
        _ keyring: Keyring, _ container: LockedContainer, with right: String
    ) throws -> Keyring.Attempt { try keyring.open(container) { $0 == Array(right.utf8) ? .opened : .wrong } }

    @Test("each container is asked about once, however often the disks are opened")
    func once() throws {
        let person = Person(["right"])
        let keyring = person.keyring()
        for _ in 0..<3 { #expect(try Self.open(keyring, Self.first, with: "right") == .opened) }
        #expect(person.questions == ["1111"])
    }

    @Test("a wrong passphrase is asked for again until one opens it, or none is given")
    func wrong() throws {
        let person = Person(["wrong", "wronger", "right", "wrong", nil])
        let keyring = person.keyring()
        #expect(try Self.open(keyring, Self.first, with: "right") == .opened)
        #expect(try Self.open(keyring, Self.second, with: "other") == .wrong)
        #expect(person.questions == ["1111", "1111 again", "1111 again", "2222", "2222 again"])
    }

    @Test("a container that was left closed stays closed, and is not asked about again")
    func left() throws {
        let person = Person([nil])
        let keyring = person.keyring()
        for _ in 0..<2 { #expect(try Self.open(keyring, Self.first, with: "right") == .wrong) }
        #expect(person.questions == ["1111"])
    }

    @Test("what opened one container, or was given beforehand, opens others without a question")
    func shared() throws {
        let person = Person(["typed"])
        let keyring = person.keyring(knowing: ["from a file"])
        #expect(try Self.open(keyring, Self.first, with: "typed") == .opened)
        #expect(try Self.open(keyring, Self.second, with: "typed") == .opened)
        #expect(try Self.open(keyring, Self.second, with: "from a file") == .opened)
        #expect(person.questions == ["1111"])
    }

    @Test("what cannot be opened for another reason is not asked about again and again")
    func impossible() throws {
        let person = Person(["right"])
        #expect(try person.keyring().open(Self.first) { _ in .impossible } == .impossible)
        #expect(person.questions == ["1111"])
    }

    @Test("an operator who leaves ends it")
    func interrupted() {
        let person = Person([])
        #expect(throws: RecoveryError.self) { try Self.open(person.keyring(), Self.first, with: "right") }
    }

    @Test("a keyring tells nothing of what it holds")
    func silent() throws {
        let keyring = Keyring([Array("secret".utf8)])
        #expect("\(keyring)" == "a keyring")
        var text = ""
        dump(LockedContainer(description: "d", uuid: "u"), to: &text)
        #expect(!text.contains("secret"))
    }
}
