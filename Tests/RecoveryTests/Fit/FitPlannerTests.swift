import Recovery
import Testing

@Suite("Places of partitions on a smaller disk")
struct FitPlannerTests {
    private func item(_ number: Int, _ blocks: Range<UInt64>, lead: UInt64 = 0, least: UInt64? = nil) -> FitItem {
        FitItem(number: number, blocks: blocks, lead: lead, minimum: least ?? UInt64(blocks.count))
    }

    private let planner = FitPlanner(end: 1_000, step: 10)

    @Test("what fits as it is stays where it is")
    func stays() {
        let items = [item(1, 10..<400, least: 100), item(2, 500..<1_000)]
        #expect(planner.places(of: items) == .places([10..<400, 500..<1_000]))
    }

    @Test("free room goes first: what lies behind moves down, and no further than needed")
    func gaps() {
        let items = [item(1, 10..<405, least: 100), item(2, 600..<900), item(3, 1_200..<1_300)]
        #expect(planner.places(of: items) == .places([10..<405, 600..<900, 900..<1_000]))
        let more = [item(1, 10..<405, least: 100), item(2, 700..<1_000), item(3, 1_200..<1_300)]
        #expect(planner.places(of: more) == .places([10..<405, 600..<900, 900..<1_000]))
    }

    @Test("each gives the same part of what it can spare")
    func proportions() {
        let items = [item(1, 10..<1_010, least: 200), item(2, 1_010..<1_510, least: 100), item(3, 1_510..<1_610)]
        // 590 of 1200 spare blocks are left: each keeps that part of its own, in whole steps.
        #expect(planner.places(of: items) == .places([10..<600, 610..<900, 900..<1_000]))
    }

    @Test("what cannot be made smaller keeps its size, also where that is no multiple of the step")
    func odd() {
        let items = [item(1, 7..<777, least: 10), item(2, 777..<1_110)]
        guard case .places(let places) = planner.places(of: items) else {
            Issue.record("it fits")
            return
        }
        #expect(places[1].count == 333 && places[1].upperBound <= 1_000 && places[1].lowerBound % 10 == 0)
        #expect(places[0].lowerBound == 7 && places[0].upperBound <= places[1].lowerBound)
    }

    @Test("room for the records of logical partitions stays in front of them")
    func leads() {
        let items = [
            item(1, 10..<700, least: 100), item(5, 702..<1_000, lead: 2, least: 100), item(6, 1_002..<1_200, lead: 2),
        ]
        guard case .places(let places) = planner.places(of: items) else {
            Issue.record("it fits")
            return
        }
        #expect(places[2].count == 198 && places[2].upperBound <= 1_000)
        #expect(places[1].upperBound <= places[2].lowerBound - 2)
        #expect(places[0].upperBound <= places[1].lowerBound - 2)
    }

    @Test("what does not fit says where it would end, and fits a disk that ends there", arguments: 1...40)
    func needs(seed: UInt64) {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func random(_ below: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % below
        }
        var items: [FitItem] = []
        var position = 1 + random(30)
        for number in 1...Int(1 + random(6)) {
            let lead = random(3)
            let start = position + lead + random(40)
            let count = 1 + random(300)
            let least = random(2) == 0 ? count : 1 + random(count)
            items.append(item(number, start..<start + count, lead: number == 1 ? 0 : lead, least: least))
            position = start + count
        }
        for end in stride(from: UInt64(20), through: position + 50, by: 7) {
            switch FitPlanner(end: end, step: 10).places(of: items) {
            case .needs(let least):
                #expect(least > end / 10 * 10, "seed \(seed)")
                guard case .places = FitPlanner(end: least, step: 10).places(of: items) else {
                    Issue.record("seed \(seed): \(least) blocks were said to be enough")
                    return
                }
            case .places(let places):
                #expect(places.count == items.count && places[0].lowerBound == items[0].blocks.lowerBound)
                #expect(places.last.map { $0.upperBound <= end } == true, "seed \(seed), \(end): \(places)")
                for (index, (place, item)) in zip(places, items).enumerated() {
                    #expect(place.count >= item.minimum && place.count <= item.count, "seed \(seed), \(end)")
                    #expect(place.lowerBound <= item.blocks.lowerBound)
                    if index > 0 { #expect(places[index - 1].upperBound + item.lead <= place.lowerBound) }
                }
            }
        }
    }
}
