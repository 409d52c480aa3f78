internal import LinuxSystem
internal import RepositoryFormat
internal import Transfer

extension Repository {
    /// Gives or takes away a label, here or, over HTTP, at the server.
    ///
    /// Throws `unknownHost`; `badInput` for a label that lists could not show; `noMoment` where there is none at that time,
    /// or none has the label; over HTTP also `denied` and `unreachable`. Nothing is changed then.
    package func mark(host: String, _ order: MarkOrder, program: String) throws(RepositoryError) -> MarkReport {
        if let remote = store as? HTTPStore { return try mark(host: host, order, at: remote) }
        let timeline = try timeline(of: host)
        let publisher = try HistoryPublisher(timeline)
        switch order {
        case .add(let label, let time):
            try Mark.check(label: label)
            return try publish(label, .label, at: try Self.moment(time, of: timeline), publisher, program)
        case .drill(let label, let time):
            guard DrillVerdict(label: label) != nil else {
                throw RepositoryError(.badInput, "\"\(label)\" is no verdict of a drill. Nothing was changed.")
            }
            try Mark.check(label: label)
            return try publish(label, .drill, at: try Self.moment(time, of: timeline), publisher, program)
        case .remove(let label):
            let removed = try publisher.unmark(label: label, program: program)
            guard !removed.isEmpty else {
                throw RepositoryError(
                    .noMoment,
                    "No moment of \(host) has the label \"\(label)\". Nothing was changed. "
                        + "\"lifeboat timeline \(host)\" lists the marks; labels given by capture stay.")
            }
            return MarkReport(host: host, label: label, marks: removed.map(MarkSummary.init), isChanged: true)
        }
    }

    private static func moment(_ time: String, of timeline: Timeline) throws(RepositoryError) -> Moment {
        guard let expression = TimeExpression(time) else {
            throw RepositoryError(
                .badInput,
                "\"\(time)\" is no time: give an ISO 8601 time, \"latest\", an age such as 2h, or @EPOCH.SEQUENCE. Nothing "
                    + "was changed.")
        }
        return try timeline.moment(at: expression, now: Clocks.utcNanoseconds)
    }

    private func publish(
        _ label: String, _ kind: Mark.Kind, at moment: Moment, _ publisher: HistoryPublisher, _ program: String
    ) throws(RepositoryError) -> MarkReport {
        let mark = Mark(position: moment.position, time: moment.time, kind: kind, label: label)
        let isNew = try publisher.mark(mark, program: program)
        return MarkReport(
            host: publisher.host.name, label: label, marks: [MarkSummary(mark)], isChanged: isNew)
    }

    private func mark(
        host: String, _ order: MarkOrder, at remote: HTTPStore
    ) throws(RepositoryError) -> MarkReport {
        guard Self.isUsableName(host) else {
            throw RepositoryError(.unknownHost, "\"\(host)\" cannot be a host's name. Nothing was changed.")
        }
        let answer: HTTPAnswer
        do {
            answer = try remote.client.send(
                HTTPUpload(.post, encodeJSON(order)), to: remote.base.appending("api/v1/hosts/\(host)/marks"),
                limit: 16 << 20)
        } catch { throw RemoteRefusal(remote, what: "change the marks of \(host) at").error(error) }
        var report: MarkReport = try decoding { () throws(FormatError) in
            try decodeJSON(answer.body, subject: "The server's answer")
        }
        for index in report.marks.indices {
            report.marks[index].time = PrintableText.of(report.marks[index].time)
            report.marks[index].position = PrintableText.of(report.marks[index].position)
            report.marks[index].label = PrintableText.of(report.marks[index].label)
        }
        return report
    }
}
