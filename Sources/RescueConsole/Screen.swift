/// A screen with what is on it.
enum Screen: Sendable {
    case mainMenu(MainMenuScreen)
    case power(PowerScreen)
    case busy(BusyScreen)
    case repository(RepositoryScreen)
    case access(AccessScreen)
    case hosts(HostScreen)
    case moments(MomentScreen)
    case disks(DiskScreen)
    case plan(PlanScreen)
    case confirm(ConfirmScreen)
    case place(PlaceScreen)
    case makeRepository(MakeRepositoryScreen)
    case captureDisks(CaptureDisksScreen)
    case name(NameScreen, CaptureSelection)
    case captureReady(CaptureReadyScreen)
    case running(RunningScreen)
    case stop(StopScreen)
    case passphrase(PassphraseScreen)
    case report(ReportScreen)
    case network(NetworkScreen)
    case tools(ToolsScreen)
    case overview(OverviewScreen)
    case clock(ClockScreen)
    case serverTime(ServerTimeScreen)
    case remoteAccess(RemoteAccessScreen)

    var text: ScreenText {
        switch self {
        case .mainMenu(let screen): screen.text
        case .power(let screen): screen.text
        case .busy(let screen): screen.text
        case .repository(let screen): screen.text
        case .access(let screen): screen.text
        case .hosts(let screen): screen.text
        case .moments(let screen): screen.text
        case .disks(let screen): screen.text
        case .plan(let screen): screen.text
        case .confirm(let screen): screen.text
        case .place(let screen): screen.text
        case .makeRepository(let screen): screen.text
        case .captureDisks(let screen): screen.text
        case .name(let screen, _): screen.text
        case .captureReady(let screen): screen.text
        case .running(let screen): screen.text
        case .stop(let screen): screen.text
        case .passphrase(let screen): screen.text
        case .report(let screen): screen.text
        case .network(let screen): screen.text
        case .tools(let screen): screen.text
        case .overview(let screen): screen.text
        case .clock(let screen): screen.text
        case .serverTime(let screen): screen.text
        case .remoteAccess(let screen): screen.text
        }
    }
}
