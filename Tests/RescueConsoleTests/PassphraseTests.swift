import RescueConsole
import Testing

@Suite("The passphrase of a container")
struct PassphraseTests {
    private static func answers(_ person: Operator) -> [String?] {
        person.actions.compactMap { action -> String?? in
            if case .answer(let text, _) = action { .some(text) } else { nil }
        }
    }

    @Test("is asked for while the restore runs, hidden, with what is to be known of the key slots")
    func asked() {
        let person = Operator.asked()
        #expect(person.title == "unlock the restored disks")
        #expect(person.screen?.isSecret == true)
        #expect(person.screen?.lines.joined(separator: " ").contains("sealed to the old machine's TPM") == true)
        #expect(person.session.isJobRunning)
        #expect(person.complaint == nil)
    }

    @Test(
        "goes to the restore exactly as it was typed, whatever it is",
        arguments: ["secret", " with blanks ", "back", "menu", "STOP", "r", "yes", "pässwort"])
    func typed(line: String) {
        var person = Operator.asked()
        person.type(line)
        #expect(Self.answers(person) == [line])
        #expect(person.title == "restoring")
        #expect(person.session.isJobRunning)
        #expect(!person.said.contains { $0.contains(line) && line.count > 4 })
    }

    @Test("Enter alone leaves the container locked")
    func skipped() {
        var person = Operator.asked()
        person.type("")
        #expect(Self.answers(person) == [nil])
        #expect(person.title == "restoring")
    }

    @Test("a wrong one is said, and asked for again")
    func wrong() {
        var person = Operator.asked()
        person.type("wrong")
        var again = Samples.question
        again.isRepeated = true
        person.bring(.passphraseWanted(again))
        #expect(person.complaint == "! This passphrase does not open it.")
        #expect(person.title == "unlock the restored disks")
        person.type("right")
        #expect(Self.answers(person) == ["right"])
    }

    @Test("Ctrl-C shows the question again and answers nothing")
    func interrupted() {
        var person = Operator.asked()
        person.pressControlC()
        #expect(person.title == "unlock the restored disks")
        #expect(Self.answers(person).isEmpty)
    }

    @Test("it comes while the operator is asked whether to stop: its question counts")
    func duringStop() {
        var person = Operator.restoring()
        person.pressControlC()
        person.bring(.passphraseWanted(Samples.question))
        #expect(person.title == "unlock the restored disks")
        person.type("secret")
        #expect(person.title == "restoring")
        person.bring(.report(JobReport(.finished, [])))
        #expect(person.title == "restore finished")
    }

    @Test("no other screen hides what is typed")
    func others() {
        var person = Operator.asked()
        person.type("secret")
        person.bring(.report(JobReport(.finished, [])))
        #expect(person.screen?.isSecret == false)
    }
}
