/// Settings of an `HTTPClient` that hold for all its requests.
package struct HTTPOptions: Hashable, Sendable {
    package var tls: TLSOptions
    /// Sent with every request; libcurl keeps it from other hosts when it follows a redirect.
    package var token: BearerToken?
    package var userAgent: String
    /// For name, route, TCP and TLS together.
    package var connectTimeoutInSeconds: Int
    /// A transfer slower than `slowestBytesPerSecond` for this long is stalled; its connection is given up and the
    /// request tried again. Covers the wait for the first byte too.
    package var stallTimeoutInSeconds: Int
    package var slowestBytesPerSecond: Int
    /// The same for uploads, whose server checks and syncs before it answers.
    package var uploadStallTimeoutInSeconds = 120
    /// "http://192.0.2.9:3128"; nil: servers are spoken to directly, whatever the environment says.
    package var proxy: String?

    package init(
        tls: TLSOptions = TLSOptions(), token: BearerToken? = nil, userAgent: String = "lifeboat/1",
        connectTimeoutInSeconds: Int = 10,
        stallTimeoutInSeconds: Int = 20, slowestBytesPerSecond: Int = 1024
    ) {
        self.tls = tls
        self.token = token
        self.userAgent = userAgent
        self.connectTimeoutInSeconds = connectTimeoutInSeconds
        self.stallTimeoutInSeconds = stallTimeoutInSeconds
        self.slowestBytesPerSecond = slowestBytesPerSecond
    }
}
