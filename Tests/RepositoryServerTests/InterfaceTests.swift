import ProgramHarness
import Testing

/// Health and lists.
@Suite struct InterfaceTests {
    @Test("health says which repository is served, and does not when its list of hosts cannot be read")
    func health() throws {
        let served = try Served(megabytes: 1)
        let answer = try served.ask("/health")
        #expect(answer.status == 200 && answer["content-type"] == "application/json")
        #expect(answer["cache-control"] == "no-store")
        let json = try answer.json()
        #expect(json.members == ["format", "repository", "status"])
        #expect(json["status"].text == "ok" && json["format"].int == 1)
        let description = try served.ask("/lifeboat.json").json()
        #expect(json["repository"].text == description["id"].text?.lowercased())
        try served.scratch.sh("mv repository/hosts.json kept")
        let sick = try served.ask("/health")
        #expect(sick.status == 500)
        #expect(try sick.json().members == ["code", "message"])
        #expect(try sick.json()["code"].text == "damaged")
        try served.scratch.sh("mv kept repository/hosts.json")
        #expect(try served.ask("/health").status == 200)
    }

    @Test("the list of hosts is what the command line prints")
    func hosts() throws {
        let served = try Served(megabytes: 1)
        let answer = try served.ask("/api/v1/hosts")
        #expect(answer.status == 200 && answer["cache-control"] == "no-store")
        let printed = try served.scratch.lifeboat("hosts", "--repository", "repository", "--json").expecting(0).json()
        #expect(try answer.json() == printed)
        #expect(try answer.json()[0]["name"].text == "web 01 ü")
    }

    @Test("a host's moments are found by its percent-encoded name")
    func moments() throws {
        let served = try Served(megabytes: 1)
        let answer = try served.ask("/api/v1/hosts/web%2001%20%C3%BC")
        #expect(answer.status == 200, "\(answer)")
        let printed = try served.scratch.lifeboat("timeline", "web 01 ü", "--repository", "repository", "--json")
            .expecting(0).json()
        #expect(try answer.json() == printed)
        for name in ["nobody", "web", "%FF", "web%2001"] {
            let missing = try served.ask("/api/v1/hosts/\(name)")
            #expect(missing.status == 404, "\(name)")
        }
        let missing = try served.ask("/api/v1/hosts/nobody").json()
        #expect(missing["code"].text == "unknown-host")
        #expect(missing["message"].text?.contains("nobody") == true)
        #expect(try served.ask("/api/v1/nothing").status == 404)
    }

    @Test("a host with a percent sign and a plus in its name is found by that name alone")
    func encoding() throws {
        let served = try Served(megabytes: 1, host: "50%25+a")
        #expect(try served.ask("/api/v1/hosts/50%2525%2Ba").status == 200)
        #expect(try served.ask("/api/v1/hosts/50%25%2Ba").status == 404)
    }

    @Test("a new moment is in the list at once")
    func fresh() throws {
        let served = try Served(megabytes: 1)
        let words = ["capture", "--quiet", "--repository", "repository", "--host", "new", "disk"]
        _ = try served.scratch.lifeboat(words).expecting(0)
        let hosts = try served.ask("/api/v1/hosts").json()
        #expect(hosts.list.compactMap { $0["name"].text } == ["new", "web 01 ü"])
    }
}
