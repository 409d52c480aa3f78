import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import Testing

@Suite("A head")
struct PublishedHeadTests {
    private func head(time: Int64) -> Head {
        Head(
            host: UUID(), number: 1, previous: nil, epoch: 1, time: time, hostName: "web01", writer: "tests",
            moments: [])
    }

    @Test(
        "that readers would refuse is not published: a clock far off must not end a timeline",
        arguments: [(0, true), (Limits.time, true), (Limits.time + 1, false), (.min, false)] as [(Int64, Bool)])
    func clocks(time: Int64, isGood: Bool) {
        do throws(RepositoryError) {
            let head = head(time: time)
            #expect(try head.publishable() == head.encoded() && isGood)
        } catch {
            #expect(!isGood && error.code == .badInput, "\(error)")
        }
    }
}
