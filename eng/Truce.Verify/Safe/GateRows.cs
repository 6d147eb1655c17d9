using System.Globalization;
using System.Text.RegularExpressions;
using Truce.EndToEnd.Driving;
using Truce.Gate;

namespace Truce.Verify.Safe;

/// <summary>
/// What the gate lets through and what it doesn't, on a live lab with a running service. Shots are counted by
/// the power switch; whether the service ran all the time, its own state file tells: its agent makes it at
/// each start.
/// </summary>
internal static partial class GateRows
{
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(60);

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("gate", "40 or more hostile configurations: refused with position and remedy, or run; no shot, service never down, settled", HostileAsync),
        new("twins", "40 or more sound near twins are taken; no shot, service never down", TwinsAsync),
        new("recorded", "every recorded cluster that can be executed passes the gate on paper",
            RecordedAsync),
    ];

    private static Task<RowResult> HostileAsync() => OnLabAsync("gate", "hostile", async (lab, file) =>
    {
        Ended ended = await ApplyAsync(lab, GateCase.Load(file)).ConfigureAwait(false);
        if (ended.Code is 3 or 5)
            return Placed().IsMatch(ended.Output)
                || ended.Output.Contains("do: ", StringComparison.Ordinal) ? ""
                : $"refused without place: {ended.LastLine}";
        if (ended.Code != 0)
            return $"exit {ended.Code}: {ended.LastLine}";
        return await BackAsync(lab).ConfigureAwait(false);
    });

    private static Task<RowResult> TwinsAsync() => OnLabAsync("twins", "twins", async (lab, file) =>
    {
        Ended ended = await ApplyAsync(lab, GateCase.Load(file)).ConfigureAwait(false);
        return ended.Code != 0 ? $"exit {ended.Code}: {ended.LastLine}"
            : await BackAsync(lab).ConfigureAwait(false);
    });

    private static async Task<RowResult> OnLabAsync(
        string name, string kind, Func<SafeLab, string, Task<string>> tryAsync)
    {
        string[] files = GateCase.Files(Repository.Root, kind);
        SafeLab lab = await SafeLab.UpAsync(name).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            if (await ApplyAsync(lab, GateCase.Sound).ConfigureAwait(false) is { Code: not 0 } refused)
                return RowResult.If(false, $"the sound configuration is refused: {refused.LastLine}");
            await lab.SettledAsync(s_settle).ConfigureAwait(false);
            string before = await ServiceAsync(lab).ConfigureAwait(false);
            if (before.Length == 0)
                return RowResult.If(false, "the service doesn't run to begin with");
            List<string> wrong = [];
            foreach (string file in files)
            {
                string complaint = await tryAsync(lab, file).ConfigureAwait(false);
                string after = await ServiceAsync(lab).ConfigureAwait(false);
                if (complaint.Length == 0 && after != before)
                    complaint = "the service was stopped or moved";
                if (complaint.Length > 0)
                    wrong.Add($"{Path.GetFileNameWithoutExtension(file)}: {complaint}");
                before = after;
            }

            int shots = lab.Shots();
            return RowResult.If(
                wrong.Count == 0 && shots == 0 && files.Length >= 40,
                $"{files.Length} configurations, {wrong.Count} wrong, {shots} shots{(wrong.Count > 0 ? ": " + string.Join("; ", wrong.Take(5)) : "")}");
        }
    }

    private static async Task<Ended> ApplyAsync(SafeLab lab, string xml)
    {
        string file = Path.Combine(lab.Folder, "proposed.xml");
        await File.WriteAllTextAsync(file, xml).ConfigureAwait(false);
        return await lab.TruceAsync("config", "apply", file).ConfigureAwait(false);
    }

    // What was taken must be carried out: settled, and then back to where we began.
    private static async Task<string> BackAsync(SafeLab lab)
    {
        if (!await lab.SettledAsync(s_settle).ConfigureAwait(false))
            return "taken, but never settled";
        Ended back = await ApplyAsync(lab, GateCase.Sound).ConfigureAwait(false);
        if (back.Code != 0)
            return $"the way back: exit {back.Code}: {back.LastLine}";
        return await lab.SettledAsync(s_settle).ConfigureAwait(false) ? "" : "the way back never settled";
    }

    // Where it runs, and since when: node, inode and time of the agent's state file.
    private static async Task<string> ServiceAsync(SafeLab lab)
    {
        foreach (string node in (string[])["n1", "n2", "n3"])
        {
            Ended found = await lab.TruceAsync(
                "lab", "exec", node, "--", "find", "/run", "/var/run/", "-name", "Dummy-service.state",
                "-printf", "%i %T@\\n").ConfigureAwait(false);
            if (found.Output.Trim() is { Length: > 0 } state && char.IsAsciiDigit(state[0]))
                return $"{node} {state.Split('\n')[0]}";
        }

        return "";
    }

    private static async Task<RowResult> RecordedAsync()
    {
        string folder = Path.Combine(RecordedFolders.First, "xml");
        if (!Directory.Exists(folder))
            return RowResult.Skip("no recorded clusters here (TRUCE_CASES)");
        int passed = 0;
        int unsupported = 0;
        List<string> wrong = [];
        foreach (string file in Directory.GetFiles(folder, "*.xml").Order(StringComparer.Ordinal))
        {
            Ended ended = await Command.RunAsync(
                Repository.At("bin", "truce"), ["check", "--json", file], TimeSpan.FromMinutes(2))
                    .ConfigureAwait(false);
            string[] errors = [.. Errors().Matches(ended.Output).Select(m => m.Groups[1].Value).Distinct()];
            if (ended.Code == 0)
                passed++;
            else if (ended.Code == 1
                && errors.All(e =>
                    e.StartsWith("unsupported-", StringComparison.Ordinal) || e == "impossible-agent-name"))
                unsupported++;
            else
                wrong.Add($"{Path.GetFileNameWithoutExtension(file)}: exit {ended.Code} {string.Join(",", errors)}");
        }

        return RowResult.If(
            wrong.Count == 0 && passed > 0,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{passed} pass, {unsupported} can't be executed, {wrong.Count} wrong{(wrong.Count > 0 ? ": " + string.Join("; ", wrong.Take(5)) : "")}"));
    }

    [GeneratedRegex(@":\d+:\d+: .+; do: .+")]
    private static partial Regex Placed();

    [GeneratedRegex("\"id\": \"([a-z-]+)\",\\s*\"severity\": \"error\"")]
    private static partial Regex Errors();
}
