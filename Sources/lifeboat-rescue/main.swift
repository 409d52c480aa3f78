import LinuxSystem
import RescueConsole

// The main program of the rescue image: the menu on one console (contract: image/README.md; dialogue: docs/rescue-menu.md).
// Exit statuses: 0 rebooting or powering off; 1 the console is gone; 2 bad usage.

let options: AgentOptions
do {
    options = try AgentOptions(Array(CommandLine.arguments.dropFirst()))
} catch {
    Terminal.write("\(error)\n\(AgentOptions.usage)\n", to: .errors)
    Terminal.exit(2)
}
if options.showsHelp {
    Terminal.write(AgentOptions.usage + "\n", to: .output)
    Terminal.exit(0)
}
if options.configuresNetwork {
    let parameters = RescueConfiguration.words(Files.text(of: options.commandLineFile) ?? "")
    do { try NetworkSetup(options: options).configure(parameters: parameters) } catch {
        Terminal.log("network: \(error)")
        Terminal.exit(1)
    }
    Terminal.exit(0)
}
if options.startsRemoteAccess {
    guard let mode = options.configuration.remoteAccess else { Terminal.exit(0) }
    do { _ = try RemoteAccessService(options).change(.on(mode)) } catch {
        Terminal.write("\(error)\n", to: .output)
        Terminal.exit(1)
    }
    Terminal.write("SSH is on (\(mode.rawValue))\n", to: .output)
    Terminal.exit(0)
}
Interruption.install()
Terminal.ignoreJobControl()
var agent = try Agent(options)
Terminal.exit(agent.run())
