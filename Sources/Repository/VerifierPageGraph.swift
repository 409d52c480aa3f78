internal import Digests
internal import RepositoryFormat

/// The map pages of all moments, each once: answers which moments a damage touches.
///
/// Children are added before their parents, so that one walk over the list in order settles every page.
struct VerifierPageGraph {
    /// A page stands at one level and covers so many sectors; the digest alone would not say that it fits a second place.
    struct Key: Hashable {
        let host: HostIdentifier
        let digest: Digest
        let level: Int
        let sectors: UInt64
    }

    /// What lies below a node: checked against the totals that the levels above announce.
    struct Summary: Equatable {
        /// By raw value of `ExtentKind`.
        var sectors: [UInt64] = [0, 0, 0, 0]
        var extents: UInt64 = 0

        static func + (left: Summary, right: Summary) -> Summary {
            Summary(sectors: zip(left.sectors, right.sectors).map(+), extents: left.extents + right.extents)
        }
    }

    struct Page {
        var children: [Int] = []
        /// Frames that a leaf's extents use, by number of the pack.
        var uses: [(pack: UInt32, frames: [Range<UInt32>])] = []
        var findings: Set<Int> = []
        /// Nil where a damage below hides it.
        var summary: Summary?
    }

    private(set) var pages: [Page] = []
    private var numbers: [Key: Int] = [:]

    func number(of key: Key) -> Int? { numbers[key] }

    mutating func add(_ page: Page, _ key: Key) -> Int {
        pages.append(page)
        numbers[key] = pages.count - 1
        return pages.count - 1
    }

    /// Findings at or below each page, given those of the packs: a finding with no frames touches all of its pack's users.
    func findings(ofPacks found: [UInt32: [(finding: Int, frames: Range<UInt32>?)]]) -> [Set<Int>] {
        var result: [Set<Int>] = []
        result.reserveCapacity(pages.count)
        for page in pages {
            var set = page.findings
            for child in page.children { set.formUnion(result[child]) }
            for use in page.uses {
                for (finding, frames) in found[use.pack] ?? [] {
                    let hit = frames.map { damaged in use.frames.contains { $0.overlaps(damaged) } } ?? true
                    if hit { set.insert(finding) }
                }
            }
            result.append(set)
        }
        return result
    }
}
