import Inventory
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat
import RescueConsole

extension RequestTask {
    /// A warning when the machine that was captured, or another one with its address, is on this network; nil when none
    /// answers, or nothing can be asked. Blocks up to two seconds for each of a few addresses.
    func warningOfOriginal(_ view: View) -> String? {
        // A description that cannot be read must not stop a restore whose blocks are sound.
        guard let source = try? view.machine() else { return nil }
        let search = OriginalSearch(for: source, from: NetworkInterface.all())
        return search.warning(search.questions.compactMap(ask))
    }

    /// By the image's arping: two tries in two seconds, the first answer ends it.
    private func ask(_ question: OriginalSearch.Question) -> OriginalSearch.Answer? {
        let words = ["arping", "-f", "-c", "2", "-w", "2", "-I", question.interface, question.address]
        do throws(SystemCallError) {
            let result = try ChildProcess.run(words)
            let answer = OriginalSearch.answer(to: question, in: String(decoding: result.output, as: UTF8.self))
            Terminal.log("agent: \(question.address) on \(question.interface): \(answer?.macAddress ?? "no answer")")
            return answer
        } catch {
            Terminal.log("agent: nobody could be asked for \(question.address): \(error)")
            return nil
        }
    }
}
