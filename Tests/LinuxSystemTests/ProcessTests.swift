import LinuxSystem
import Synchronization
import Testing

@Suite("Processes, threads and signals")
struct ProcessTests {
    @Test("a program's output, error output and exit status are kept apart, without a shell in between")
    func run() throws {
        let result = try ChildProcess.run(["sh", "-c", "printf '%s' \"$1\"; echo oops >&2; exit 3", "sh", "a b;$HOME"])
        #expect(result.status == .exited(3))
        #expect(String(decoding: result.output, as: UTF8.self) == "a b;$HOME")
        #expect(result.errorText == "oops")
    }

    @Test("output larger than a pipe arrives whole; above the limit the program is ended")
    func largeOutput() throws {
        let result = try ChildProcess.run(["head", "-c", "1000000", "/dev/zero"])
        #expect(result.status.isSuccess)
        #expect(result.output.count == 1_000_000)
        #expect(throws: SystemCallError.self) { try ChildProcess.run(["cat", "/dev/zero"], limit: 100_000) }
    }

    @Test("a program that is not there is an error, one that is ended says by which signal")
    func failures() throws {
        let error = #expect(throws: SystemCallError.self) { try ChildProcess.run(["/nonexistent/program"]) }
        #expect(error?.isNotFound == true)
        var child = try ChildProcess(["sleep", "600"])
        #expect(try child.poll() == nil)
        child.terminate()
        #expect(try child.wait() == .signalled(15))
        #expect(try child.wait() == .signalled(15))
    }

    @Test("an environment that is given replaces ours")
    func environment() throws {
        let result = try ChildProcess.run(["/usr/bin/env"], environment: ["ONLY": "this"])
        #expect(String(decoding: result.output, as: UTF8.self) == "ONLY=this\n")
    }

    @Test("a thread gives back its value, or its typed error, as often as it is asked")
    func threads() throws {
        let good = try WorkerThread("good") { 42 }
        #expect(good.join() == 42)
        #expect(good.join() == 42)
        let bad = try WorkerThread("bad-with-a-long-name") { () throws(SystemCallError) -> Int in
            throw SystemCallError(call: "test", number: 5, path: "/x")
        }
        #expect(throws: SystemCallError(call: "test", number: 5, path: "/x")) { try bad.join() }
    }

    @Test("SIGINT and SIGTERM set the flag and do not end the process")
    func interruption() throws {
        Interruption.install()
        #expect(!Interruption.isRequested)
        let kill = try ChildProcess.run(["kill", "-INT", "\(RunningSystem.processID)"])
        #expect(kill.status.isSuccess)
        let deadline = Clocks.monotonicNanoseconds + 10_000_000_000
        while !Interruption.isRequested, Clocks.monotonicNanoseconds < deadline { Clocks.sleep(nanoseconds: 1_000_000) }
        #expect(Interruption.isRequested)
        Interruption.clear()
        #expect(!Interruption.isRequested)
    }

    @Test("random bytes differ, clocks move")
    func clocksAndRandom() throws {
        #expect(try RunningSystem.randomBytes(32) != RunningSystem.randomBytes(32))
        let start = Clocks.monotonicNanoseconds
        Clocks.sleep(nanoseconds: 2_000_000)
        #expect(Clocks.monotonicNanoseconds - start >= 2_000_000)
        #expect(Clocks.utcNanoseconds > 1_700_000_000_000_000_000)
    }
}
