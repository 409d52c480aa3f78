internal import Glibc

/// Keeps SIGPIPE from ending the process while the calling thread writes to a socket.
///
/// With CURLOPT_NOSIGNAL libcurl leaves the signal alone, and OpenSSL writes with `write`, which raises it when the
/// server has gone. The signal is blocked for this thread, and one that came meanwhile is taken away
/// (`pthread_sigmask`, `sigtimedwait`), so the process's own choice about SIGPIPE stays as it is.
package enum BrokenPipeGuard {
    package static func run<Result>(_ body: () -> Result) -> Result {
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        var before = sigset_t()
        guard !isPending, pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0 else { return body() }
        let result = body()
        var now = timespec(tv_sec: 0, tv_nsec: 0)
        while isPending, sigtimedwait(&pipe, nil, &now) == -1, errno == EINTR {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return result
    }

    private static var isPending: Bool {
        var pending = sigset_t()
        sigemptyset(&pending)
        sigpending(&pending)
        return sigismember(&pending, SIGPIPE) == 1
    }
}
