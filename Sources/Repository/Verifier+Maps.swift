internal import Digests
internal import RepositoryFormat

extension Verifier {
    /// A moment's map root, machine description and every page of its disks.
    func walk(_ moment: Moment, of id: HostIdentifier, host: String) throws(RepositoryError) {
        counts.moments += 1
        var record = VerifierMoment(host: host, moment: moment)
        defer { moments.append(record) }
        if let finding = try verifyMachine(moment, of: id) { record.findings.insert(finding) }
        let object = ObjectName.mapRoot(host: id, position: moment.position, digest: moment.map.digest)
        named.insert(object)
        let read = try attempt(object) { () throws(RepositoryError) in try repository.readMapRoot(moment, host: id) }
        switch read {
        case .damaged(let finding):
            sawEverything = false
            record.findings.insert(finding)
        case .sound(let root):
            let reader = MapReader(store: repository.store, host: id, packs: packs)
            for disk in root.disks { try walk(disk, reader, object, &record) }
        }
    }

    private func verifyMachine(_ moment: Moment, of id: HostIdentifier) throws(RepositoryError) -> Int? {
        let object = ObjectName.machine(host: id, digest: moment.machine.digest)
        if let known = machines[object] { return known }
        named.insert(object)
        let read = try attempt(object) { () throws(RepositoryError) in
            _ = try repository.readMachine(moment, host: id)
        }
        let finding: Int? = if case .damaged(let number) = read { number } else { nil }
        machines[object] = .some(finding)
        return finding
    }

    private func walk(
        _ disk: DiskRecord, _ reader: MapReader, _ root: String, _ record: inout VerifierMoment
    ) throws(RepositoryError) {
        let node = try visit(disk.root, sectors: disk.sectors, reader)
        if let page = node.page { record.pages.append(page) }
        guard let summary = node.summary else {
            if node.page == nil {
                record.findings.insert(find(root, "The map of disk \(disk.number) has no content."))
            }
            return
        }
        let totals = [disk.dataSectors, disk.zeroSectors, disk.unusedSectors, disk.unknownSectors]
        if summary.sectors != totals || summary.extents != disk.extents || summary.extents != disk.root.extents {
            record.findings.insert(find(root, "The totals of disk \(disk.number) are not those of its pages."))
        }
        if disk.unknownSectors > 0 {
            notes.append(
                "\(record.host) at \(Timestamp.text(ofNanoseconds: record.moment.time)): \(disk.unknownSectors) sectors of "
                    + "disk \(disk.number) are not known, so that the moment is not offered.")
        }
    }

    /// A subtree that covers `sectors` of its disk. Neither page nor summary: it is missing where it must not be.
    private func visit(
        _ node: NodeReference, sectors: UInt64, _ reader: MapReader
    ) throws(RepositoryError) -> (page: Int?, summary: VerifierPageGraph.Summary?) {
        switch node.content {
        case .beyondDisk: return (nil, sectors == 0 ? VerifierPageGraph.Summary() : nil)
        case .uniform(let kind):
            guard sectors > 0 else { return (nil, nil) }
            var summary = VerifierPageGraph.Summary(extents: 1)
            summary.sectors[Int(kind.rawValue)] = sectors
            return (nil, summary)
        case .page(let digest, let length):
            guard sectors > 0 else { return (nil, nil) }
            let key = VerifierPageGraph.Key(host: reader.host, digest: digest, level: node.level, sectors: sectors)
            if let known = graph.number(of: key) { return (known, graph.pages[known].summary) }
            let page = try read(key, length: length, reader)
            counts.mapPages += 1
            return (graph.add(page, key), page.summary)
        }
    }

    private func read(
        _ key: VerifierPageGraph.Key, length: Int, _ reader: MapReader
    ) throws(RepositoryError) -> VerifierPageGraph.Page {
        let object = ObjectName.mapPage(host: key.host, digest: key.digest)
        named.insert(object)
        let read = try attempt(object) { () throws(RepositoryError) in
            try reader.page(key.digest, length: length, level: key.level, sectors: key.sectors)
        }
        switch read {
        case .damaged(let finding):
            sawEverything = false
            return VerifierPageGraph.Page(findings: [finding])
        case .sound(.interior(let level, let children)):
            return try interior(children, level: level, object, key, reader)
        case .sound(.leaf(_, let references, let extents)):
            return try leaf(references, extents, object)
        }
    }

    private func interior(
        _ children: [NodeReference], level: Int, _ object: String, _ key: VerifierPageGraph.Key, _ reader: MapReader
    ) throws(RepositoryError) -> VerifierPageGraph.Page {
        var page = VerifierPageGraph.Page()
        var sum: VerifierPageGraph.Summary? = VerifierPageGraph.Summary()
        let step = MapGeometry.sectors(atLevel: level - 1)
        for (number, child) in children.enumerated() {
            let start = min(UInt64(number) * step, key.sectors)
            let node = try visit(child, sectors: min(step, key.sectors - start), reader)
            if let number = node.page { page.children.append(number) }
            if let below = node.summary, below.extents != child.extents {
                page.findings.insert(find(object, "Child \(number) does not hold the extents that the page announces."))
            }
            if node.page == nil, node.summary == nil {
                page.findings.insert(find(object, "Child \(number) does not fit the end of the disk."))
            }
            sum = sum.flatMap { left in node.summary.map { left + $0 } }
        }
        page.summary = sum
        return page
    }
}
