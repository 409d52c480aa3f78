/// What a typed line means to a screen.
enum Answer<Value> {
    case take(Value)
    /// The same screen again, perhaps with another page.
    case again
    /// Why it does not fit; the same screen follows.
    case complaint(String)
}
