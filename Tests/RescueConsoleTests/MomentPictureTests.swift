import Digests
import Repository
import RepositoryFormat
import RescueConsole
import Testing

@Suite("Choosing the moment on a picture of the timeline")
struct MomentPictureTests {
    private static let reference = ObjectReference(digest: SHA256.digest(of: []), length: 100)

    private static func moment(_ choice: MomentChoice) -> Moment {
        Moment(
            position: choice.position, time: choice.time, scanStarted: choice.time, kind: .endOfScan, quality: .cold,
            map: reference, machine: reference, diskBytes: 0, dataBytes: 0, newPlainBytes: 0, newStoredBytes: 0,
            label: choice.label)
    }

    /// Scans an hour apart, the last one an hour ago; nobody watched from two and a half hours to two hours ago.
    static func chart(_ choices: [MomentChoice]) -> ActivityChart {
        var entries = HistoryEntries(moments: choices.map(moment))
        entries.gaps = [
            Gap(
                reason: .agentOff, from: Position(epoch: 1, sequence: 2), to: Position(epoch: 1, sequence: 3),
                fromTime: Samples.now - 5 * Samples.hour / 2, toTime: Samples.now - 2 * Samples.hour)
        ]
        let history = History(entries)
        return ActivityChart(
            history, activity: Activity(history),
            range: (choices.first?.time ?? 0)...(choices.last?.time ?? 0), style: .ascii)
    }

    static func person(_ count: Int = 20, isFollowed: Bool = false) -> Operator {
        var person = Operator.atHosts()
        person.type("1")
        let moments = Samples.moments(count)
        person.bring(.timelineLoaded(moments, isFollowed: isFollowed, chart: chart(moments)))
        return person
    }

    private func chosen(_ person: Operator) -> String? { person.screen?.lines.first { $0.hasPrefix("Chosen: ") } }

    private func sequence(_ person: Operator) -> UInt64? {
        if case .listDisks(let selection) = person.request { selection.moment.position.sequence } else { nil }
    }

    @Test("few moments are listed, many are drawn; list and chart change over, numbers hold in both")
    func both() {
        var person = Self.person(3)
        #expect(person.screen?.rows.count == 3)
        person.type("chart")
        #expect(person.screen?.rows.isEmpty == true && chosen(person) != nil)
        #expect(person.screen?.lines.first == "web01, 2 minutes a column, times in UTC:")
        person = Self.person()
        #expect(chosen(person) != nil && (person.screen?.rendered.split(separator: "\n").count ?? 99) <= 24)
        person.type("LIST")
        #expect(person.screen?.rows.count == 14)
        person.type("chart")
        person.type("2")
        #expect(sequence(person) == 19)
    }

    @Test("Enter takes the newest, or the newest moment up to the end of the chosen column")
    func enter() {
        var person = Self.person()
        person.type("")
        #expect(sequence(person) == 20)
        person = Self.person()
        person.type("<3")
        #expect(chosen(person) == "Chosen: 2026-11-22T14:00:00Z to 14:59:59Z, moment 4")
        let words = "Enter takes the newest moment up to then: 2026-11-22T14:00:00Z."
        #expect(person.screen?.lines.contains(words) == true)
        person.type("")
        #expect(sequence(person) == 17)
    }

    @Test("where writes were followed, Enter asks for the state at the end of the column")
    func followed() {
        var person = Self.person(3, isFollowed: true)
        person.type("<")
        person.type("")
        guard case .findMoment(_, "web01", .instant(let time), _) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(Timestamp.text(ofNanoseconds: time) == "2026-11-22T16:59:59Z")
    }

    @Test("what lies in a gap is said to be unknown")
    func gap() {
        var person = Self.person(3, isFollowed: true)
        person.type("<<")
        person.type("<5")
        #expect(
            person.screen?.lines.contains("Nothing is known of its end: agent off. Enter cannot take it.") == true,
            "\(person.screen?.lines ?? [])")
    }

    @Test("moving beyond the ends is said, other lines are times as ever")
    func ends() {
        var person = Self.person()
        person.type(">")
        #expect(person.complaint == "! There is nothing beyond.")
        person.type("+")
        #expect(person.complaint == nil && person.screen?.lines.first?.contains("2 minutes") == true)
        for line in ["<0", "<x", "<1000", "n", "nonsense"] {
            person.type(line)
            #expect(person.complaint != nil && person.title == "choose the moment", "\(line)")
        }
        person.type("90m")
        #expect(sequence(person) == 19)
    }
}
