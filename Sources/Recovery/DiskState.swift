/// What state the targets are in, in words for the end of an error's message.
package struct DiskState: Sendable {
    package var words: String
    package var wroteAnything: Bool

    package init(words: String, wroteAnything: Bool) {
        self.words = words
        self.wroteAnything = wroteAnything
    }

    package static let untouched = DiskState(words: "Nothing was written.", wroteAnything: false)
}
