extension Monitor {
    /// QEMU's names of the keys of a US keyboard that are not a letter or a digit; a capital stands for shift.
    private static let keys: [Character: [String]] = [
        " ": ["spc"], "/": ["slash"], ".": ["dot"], "-": ["minus"], "=": ["equal"], ",": ["comma"],
        ":": ["shift", "semicolon"], "_": ["shift", "minus"], "+": ["shift", "equal"], "<": ["shift", "comma"],
        ">": ["shift", "dot"], "|": ["shift", "backslash"],
    ]

    /// Types a line on the keyboard of the machine, and Enter.
    ///
    /// - Throws: at the first character that has no key here; nothing is typed then.
    package func type(_ line: String) throws {
        let presses = try line.map { character in
            if let keys = Self.keys[character] { return keys }
            guard character.isASCII, character.isLetter || character.isNumber else {
                throw HarnessError("There is no key for \"\(character)\"")
            }
            return (character.isUppercase ? ["shift"] : []) + [character.lowercased()]
        }
        for keys in presses { try press(keys) }
        try press(["ret"])
    }
}
