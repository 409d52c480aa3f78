internal import CExpat

extension XMLElement {
    /// Elements inside each other; libvirt's own schemas end at about ten.
    private static let largestDepth = 64
    /// A definition of a guest with a hundred disks has some two thousand.
    private static let mostElements = 1 << 16

    /// The root element of a document (libexpat). Throws for what is not well-formed, is nested too deep, or has a document
    /// type: entities could make a short document endless, and nobody who writes settings uses them.
    package init(parsing bytes: [UInt8]) throws(XMLError) {
        guard let parser = XML_ParserCreate(nil) else { throw XMLError(description: "no memory for a parser") }
        defer { XML_ParserFree(parser) }
        let builder = Builder(parser)
        XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
        XML_SetElementHandler(
            parser, { data, name, attributes in Builder.of(data)?.open(name, attributes) },
            { data, _ in Builder.of(data)?.close() })
        XML_SetCharacterDataHandler(parser) { data, text, count in Builder.of(data)?.add(text, count) }
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in Builder.of(data)?.stop("it has a document type") }
        let status = bytes.withUnsafeBytes { room in
            XML_Parse(parser, room.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(room.count), 1)
        }
        let line = "line \(XML_GetCurrentLineNumber(parser))"
        if let reason = builder.reason { throw XMLError(description: "\(line): \(reason)") }
        guard status == XML_STATUS_OK, let root = builder.root else {
            let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "not XML"
            throw XMLError(description: "\(line): \(reason)")
        }
        self = root
    }

    /// Gathers what the parser reports. Outlived by `init(parsing:)`, which owns both.
    private final class Builder {
        private let parser: XML_Parser
        private var stack: [XMLElement] = []
        private var count = 0
        private(set) var root: XMLElement?
        private(set) var reason: String?

        init(_ parser: XML_Parser) { self.parser = parser }

        static func of(_ data: UnsafeMutableRawPointer?) -> Builder? {
            data.map { Unmanaged<Builder>.fromOpaque($0).takeUnretainedValue() }
        }

        func open(_ name: UnsafePointer<CChar>?, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
            guard let name, reason == nil else { return }
            count += 1
            guard stack.count < largestDepth, count <= mostElements else {
                return stop("it has too many elements, or they are nested too deep")
            }
            var attributes: [String: String] = [:]
            var place = 0
            while let list, let key = list[place], let value = list[place + 1] {
                attributes[String(cString: key)] = String(cString: value)
                place += 2
            }
            stack.append(XMLElement(name: String(cString: name), attributes: attributes))
        }

        func close() {
            guard let element = stack.popLast() else { return }
            if stack.isEmpty { root = element } else { stack[stack.count - 1].children.append(element) }
        }

        func add(_ text: UnsafePointer<CChar>?, _ count: Int32) {
            guard let text, !stack.isEmpty else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            stack[stack.count - 1].text += String(decoding: bytes, as: UTF8.self)
        }

        func stop(_ why: String) {
            reason = reason ?? why
            _ = XML_StopParser(parser, XML_Bool(0))
        }
    }
}
