/// How a restore without a person ended: one JSON object, for programs.
package struct UnattendedResult: Codable, Hashable, Sendable, Error {
    /// What it stopped at. Everything but `failed`, `notProved` and `restored` is before the first write.
    package enum Code: String, Codable, Sendable, CaseIterable {
        /// The answer file could not be fetched.
        case noAnswers = "no-answers"
        /// It is damaged, or lacks something.
        case badAnswers = "bad-answers"
        /// It is for another machine.
        case otherMachine = "other-machine"
        /// Its network settings could not be put into force.
        case network
        /// Another console works on the disks.
        case busy
        case repository, host, moment
        /// A disk of the moment has no answer, or a target is not there, fits twice or cannot be written.
        case disks
        case plan
        /// The plan warns of something, and the file does not accept that.
        case warning
        case confirmation
        /// An operator took over, or the menu showed what nobody expected.
        case interrupted
        /// The restore ended with an error: the message says what state the disks are in.
        case failed
        /// The disks are restored, and nothing proves that the system starts.
        case notProved = "not-proved"
        case restored
    }

    package var format = 1
    package var code: Code
    /// For people.
    package var message: String
    /// Whether anything was written to a disk.
    package var wroteAnything: Bool
    package var host: String?
    /// The moment that was restored, ISO 8601, UTC.
    package var moment: String?

    package init(
        _ code: Code, _ message: String, wroteAnything: Bool = false, host: String? = nil, moment: String? = nil
    ) {
        self.code = code
        self.message = message
        self.wroteAnything = wroteAnything
        self.host = host
        self.moment = moment
    }

    package var isSuccess: Bool { code == .restored }
}
