using System.Text.Json;
using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>
/// The situations from the field that ask for reasons: what <c>why</c>, <c>check</c> and the plan say on
/// paper, and what taking a node out of service says on a live lab. What is right stands in the README beside
/// them.
/// </summary>
internal static class FieldReasonsRow
{
    private const string Drags = "colocation-drags";
    private const string Device = "fence-device-start";
    private const string Plain = "promote-of-a-plain-clone";
    private const string Unmanaged = "unmanaged-last-member";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(90);

    // It runs on beta and may only be there: its monitor fails, and then its start.
    private static readonly string[] s_failingStart =
        ["--op-inject", "fence-a_monitor_10000@beta=1", "--op-fail", "fence-a_start_0@beta=1"];

    // What happened before the question, the question, and what the answer must say; what begins with a ! it
    // must not.
    private static readonly Question[] s_questions =
    [
        .. ((string[])["data-ip", "data-db", "data-io", "ui-search"]).Select(member => new Question(
            Drags, [["--plan-only", "--op-inject", "ui-web_monitor_10000@alpha=1", "--save-input", "NEXT"]],
            ["why", "--xml", "CIB", member], ["colocation ui", "ui-web", "failed", "!-INFINITY"])),
        new("no-promotion-score", [], ["why", "--xml", "CIB", "pg"],
            ["no instance of pg-ha has a promotion score"]),
        new(Device, [], ["simulate", "--xml", "CIB", .. s_failingStart], ["with rc=1", "!clear_failcount"]),
        new(Device, FailedStart, ["why", "--xml", "CIB", "fence-a"], ["starting it failed there", "exit 1"]),
        new(Device, FailedStart, ["simulate", "--xml", "CIB", "--plan-only"], ["Recover    fence-a"]),
        new(Plain, [], ["check", "CIB"], ["promotion-of-unpromotable"]),
        new(Plain, [], ["why", "--xml", "CIB", "fs"],
            ["order o has no effect", "colocation c has no effect"]),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "field-cases",
        $"{Drags}, no-promotion-score, {Device}, {Plain}, {Unmanaged}: why, check, the plan and node standby "
        + "say what their README calls right", RunAsync);

    private static string[][] FailedStart => [[.. s_failingStart, "--save-output", "NEXT"]];

    private static async Task<RowResult> RunAsync()
    {
        if (!Directory.Exists(RecordedFolders.Field))
            return RowResult.Skip("no situations from the field here (TRUCE_CASES)");
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        List<string> wrong = [];
        foreach (Question question in s_questions)
            wrong.AddRange(await AskAsync(question).ConfigureAwait(false));
        wrong.AddRange(await StandbyAsync().ConfigureAwait(false));
        foreach (string line in wrong)
            Console.WriteLine($"  {line}");
        string[] cases = [.. s_questions.Select(q => q.Case).Distinct(), Unmanaged];
        int bad = wrong.DistinctBy(w => w.Split(':')[0]).Count();
        return RowResult.If(wrong.Count == 0, $"{cases.Length - bad} of {cases.Length} right");
    }

    private static async Task<IEnumerable<string>> AskAsync(Question question)
    {
        string cib = Path.Combine(RecordedFolders.Field, question.Case + ".xml");
        string folder = Directory.CreateTempSubdirectory("truce-field-").FullName;
        try
        {
            foreach ((string[] words, int step) in question.Before.Select((w, i) => (w, i)))
            {
                string next = Path.Combine(folder, $"{step}.xml");
                Ended before = await TruceAsync(
                    ["simulate", "--xml", cib, "--quiet", .. words.Select(w => w == "NEXT" ? next : w)])
                    .ConfigureAwait(false);
                if (before.Code != 0)
                    return [$"{question.Case}: simulate exits {before.Code}: {before.LastLine}"];
                cib = next;
            }

            Ended answer = await TruceAsync(
                [.. question.Words.Select(w => w == "CIB" ? cib : w)]).ConfigureAwait(false);
            return Missing(question.Says, answer.Output)
                .Select(m => $"{question.Case}: {string.Join(' ', question.Words)}: {m}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Missing(string[] says, string answer) => says
        .Where(s => answer.Contains(s.TrimStart('!'), StringComparison.Ordinal) == (s[0] == '!'))
        .Select(s => s[0] == '!' ? $"says {s[1..]}" : $"doesn't say {s}");

    private static async Task<string?> NodeOfAsync(SafeLab lab, string resource)
    {
        Ended status = await lab.TruceAsync("status", "--json").ConfigureAwait(false);
        using JsonDocument document = JsonDocument.Parse(status.Answer);
        return document.RootElement.GetProperty("resources").EnumerateArray()
            .Where(r => r.GetProperty("id").GetString() == resource)
            .Select(r => r.GetProperty("node").GetString()).FirstOrDefault(n => n is not null);
    }

    // The group's last member is unmanaged, and its node goes to standby.
    private static async Task<IEnumerable<string>> StandbyAsync()
    {
        SafeLab lab = await SafeLab.UpAsync("field-reasons", "--engine", "corosync").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            // The agent of the case isn't among those that a lab has.
            string text = await File.ReadAllTextAsync(
                Path.Combine(RecordedFolders.Field, Unmanaged + ".xml")).ConfigureAwait(false);
            text = text.Replace("id=\"pg\" class=\"ocf\" provider=\"bug\" type=\"thing\"",
                    "id=\"pg\" class=\"ocf\" provider=\"pacemaker\" type=\"Stateful\"",
                    StringComparison.Ordinal)
                .Replace("provider=\"bug\" type=\"thing\"", "provider=\"pacemaker\" type=\"Dummy\"",
                    StringComparison.Ordinal)
                .Replace("name=\"start_sleep\"", "name=\"fake\"", StringComparison.Ordinal);
            string file = Path.Combine(lab.Folder, Unmanaged + ".xml");
            await File.WriteAllTextAsync(file, text).ConfigureAwait(false);
            string[][] before = [["config", "apply", file], ["resource", "unmanage", "d2"]];
            foreach (string[] words in before)
            {
                Ended ended = await lab.TruceAsync(words).ConfigureAwait(false);
                if (ended.Code != 0)
                    return [$"{Unmanaged}: {words[0]} {words[1]} exits {ended.Code}: {ended.Output.Trim()}"];
                await lab.RestsAsync(s_settling).ConfigureAwait(false);
            }

            if (await NodeOfAsync(lab, "d2").ConfigureAwait(false) is not { } node)
                return [$"{Unmanaged}: d2 runs nowhere"];
            Ended standby = await lab.TruceAsync("node", "standby", node, "--timeout", "60s")
                .ConfigureAwait(false);
            Ended status = await lab.TruceAsync("status").ConfigureAwait(false);
            return
            [
                .. standby.Code == 0 ? [$"{Unmanaged}: node standby returns 0"] : (string[])[],
                .. standby.Code == 6 ? [$"{Unmanaged}: node standby hangs until its time-out"] : (string[])[],
                .. Missing(["d2", "managed"], standby.Output).Select(m => $"{Unmanaged}: node standby {m}"),
                .. Missing(["unmanaged"], status.Output).Select(m => $"{Unmanaged}: status {m}"),
            ];
        }
    }

    private static Task<Ended> TruceAsync(string[] words) =>
        Command.RunAsync(Repository.At("bin", "truce"), words, s_limit);

    /// <summary>A question about a case.</summary>
    /// <param name="Case">Which.</param>
    /// <param name="Before">What happened before, in words of <c>truce simulate</c>; NEXT stands for the file
    /// that it leads to.</param>
    /// <param name="Words">The command; CIB stands for the file.</param>
    /// <param name="Says">What the answer contains; with a !, what it doesn't.</param>
    private sealed record Question(string Case, string[][] Before, string[] Words, string[] Says);
}
