using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Verify.Safe;

/// <summary>
/// The situations from the field that speak of configurations: on paper, and on a live lab of two nodes with
/// a running service. What holds of each stands in the README beside them.
/// </summary>
internal static partial class FieldCasesRow
{
    private const string Steady = "gate-latin1";
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(60);

    // What `check` finds (an error, unless it says otherwise), and whether a live cluster takes it.
    private static readonly Case[] s_cases =
    [
        new("gate-badname-fences-all", "error impossible-agent-name", Way.Refused),
        new("gate-ids", "error odd-identifier", Way.Refused),
        new("gate-latin1", null, Way.Applied),
        new("gate-nagios-fences-all", "error unsupported-class", Way.Refused),
        new("gate-redos", null, Way.Applied),
        new("crmsh-export", null, Way.Imported),
        new("pcs-scope-configuration", null, Way.Imported),
        new("date-list", "warning doubtful-value", Way.Imported),
    ];

    private enum Way
    {
        Refused,
        Applied,
        Imported,
    }

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "field-cases",
        "gate-*, crmsh-export, pcs-scope-configuration, date-list: refused with place and remedy, or run; "
        + "no shot, service never down", RunAsync);

    private static string Folder => RecordedFolders.Field;

    private static async Task<RowResult> RunAsync()
    {
        if (!Directory.Exists(Folder))
            return RowResult.Skip("no situations from the field here (TRUCE_CASES)");
        if (Unknown() is { Length: > 0 } unknown)
            return RowResult.If(false, $"nothing is known of {string.Join(", ", unknown)}");
        List<string> wrong = [];
        foreach (Case one in s_cases)
            Note(wrong, one, await OnPaperAsync(one).ConfigureAwait(false));
        SafeLab lab = await SafeLab.UpAsync(
            "field", "--nodes", "2", "--agents", Repository.At("tests", "Truce.EndToEnd", "agents", "sec"))
            .ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            await LiveAsync(lab, wrong).ConfigureAwait(false);
            int shots = lab.Shots();
            int bad = wrong.DistinctBy(w => w.Split(':')[0]).Count();
            return RowResult.If(
                wrong.Count == 0 && shots == 0,
                $"{s_cases.Length - bad} of {s_cases.Length} right, "
                + $"{shots} shots{(wrong.Count > 0 ? ": " + string.Join("; ", wrong) : "")}");
        }
    }

    // A case that is added to the folder must be judged here, too.
    private static string[] Unknown() =>
    [
        .. Directory.GetFiles(Folder, "gate-*.xml").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Except(s_cases.Select(c => c.Name)).Order(StringComparer.Ordinal),
    ];

    private static void Note(List<string> wrong, Case one, string complaint)
    {
        if (complaint.Length > 0)
            wrong.Add($"{one.Name}: {complaint}");
    }

    private static async Task<string> OnPaperAsync(Case one)
    {
        string file = Path.Combine(Folder, one.Name + ".xml");
        Ended check = await TruceAsync("check", file).ConfigureAwait(false);
        int wanted = one.Finding?.StartsWith("error", StringComparison.Ordinal) == true ? 1 : 0;
        if (check.Code != wanted)
            return $"check exits {check.Code}: {check.LastLine}";
        if (one.Finding is { } finding && !check.Output.Contains(finding + ":", StringComparison.Ordinal))
            return $"check doesn't say {finding}";
        if (wanted == 1)
            return Placed().IsMatch(check.Output) ? "" : "check says neither place nor remedy";
        Ended simulated = await TruceAsync("simulate", "--xml", file).ConfigureAwait(false);
        return simulated.Code == 0 ? "" : $"simulate exits {simulated.Code}: {simulated.LastLine}";
    }

    private static async Task LiveAsync(SafeLab lab, List<string> wrong)
    {
        Case steady = s_cases.Single(c => c.Name == Steady);
        Ended first = await HandInAsync(lab, steady).ConfigureAwait(false);
        string before = first.Code == 0 && await lab.SettledAsync(s_settle).ConfigureAwait(false)
            ? await ServiceAsync(lab).ConfigureAwait(false) : "";
        if (before.Length == 0)
        {
            Note(wrong, steady, $"the service doesn't run: exit {first.Code}: {first.LastLine}");
            return;
        }

        // The lab of the imported ones has other resources: those come last.
        foreach (Case one in s_cases.OrderBy(c => c.Way))
        {
            string complaint = await TryAsync(lab, one).ConfigureAwait(false);
            if (complaint.Length == 0 && one.Way != Way.Imported
                && await ServiceAsync(lab).ConfigureAwait(false) != before)
                complaint = "the service was stopped or moved, or has another password";
            Note(wrong, one, complaint);
        }
    }

    private static async Task<string> TryAsync(SafeLab lab, Case one)
    {
        Ended ended = await HandInAsync(lab, one).ConfigureAwait(false);
        if (one.Way == Way.Refused)
        {
            return ended.Code is not (3 or 5) ? $"exit {ended.Code}: {ended.LastLine}"
                : Placed().IsMatch(ended.Output) ? "" : $"refused without place or remedy: {ended.LastLine}";
        }

        if (ended.Code != 0)
            return $"exit {ended.Code}: {ended.Output.Trim()}";
        // The exports' address is on no network of the lab: its start fails everywhere, and status says so.
        bool rests = one.Way == Way.Imported
            ? await lab.RestsAsync(s_settle).ConfigureAwait(false)
            : await lab.SettledAsync(s_settle).ConfigureAwait(false);
        return rests ? "" : "taken, but never settled";
    }

    // Exports name nodes of their own; the lab's are n1 and n2. The bytes stay those of the file.
    private static async Task<Ended> HandInAsync(SafeLab lab, Case one)
    {
        string text = Encoding.Latin1.GetString(
            await File.ReadAllBytesAsync(Path.Combine(Folder, one.Name + ".xml")).ConfigureAwait(false));
        // All give the service the same password, so that nothing restarts it; as UTF-8 reads when its bytes
        // count as Latin-1.
        text = text.Replace("DBSECRET42", "caf\u00c3\u00a9", StringComparison.Ordinal);
        text = text.Replace("\"alpha\"", "\"n1\"", StringComparison.Ordinal)
            .Replace("\"beta\"", "\"n2\"", StringComparison.Ordinal);
        string file = Path.Combine(lab.Folder, one.Name + ".xml");
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(text)).ConfigureAwait(false);
        return await lab.TruceAsync("config", one.Way == Way.Imported ? "import" : "apply", file)
            .ConfigureAwait(false);
    }

    // Where it runs, since when, and with which password: its state file.
    private static async Task<string> ServiceAsync(SafeLab lab)
    {
        foreach (string node in (string[])["n1", "n2"])
        {
            Ended found = await lab.TruceAsync(
                "lab", "exec", node, "--", "sh", "-c",
                "cd /run/truce/resource-agents && grep -qx café dumper-db.state "
                + "&& stat -c '%i %y' dumper-db.state")
                .ConfigureAwait(false);
            if (found.Code == 0)
                return $"{node} {found.LastLine}";
        }

        return "";
    }

    private static Task<Ended> TruceAsync(params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, TimeSpan.FromMinutes(2));

    [GeneratedRegex(@":\d+:\d+: .+; do: .+")]
    private static partial Regex Placed();

    private sealed record Case(string Name, string? Finding, Way Way);
}
