import Drills
import Testing

@Suite struct DrillChecksTests {
    private let step = DrillChecksStep(commands: ["true", "echo it's", "sleep 9"])

    @Test("results are told apart; a command that did not end has none")
    func results() {
        let said = """
            LIFEBOAT-CHECK 0 BEGIN

            LIFEBOAT-CHECK 0 STATUS 0
            LIFEBOAT-CHECK 1 BEGIN
            it's
            LIFEBOAT-CHECK 0 STATUS 0 said a command

            LIFEBOAT-CHECK 1 STATUS 3
            LIFEBOAT-CHECK 2 BEGIN

            """
        let results = step.results(in: said)
        #expect(results.map(\.status) == [0, 3, nil])
        #expect(results.map(\.holds) == [true, false, false])
        #expect(results[1].output.hasPrefix("it's\n"))
    }

    @Test("nothing said is nothing held")
    func silence() { #expect(step.results(in: "").allSatisfy { $0.status == nil && !$0.holds }) }
}
