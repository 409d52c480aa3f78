internal import CCurl

/// Owner of one `curl_slist` of request headers.
struct HeaderList: ~Copyable {
    let list: UnsafeMutablePointer<curl_slist>

    init(_ headers: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) ?? list }
        guard let list else { fatalError("no memory for curl_slist_append, or no headers") }
        self.list = list
    }

    deinit { curl_slist_free_all(list) }
}
